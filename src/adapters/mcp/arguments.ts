import { z } from 'zod';
import type { McpArguments } from '../../act/world/mcp.ts';
import type { Json } from '../../incident/canonical.ts';
import { firstLine } from '../../incident/text.ts';
import type { Definition } from './definition.ts';

/** Why arguments do not fit the schema of a tool; null where they do. A schema that cannot be read fits nothing. */
export function whyUnfit({ inputSchema }: Definition, given: McpArguments): string | null {
  let schema: z.ZodType;
  try {
    schema = z.fromJSONSchema(inputSchema);
  } catch (error) {
    return `its schema cannot be checked here (${firstLine(String(error), 120)})`;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  return `its arguments do not fit: ${issue?.path.join('.') || 'the whole'}: ${firstLine(issue?.message ?? '', 120)}`;
}

const WHOLE = /^\{([\w-]+)\}$/;
const PLACE = /\{([\w-]+)\}/g;

/**
 * A template with the arguments of a call in it: a text that is only `{name}` becomes the argument as it is, inside
 * other text it is written out. A name that the call does not have stays as it stands, and then fits no schema worth having.
 */
export function fill(template: Record<string, Json>, given: McpArguments): McpArguments {
  return filled(template, given) as McpArguments;
}

function filled(template: Json, given: McpArguments): Json {
  if (Array.isArray(template)) return template.map((one) => filled(one, given));
  if (template !== null && typeof template === 'object')
    return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, filled(one, given)]));
  if (typeof template !== 'string') return template;
  const whole = WHOLE.exec(template)?.[1];
  if (whole !== undefined) return valueOf(given, whole) ?? template;
  return fillText(template, given);
}

export function fillText(template: string, given: McpArguments): string {
  return template.replace(PLACE, (place, name: string) => {
    const value = valueOf(given, name);
    if (value === undefined) return place;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function valueOf(given: McpArguments, name: string): Json | undefined {
  return Object.hasOwn(given, name) ? given[name] : undefined;
}
