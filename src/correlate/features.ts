import type { Seen } from './decision.ts';

/** What of an alert is compared with others. */
export type Features = {
  /** The rule behind it, of whichever source. */
  rule: string;
  /** This rule about this very thing: what fires again when it flaps. */
  key: string;
  /** The service that it names, or null. */
  service: string | null;
  /** Everything that it names: values of labels and words of the summary, with and without what numbers them. */
  words: readonly string[];
};

// Enough for the labels of any alert that people wrote; a hostile one is cut off here.
const WORDS = 48;
const LABELS = 500;
const LONGEST = 100;

/** Names of labels decide nothing here, only their values do. */
export function featuresOf(alert: Seen): Features {
  const rule = `${alert.source}\n${alert.name}`;
  const words = new Set<string>();
  const add = (value: string) => {
    if (words.size >= WORDS || value.length < 2 || value.length > LONGEST) return;
    const word = value.toLowerCase();
    words.add(word);
    const stem = stemOf(word);
    if (stem.length > 1) words.add(stem);
  };
  if (alert.service) add(alert.service);
  // Sorted, so that a cut-off falls on the same ones in whichever order they came.
  for (const value of Object.values(alert.labels).slice(0, LABELS).sort()) add(value);
  for (const word of alert.summary.slice(0, 300).split(/[^\p{L}\p{N}._-]+/u)) {
    if (/\p{L}/u.test(word)) add(word.replace(/[._-]+$/, ''));
  }
  words.delete(alert.name.toLowerCase());
  return { rule, key: `${rule}\n${alert.fingerprint}`, service: alert.service, words: [...words] };
}

/** `cart-5d4f6c9b8-x2x7k` and `cart-3` are both of `cart`; `db-1.example.com:9100` is of `db`. */
function stemOf(word: string): string {
  return word
    .replace(/:\d+$/, '')
    .replace(/^([a-z][\w-]*)\..*$/, '$1')
    .replace(/-[a-z0-9]{8,10}-[a-z0-9]{5}$/, '')
    .replace(/-(?=[a-z0-9]*\d)[a-z0-9]{5,10}$/, '')
    .replace(/[-_]?\d+$/, '');
}
