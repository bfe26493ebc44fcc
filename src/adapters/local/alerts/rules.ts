import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

/** The rules of a Prometheus rule file, as far as the local evaluator understands them. */

const COMPARISON = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(>=|<=|==|!=|>|<)\s*(-?[0-9.]+(?:e-?\d+)?)$/;

const textMap = z.record(z.string(), z.string()).default({});

const recordSchema = z.strictObject({ record: z.string(), expr: z.string() });

const alertSchema = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+(ms|s|m|h)$/)
    .default('0s'),
  labels: textMap,
  annotations: textMap,
});

const fileSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.union([recordSchema, alertSchema])) })),
});

export type Operator = '>' | '>=' | '<' | '<=' | '==' | '!=';

export type RecordRule = { kind: 'record'; record: string; expr: string };

/** An alert whose expression compares one series with a number. */
export type AlertRule = {
  kind: 'alert';
  alert: string;
  expr: string;
  series: string;
  operator: Operator;
  threshold: number;
  forMs: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
};

export type Rule = RecordRule | AlertRule;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a rule file; throws with the file and the place when it is not one that the evaluator understands. */
export async function loadRules(file: string): Promise<Rule[]> {
  return parseRules(await readFile(file, 'utf8'), file);
}

/** Parses the text of a rule file; `file` is for the messages. */
export function parseRules(text: string, file: string): Rule[] {
  const parsed = fileSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`${file} is not a usable rule file: ${z.prettifyError(parsed.error)}`);
  return parsed.data.groups.flatMap(({ rules }) =>
    rules.map((rule) => ('record' in rule ? recordRule(rule) : alertRule(rule, file))),
  );
}

function recordRule({ record, expr }: z.infer<typeof recordSchema>): RecordRule {
  return { kind: 'record', record, expr: expr.trim() };
}

function alertRule(rule: z.infer<typeof alertSchema>, file: string): AlertRule {
  const comparison = COMPARISON.exec(rule.expr.trim());
  if (comparison === null) {
    throw new Error(
      `${file}: the alert ${rule.alert} must compare one series with a number (e.g. "errors:ratio > 0.1"); ` +
        'record the rest of its expression under a name of its own',
    );
  }
  const [, series = '', operator, threshold] = comparison;
  const [, amount, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(rule.for) ?? [];
  return {
    kind: 'alert',
    alert: rule.alert,
    expr: rule.expr.trim(),
    series,
    operator: operator as Operator,
    threshold: Number(threshold),
    forMs: Number(amount) * (UNIT_MS[unit] ?? 0),
    labels: rule.labels,
    annotations: rule.annotations,
  };
}

/** Whether `value` fulfils the rule's condition; NaN never does. */
export function isBreached(rule: AlertRule, value: number): boolean {
  if (Number.isNaN(value)) return false;
  switch (rule.operator) {
    case '>':
      return value > rule.threshold;
    case '>=':
      return value >= rule.threshold;
    case '<':
      return value < rule.threshold;
    case '<=':
      return value <= rule.threshold;
    case '==':
      return value === rule.threshold;
    case '!=':
      return value !== rule.threshold;
    default:
      return rule.operator satisfies never;
  }
}
