import { z } from 'zod';
import { parse as parseYaml } from 'yaml';
import { actionSchemas, toolNames } from '../action.ts';
import type { Recommendation } from '../evidence.ts';
import { MOST_STEPS } from '../plan.ts';
import { firstLine, messageOf } from '../text.ts';

/** What a document says of itself above its text. */
export type FrontMatter = {
  title: string | null;
  services: string[];
  alerts: string[];
  actions: Recommendation[];
  /** Whole sentences for people; what they speak of is left out of the rest. */
  problems: string[];
};

const names = z
  .union([z.string(), z.array(z.string())], 'a name or a list of names')
  .transform((given) => [given].flat());

const action = z
  .strictObject({
    tool: z.enum(toolNames),
    service: z.string().optional(),
    replicas: z.int().min(1).max(100).optional(),
    arguments: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine(({ tool, arguments: given }, context) => {
    if (!given) return;
    const [issue] = actionSchemas[tool].safeParse(given).error?.issues ?? [];
    if (issue) context.addIssue({ ...issue, path: ['arguments', ...issue.path] });
  });

const plan = z.strictObject({
  plan: z
    .array(action)
    .min(2, 'a plan has at least 2 actions')
    .max(MOST_STEPS, `a plan has at most ${MOST_STEPS} actions`),
});

/** By what it holds, so that a mistake is told of the one that was meant. */
const recommendation = z.unknown().transform((given, context): Recommendation => {
  const isPlan = typeof given === 'object' && given !== null && 'plan' in given;
  const parsed = (isPlan ? plan : action).safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue({ ...issue });
  return z.NEVER;
});

const known = {
  title: z.string().min(1),
  services: names,
  alerts: names,
  actions: z.array(recommendation),
};

const HINT =
  'Known fields are title, services, alerts and actions (tool, service, replicas, arguments; or plan, a list of such).';

/**
 * Takes the front matter off a text. Fields of other tools are passed over. A mistake in one of ours is a
 * problem that says where; the text stays readable, but then nothing is recommended on its strength.
 */
export function takeFrontMatter(path: string, text: string): { front: FrontMatter; body: string } {
  const none: FrontMatter = { title: null, services: [], alerts: [], actions: [], problems: [] };
  const found = split(text);
  if (!found) return { front: none, body: text };
  if (found.toml) return { front: { ...none, title: tomlTitle(found.block) }, body: found.body };
  let given: unknown;
  try {
    given = parseYaml(found.block);
  } catch (error) {
    const reason = firstLine(messageOf(error), 300).replace(/[.:]$/, '');
    const problem = `${path}: front matter: ${reason}. Correct the YAML between the “---” lines; until then its text is searched and its actions are left out.`;
    return { front: { ...none, problems: [problem] }, body: found.body };
  }
  // Two rules with text between them are no front matter.
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { front: none, body: given === null ? found.body : text };
  }
  const problems: string[] = [];
  const read = <T>(key: keyof typeof known, schema: z.ZodType<T>): T | null => {
    const value = (given as Record<string, unknown>)[key];
    // An empty key is how templates leave a field out.
    if (value === undefined || value === null) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = [key, ...(issue?.path ?? [])].join('.');
    problems.push(
      `${path}: front matter: ${where}: ${issue?.message}. ${HINT} Until it is corrected its text is searched and its actions are left out.`,
    );
    return null;
  };
  const title = read('title', known.title);
  const services = read('services', known.services) ?? [];
  const alerts = read('alerts', known.alerts) ?? [];
  const actions = read('actions', known.actions) ?? [];
  return {
    front: { title, services, alerts, actions: problems.length > 0 ? [] : actions, problems },
    body: found.body,
  };
}

function split(text: string): { toml: boolean; block: string; body: string } | null {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const first = /^(---|\+\+\+)[ \t]*\r?\n/.exec(text.slice(start, start + 100));
  if (!first) return null;
  const mark = first[1] ?? '---';
  const from = start + first[0].length;
  const lines = text.slice(from).split('\n');
  const last = lines.findIndex((line) => line.trimEnd() === mark);
  if (last < 0) return null;
  return {
    toml: mark === '+++',
    block: lines.slice(0, last).join('\n'),
    body: lines.slice(last + 1).join('\n'),
  };
}

/** The one field of TOML that is worth having; the rest belongs to site generators. */
function tomlTitle(block: string): string | null {
  return /^title[ \t]*=[ \t]*["']([^"'\n]{1,300})["']/m.exec(block)?.[1] ?? null;
}
