import { isGeneral } from './general-words.ts';
import type { Question } from './question.ts';
import { stem } from './stem.ts';
import { synonymsOf } from './synonyms.ts';
import { compoundsOf, keyOf, spelledIn, termsOf } from './terms.ts';

/** How much a word counts by where the alert has it. Labels hold entities more than symptoms. */
const WEIGHT = { name: 2, annotation: 1, text: 1, service: 0.5, label: 0.3 } as const;

/** What a word of any text is worth beside one of the field. */
const GENERAL = 0.5;

/** Labels that say how grave or where, which no runbook is chosen by. */
const MUTE_LABELS =
  /^(severity|priority|level|env|environment|cluster|region|zone|az|site|instance|pod|node|host|hostname|receiver|prometheus|endpoint|le|quantile|grafana_folder|uid|id|.*_id|long|short|__.*)$/i;
/** The last is CloudWatch's sentence on datapoints and thresholds, which is the same for every alarm. */
const MUTE_ANNOTATIONS = /(url|link|dashboard|__values__|panel|^__|^(new)?state_?reason$)/i;

/** Words that say since when and how it is now. Every alert has some, and no runbook is chosen by them. */
const MUTE_WORDS = new Set(
  'current currently value second seconds minute minutes min hour hours day days week last past since ago now'
    .split(' ')
    .map(stem),
);

/** Asked terms, each once, with how much it was asked for, which of them are whole identifiers, and their spelling. */
export type QueryTerms = {
  weights: ReadonlyMap<string, number>;
  compounds: ReadonlySet<string>;
  spelled: ReadonlyMap<string, string>;
};

export function queryTerms(question: Question): QueryTerms {
  const weights = new Map<string, number>();
  const compounds = new Set<string>();
  const spelled = new Map<string, string>();
  const add = (text: string, most: number) => {
    const bare = withoutEntities(text);
    for (const compound of compoundsOf(bare)) compounds.add(compound);
    for (const [term, word] of spelledIn(bare)) if (!spelled.has(term)) spelled.set(term, word);
    for (const term of new Set(termsOf(bare))) {
      if (MUTE_WORDS.has(term)) continue;
      const weight = isGeneral(term) ? GENERAL * most : most;
      const before = weights.get(term);
      // Said twice is a little more than said once.
      weights.set(
        term,
        before === undefined ? weight : Math.max(before, weight) + Math.min(before, weight) / 4,
      );
    }
  };
  for (const name of question.alerts) add(name, WEIGHT.name);
  for (const [name, value] of Object.entries(question.annotations))
    if (!MUTE_ANNOTATIONS.test(name)) add(value, WEIGHT.annotation);
  add(question.text, WEIGHT.text);
  for (const service of question.services) add(service, WEIGHT.service);
  for (const [name, value] of Object.entries(question.labels))
    if (!MUTE_LABELS.test(name) && name !== 'alertname') add(value, WEIGHT.label);
  return { weights, compounds, spelled };
}

/** The asked terms and those that may stand for them, for an index to count. */
export function withSynonyms(terms: QueryTerms['weights']): Map<string, number> {
  const all = new Map(terms);
  for (const [term, weight] of terms)
    for (const other of synonymsOf(term))
      if (!terms.has(other)) all.set(other, Math.max(all.get(other) ?? 0, weight * SYNONYM));
  return all;
}

/** How much of a term's worth a synonym carries. */
export const SYNONYM = 0.4;

/**
 * Text without what names one thing on one day: addresses, hashes, measurements, the generated ends of pod
 * names, template placeholders. They carry nothing about which runbook answers.
 */
export function withoutEntities(text: string): string {
  return withoutPlaceholders(text)
    .replaceAll(/https?:\/\/\S+/g, ' ')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?(?::\d+)?\b/g, ' ')
    .replaceAll(/\/(?:dev|var|mnt|srv|opt|data)\/[\w./-]+/g, ' ')
    .replaceAll(/-[a-z0-9]{6,10}-[a-z0-9]{5}\b/g, ' ')
    .replaceAll(/\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b/gi, (run, at: number, whole: string) => {
      const beyond = /^[0-9a-f-]*/i.exec(whole.slice(at + run.length, at + run.length + 64))?.[0] ?? '';
      return /\d/.test(run + beyond) && /[a-f]/i.test(run + beyond) ? ' ' : run;
    })
    .replaceAll(/\b\d+[.,]\d+\w*/g, ' ')
    .replaceAll(/\b\d+\s?(?:%|percent|ms|s|m|h|d|gb|mb|kb|gib|mib|k|tb)?(?![\w-])/gi, (number) =>
      /^(?:0\d{2,}|[1-5]\d\d)$/.test(number) ? number : ' ',
    );
}

/** Without `{{ … }}`. What is never closed stays, and is looked through once. */
function withoutPlaceholders(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf('{{', from);
    const close = open < 0 ? -1 : text.indexOf('}}', open + 2);
    if (close < 0) return [...kept, text.slice(from)].join(' ');
    kept.push(text.slice(from, open));
    from = close + 2;
  }
}

/** Keys that the alert may be named by, and the files and anchors that its annotations point to. */
export type AskedReferences = {
  names: readonly string[];
  files: readonly string[];
  anchors: readonly string[];
};

export function askedReferences(question: Question): AskedReferences {
  const names = question.alerts.map(keyOf).filter((key) => key.length > 2);
  const files: string[] = [];
  const anchors: string[] = [];
  for (const [name, value] of Object.entries(question.annotations)) {
    if (!/runbook|playbook|url|link|doc/i.test(name) || /dashboard|panel|^__/i.test(name)) continue;
    const [address = '', anchor] = value.split('#');
    const segments = address
      .replace(/[?].*$/, '')
      .split('/')
      .filter(Boolean);
    // The file alone, and with its folders: a corpus may hold any part of the path as its own.
    for (let from = Math.max(0, segments.length - 5); from < segments.length; from += 1) {
      const key = keyOf(
        segments
          .slice(from)
          .join('/')
          .replace(/\.(md|html?|adoc|txt|markdown)$/i, ''),
      );
      if (key.length > 2) files.push(key);
    }
    if (anchor) anchors.push(keyOf(anchor));
  }
  return { names, files, anchors };
}
