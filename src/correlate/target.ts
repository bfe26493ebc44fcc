import type { Seen } from './decision.ts';

/** Labels whose values say where something runs or where it comes from, and not which thing is in trouble. */
const NOT_A_THING = new Set([
  'alertname',
  'severity',
  'priority',
  'namespace',
  'cluster',
  'env',
  'environment',
  'region',
  'zone',
  'team',
  'prometheus',
  'monitor',
  'receiver',
  'endpoint',
  'metrics_path',
  'rule_group',
  'alertgroup',
]);
const NEAREST_FIRST = [
  'pod',
  'instance',
  'container',
  'host',
  'hostname',
  'node',
  'device',
  'queue',
  'topic',
];
const WORDS_KEPT = 80;
const RULES_KEPT = 2000;

/** How often each word has stood in the alerts of one rule. */
type Vocabulary = { alerts: number; words: Map<string, number> };

export type Targets = { of(alert: Seen): string };

/**
 * What an alert is about, so that alerts about one thing are known to be: its service; else what a label
 * names; else the word of its text that sets it apart from other alerts of its rule. '' where nothing does.
 */
export function createTargets(): Targets {
  const vocabularies = new Map<string, Vocabulary>();
  return {
    of(alert) {
      if (alert.service) return workload(alert.service);
      return labelled(alert.labels) ?? worded(alert, vocabularies);
    },
  };
}

function labelled(labels: Record<string, string>): string | null {
  for (const name of NEAREST_FIRST) if (labels[name]) return workload(labels[name]);
  for (const [name, value] of Object.entries(labels)) {
    if (!NOT_A_THING.has(name) && isName(value)) return workload(value);
  }
  return null;
}

function worded(alert: Seen, vocabularies: Map<string, Vocabulary>): string {
  const words = [
    ...new Set(alert.summary.split(/[\s,;()"'“”]+/).map((word) => word.replace(/(?<![.:!?])[.:!?]+$/, ''))),
  ].slice(0, 60);
  const known = vocabularies.get(alert.name) ?? { alerts: 0, words: new Map<string, number>() };
  if (!vocabularies.has(alert.name) && vocabularies.size < RULES_KEPT) vocabularies.set(alert.name, known);
  const before = known.alerts;
  const rare = words.filter((word) => (known.words.get(word) ?? 0) <= before * 0.6);
  known.alerts += 1;
  for (const word of words) {
    if (known.words.has(word) || known.words.size < WORDS_KEPT)
      known.words.set(word, (known.words.get(word) ?? 0) + 1);
  }
  const named = words.filter(isName);
  const chosen = named.find((word) => rare.includes(word)) ?? named[0];
  // Without a name, a word that other alerts of the rule do not have, once there are enough to compare with.
  const other = before >= 3 ? rare.find((word) => /^[a-z][\w]{2,}$/i.test(word)) : undefined;
  return workload(chosen ?? other ?? '');
}

// Joined of several parts, or letters with digits: `cart-7f9c`, `db01`, `shop/cart`; no measurement like `93%` or `1.5s`.
function isName(word: string): boolean {
  return (
    word.length <= 200 &&
    /^[a-z]/i.test(word) &&
    /[a-z][-_./:@]\w|[a-z]\d/i.test(word) &&
    !/^p\d+$/i.test(word)
  );
}

/** A pod is named after what it belongs to: without the parts that change with each deployment. */
function workload(name: string): string {
  return name
    .toLowerCase()
    .replace(/-[0-9a-f]{6,10}-[0-9a-z]{5}$/, '')
    .replace(/-[0-9a-z]*\d[0-9a-z]*-[0-9a-z]{5}$/, '')
    .replace(/-\d+$/, '');
}
