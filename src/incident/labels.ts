import type { Severity } from './alert.ts';
import { firstLine, plain } from './text.ts';

/** Labels that commonly name a service, the most telling first. None of them is required. */
const SERVICE_LABELS = ['service', 'app', 'app_kubernetes_io_name', 'deployment', 'job'] as const;

// A map and not an object: a label may well say “constructor”.
const SEVERITIES = new Map<string, Severity>([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['error', 'critical'],
  ['high', 'critical'],
  ['info', 'info'],
  ['none', 'info'],
  ['low', 'info'],
]);

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
  const words = firstLine(annotations['summary'] ?? annotations['message'] ?? '', 300);
  return plain(withoutIdentifiers(words), 200) || 'unnamed alert';
}

/** The service that the labels name, if any. */
export function serviceOf(labels: Texts): string | null {
  const service = SERVICE_LABELS.map((label) => labels[label]).find(Boolean);
  return service ? plain(service, 200) : null;
}

/** How grave the labels call it. An unknown severity counts as warning: it is better to look once too often. */
export function severityOf(labels: Texts): Severity {
  return SEVERITIES.get((labels['severity'] ?? '').toLowerCase()) ?? 'warning';
}

/** One line for people: the summary, else the message, else the rule's name. */
export function summaryOf(labels: Texts, annotations: Texts): string {
  return firstLine(annotations['summary'] ?? annotations['message'] ?? nameOf(labels, annotations), 300);
}

// A word with a digit, or one that is joined of several by hyphens, dots or slashes, names a thing and not a kind of trouble.
function withoutIdentifiers(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => !/\d|\w[-./_@:]\w/.test(word))
    .join(' ')
    .replaceAll(/[\s:;,–—-]+$/g, '')
    .trim();
}
