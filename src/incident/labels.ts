import type { Severity } from './alert.ts';
import { severityOf } from './severity.ts';
import { firstLine, plain } from './text.ts';

/** Labels that commonly name a service, the most telling first. None of them is required. */
const SERVICE_LABELS = ['service', 'app', 'app_kubernetes_io_name', 'deployment', 'job'] as const;

/** Labels that commonly name the rule, besides Alertmanager's. */
const NAME_LABELS = [
  'alertname',
  'alert_name',
  'rule',
  'rule_name',
  'check',
  'check_name',
  'monitor',
  'trigger',
] as const;

type Texts = Record<string, string>;

/**
 * What the rule behind an alert is called. Where no label says it, the alert's own words do, with whatever
 * tells one machine or one measurement from the next taken out, so that the rule is known again next time.
 */
export function nameOf(labels: Texts, annotations: Texts): string {
  const name = NAME_LABELS.map((label) => labels[label]).find(Boolean);
  if (name) return plain(name, 200);
  const { summary, message, description } = annotations;
  for (const text of [summary, message, description]) {
    const words = withoutIdentifiers(firstLine(text ?? '', 300));
    if (words) return plain(words, 200);
  }
  // Among labels of unknown names, what is written like DiskAlmostFull is what rules are usually called.
  const title = Object.values(labels)
    .filter((value) => /^(?:\p{Lu}[\p{Ll}\d]*){2,}$/u.test(value) && /\p{Ll}\p{Lu}/u.test(value))
    .sort()[0];
  return title ? plain(title, 200) : 'unnamed alert';
}

/** The service that the labels name, if any. */
export function serviceOf(labels: Texts): string | null {
  const service = SERVICE_LABELS.map((label) => labels[label]).find(Boolean);
  return service ? plain(service, 200) : null;
}

/** How grave the labels call it. */
export function labelledSeverity(labels: Texts): Severity {
  return severityOf(labels['severity'] ?? labels['priority']);
}

/** One line for people: the summary, else the message, else the rule's name. */
export function summaryOf(labels: Texts, annotations: Texts): string {
  return firstLine(annotations['summary'] ?? annotations['message'] ?? nameOf(labels, annotations), 300);
}

/** The words of a text that name a thing: `web-7`, `10.0.0.1:9100`, `db1.example.com`. Mere measurements are none. */
export function thingsNamedIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => namesThing(word) && /^\W*\p{L}/u.test(word));
}

// A word with a digit, or one that is joined of several by hyphens, dots or slashes, names a thing and not a
// kind of trouble; but percentiles and classes of HTTP status are kinds.
function namesThing(word: string): boolean {
  return /\d|\w[-./_@:]\w/.test(word) && !/^\W*(?:p\d\d|[1-5]xx)\W*$/i.test(word);
}

function withoutIdentifiers(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => !namesThing(word))
    .join(' ')
    .replace(/(?<![\s:;,–—-])[\s:;,–—-]+$/, '')
    .trim();
}
