import { z } from 'zod';
import { actionSchemas, parseAction, toolNames, type Action, type ToolName } from './action.ts';
import { exampleOf, isPlaceholder } from './action-examples.ts';
import type { Json } from './canonical.ts';
import type { Parsed } from './matcher.ts';
import { joined, plain } from './text.ts';

/** An action as somebody typed it, and the service that they said it is about. */
export type TypedAction = { action: Action; service: string | null };

/**
 * Reads `kubernetes.scale namespace=shop deployment=pricing replicas=4` from its words. Every argument stands there once
 * and by its name; `service=` says which service it is about; `inputs.environment=production` is one entry of `inputs`.
 * Whatever else stands there is a mistake, which names the argument, what belongs there, and an example. Pure.
 */
export function readTypedAction(words: readonly string[]): Parsed<TypedAction> {
  const [typed = '', ...rest] = words;
  const tool = toolNames.find((name) => name === typed.toLowerCase());
  if (!tool) return mistake(`There is no tool “${shown(typed)}”. “/sitrep propose” alone lists them.`);
  const given = new Map<string, string>();
  for (const word of rest) {
    const [, name, value] = /^([\w.-]+)=(.*)$/su.exec(word) ?? [];
    if (name === undefined || value === undefined)
      return wrong(tool, `“${shown(word)}” is no argument: write name=value`);
    if (given.has(name)) return wrong(tool, `“${shown(name)}” stands there twice`);
    given.set(name, value);
  }
  const service = given.get('service') ?? null;
  given.delete('service');
  const fields = fieldsOf(tool);
  const args: Record<string, Json> = {};
  for (const field of fields) if (field.type === 'entries') args[field.name] = {};
  for (const [name, value] of given) {
    // No example here: it is where the word came from.
    if (isPlaceholder(name, value))
      return mistake(`“${value}” only holds the place: write ${meant(name)} there.`);
    const taken = take(args, fields, name, value);
    if (taken === null)
      return wrong(tool, `${tool} takes no “${shown(name)}”, only ${joined(fields.map((one) => one.name))}`);
    if (taken !== '') return wrong(tool, `“${name}” is “${shown(value)}”: not ${taken}`);
  }
  const missing = fields.find((one) => one.required && args[one.name] === undefined);
  if (missing) return wrong(tool, `“${missing.name}” is missing: ${missing.wanted}`);
  return checked(tool, args, service);
}

/** The arguments of a tool, each as it is typed; those in brackets may be left out. */
export function usageOf(tool: ToolName): string {
  return fieldsOf(tool)
    .map(({ name, type, required }) => {
      const usage = type === 'entries' ? `${name}.NAME=` : `${name}=`;
      return required && type !== 'entries' ? usage : `[${usage}]`;
    })
    .join(' ');
}

type Field = {
  name: string;
  type: 'number' | 'text' | 'entries';
  /** What the values of entries are. */
  holds: 'text' | 'json';
  required: boolean;
  /** What belongs there, for people. */
  wanted: string;
};

const propertySchema = z.object({
  type: z.string(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  additionalProperties: z.object({ type: z.string().optional() }).optional(),
});
const argumentsSchema = z.object({
  properties: z.record(z.string(), propertySchema),
  required: z.array(z.string()).default([]),
});

function fieldsOf(tool: ToolName): Field[] {
  const { properties, required } = argumentsSchema.parse(
    z.toJSONSchema(actionSchemas[tool], { io: 'input' }),
  );
  return Object.entries(properties).map(([name, { type, additionalProperties, ...limits }]) => ({
    name,
    holds: additionalProperties?.type === 'string' ? 'text' : 'json',
    type: type === 'integer' ? 'number' : type === 'object' ? 'entries' : 'text',
    required: required.includes(name),
    wanted:
      type === 'integer'
        ? `a whole number${bounds(limits)}`
        : type === 'object'
          ? `${name}.NAME=value, as often as needed`
          : 'a text',
  }));
}

function bounds(limits: {
  minimum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  maximum?: number | undefined;
}): string {
  const {
    exclusiveMinimum: above = -1,
    minimum: from = above + 1,
    maximum: to = Number.MAX_SAFE_INTEGER,
  } = limits;
  return ` from ${from}${to >= Number.MAX_SAFE_INTEGER ? ' on' : ` to ${to}`}`;
}

/** Puts one value where it belongs. Empty where it was put; null where the tool takes none of that name; else what belongs there. */
function take(args: Record<string, Json>, fields: Field[], name: string, value: string): string | null {
  const dot = name.indexOf('.');
  const field = fields.find((one) => one.name === (dot === -1 ? name : name.slice(0, dot)));
  if (!field || (dot !== -1) !== (field.type === 'entries'))
    return field?.type === 'entries' ? field.wanted : null;
  if (field.type === 'entries') {
    const key = name.slice(dot + 1);
    // That name would be taken for no name at all.
    if (key === '' || key === '__proto__') return field.wanted;
    args[field.name] = {
      ...(args[field.name] as object),
      [key]: field.holds === 'json' ? jsonOf(value) : value,
    };
    return '';
  }
  if (field.type === 'number' && !/^-?\d{1,15}$/u.test(value)) return field.wanted;
  args[name] = field.type === 'number' ? Number(value) : value;
  return '';
}

/** What is written like a number or a yes or no is one; everything else is text, as it stands there. */
function jsonOf(text: string): Json {
  return /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false|null)$/u.test(text) ? (JSON.parse(text) as Json) : text;
}

function checked(tool: ToolName, args: Record<string, Json>, service: string | null): Parsed<TypedAction> {
  try {
    return { ok: true, value: { action: parseAction({ tool, arguments: args }), service } };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const name = issue?.path.join('.') ?? '';
    const value = issue?.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], args);
    const field = fieldsOf(tool).find((one) => one.name === name);
    const why =
      field?.type === 'number' ? `not ${field.wanted}` : (issue?.message ?? 'not what belongs there');
    return wrong(tool, `“${shown(name)}” is “${shown(String(value))}”: ${why}`);
  }
}

function wrong(tool: ToolName, what: string): Parsed<TypedAction> {
  return mistake(`${what}. For example: /sitrep propose ${tool} ${exampleOf(tool)}`);
}

function meant(name: string): string {
  return name === 'revision' ? 'a number such as 3' : `the ${name} that is meant`;
}

function mistake(text: string): Parsed<TypedAction> {
  return { ok: false, mistake: text };
}

function shown(text: string): string {
  return plain(text, 60);
}
