import type { Alert } from './alert.ts';
import { plain } from './text.ts';

/**
 * One condition on an alert. `field` is `rule`, `service`, `source`, `kind` or `severity`, or else the name of
 * a label. In `pattern` a `*` stands for any text, none too; the pattern must cover the whole value.
 */
export type Matcher = { field: string; pattern: string };

/** What of an alert a matcher can ask for. */
export type Matchable = Pick<Alert, 'name' | 'service' | 'source' | 'kind' | 'severity' | 'labels'>;

export type Parsed<T> = { ok: true; value: T } | { ok: false; mistake: string };

const OWN = {
  rule: (alert) => alert.name,
  service: (alert) => alert.service,
  source: (alert) => alert.source,
  kind: (alert) => alert.kind,
  severity: (alert) => alert.severity,
} satisfies Record<string, (alert: Matchable) => string | null>;

const CHOICES: Record<string, readonly string[]> = {
  kind: ['operational', 'security', 'cost'] satisfies Alert['kind'][],
  severity: ['critical', 'warning', 'info'] satisfies Alert['severity'][],
};

/** Says that what follows is a label, also where it is called like one of the alert's own fields. */
const LABEL_PREFIX = 'labels.';
const LONGEST = 200;

/**
 * Reads `service=checkout`, `rule=High*`, `region=eu-*`, `labels.source=edge`, or a bare rule name.
 * There are no regular expressions: a pattern that takes exponential time on some label would let one
 * sender of alerts hold up all others, and nobody can be asked at 3 a.m. whether a dot was meant as one.
 */
export function parseMatcher(text: string): Parsed<Matcher> {
  const [, field = 'rule', pattern = ''] = /^([^\s=!~]+)=(.*)$/su.exec(text) ?? [null, 'rule', text];
  if (pattern.startsWith('~') || (pattern === text && /=|!~/u.test(text))) {
    return mistake(text, 'write name=value, where * stands for any text; there is no !=, =~ or !~');
  }
  const value = pattern.trim();
  if (value === '') return mistake(text, 'the value is missing');
  if (value.length > LONGEST || field.length > LONGEST) {
    return mistake(text, `at most ${LONGEST} characters; shorten it with *`);
  }
  if (plain(text, text.length) !== text) {
    return mistake(plain(text), 'it holds characters that cannot be seen; type it anew');
  }
  const choices = CHOICES[field];
  if (choices && !value.includes('*') && !choices.includes(value)) {
    return mistake(text, `${field} is one of ${choices.join(', ')}`);
  }
  // Alertmanager's own label for it, which people will type, and which other sources do not have.
  return { ok: true, value: { field: field === 'alertname' ? 'rule' : field, pattern: value } };
}

/** As `parseMatcher` reads it. */
export function matcherText({ field, pattern }: Matcher): string {
  return `${field}=${/\s/u.test(pattern) ? `"${pattern}"` : pattern}`;
}

/** Whether the alert has what the matcher asks for. A label that is not there never matches, not even `*`. */
export function matches({ field, pattern }: Matcher, alert: Matchable): boolean {
  const own = isOwn(field) ? OWN[field](alert) : labelOf(field, alert);
  return own !== null && covers(pattern, own);
}

/** Whether the matcher asks for exactly this value, not for a pattern that happens to include it. */
export function names(matchers: readonly Matcher[], field: string, value: string): boolean {
  return matchers.some((one) => one.field === field && one.pattern === value);
}

/** Whether every value would do. */
export function isAnything({ pattern }: Matcher): boolean {
  return /^\*+$/u.test(pattern);
}

function isOwn(field: string): field is keyof typeof OWN {
  return Object.hasOwn(OWN, field);
}

function labelOf(field: string, { labels }: Matchable): string | null {
  const label = field.startsWith(LABEL_PREFIX) ? field.slice(LABEL_PREFIX.length) : field;
  return Object.hasOwn(labels, label) ? (labels[label] ?? null) : null;
}

/**
 * The greedy match of a pattern with `*`: after a mismatch only the latest star takes one character more,
 * because what earlier stars took can stay as it is. At most pattern × value comparisons, whatever they hold.
 */
function covers(pattern: string, value: string): boolean {
  let at = 0;
  let taken = 0;
  let star = -1;
  let resume = 0;
  while (taken < value.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = taken;
    } else if (at < pattern.length && pattern[at] === value[taken]) {
      at++;
      taken++;
    } else if (star >= 0) {
      at = star + 1;
      taken = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

function mistake(text: string, why: string): Parsed<never> {
  return { ok: false, mistake: `“${text.slice(0, 80)}”: ${why}.` };
}
