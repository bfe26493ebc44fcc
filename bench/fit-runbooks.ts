// Fits the cautious prior of `src/enrich/retrieval/confidence.ts` and says how it travels:
//   node bench/fit-runbooks.ts ORGANISATION_FOLDER...
// Each folder holds corpus/, queries.jsonl and truth.jsonl. Each organisation is judged by a model fitted on
// the others; what is printed last is fitted on all. An unanswerable question is one whose file was taken
// away, or one asked of the next organisation's corpus.
import { probabilityOf, type ConfidenceModel, type Features } from '../src/incident/confidence-model.ts';
import { memoryIndex } from '../src/enrich/retrieval/memory-index.ts';
import { retrieve } from '../src/enrich/retrieval/retrieve.ts';
import { readOrganisation, type Organisation } from './runbooks/organisation.ts';

type Case = {
  organisation: string;
  kind: 'named' | 'unnamed' | 'removed' | 'foreign';
  features: Features;
  right: boolean;
  place: number;
};

const FITTED = ['covered', 'passage', 'named', 'margin', 'known', 'agreement', 'reference'];
/** Cases without an answer are rarer in a corpus that is used, and some have a near answer after all. */
const SHARE = { named: 0.25, unnamed: 1, removed: 0.3, foreign: 0.2 } as const;
const RIDGE = 0.02;
const STEPS = 1500;

const organisations = await Promise.all(process.argv.slice(2).map(readOrganisation));
if (organisations.length < 3)
  throw new Error('Name at least three folders with corpus/, queries.jsonl and truth.jsonl.');
const cases = (await Promise.all(organisations.map(casesOf))).flat();

console.log(
  'organisation     docs  top1  top5 | top1 with name | ECE  skill cover@90 | AUROC answerable, kept at 5 % false',
);
const all: number[][] = [];
for (const { name, documents } of organisations) {
  const model = fit(cases.filter(({ organisation }) => organisation !== name));
  const own = cases.filter(({ organisation }) => organisation === name);
  const of = (kind: Case['kind']) => own.filter((one) => one.kind === kind);
  const unnamed = of('unnamed');
  const rows = unnamed.map((one) => ({ p: probabilityOf(model, one.features), y: one.right ? 1 : 0 }));
  const yes = unnamed.map((one) => probabilityOf(model, one.features));
  const no = [...of('removed'), ...of('foreign')].map((one) => probabilityOf(model, one.features));
  const removed = of('removed').map((one) => probabilityOf(model, one.features));
  const figures = [
    share(unnamed, ({ place }) => place === 0),
    share(unnamed, ({ place }) => place >= 0 && place < 5),
    share(of('named'), ({ place }) => place === 0),
    ...reliability(rows),
    auroc(yes, no),
    keptAt(yes, no, 0.05),
    auroc(yes, removed),
  ];
  all.push(figures);
  console.log(
    name.padEnd(16),
    String(documents.length).padStart(4),
    figures.map((x) => x.toFixed(3)).join('  '),
  );
}
console.log(
  'macro'.padEnd(21),
  (all[0] ?? [])
    .map((_, k) => (all.reduce((a, row) => a + (row[k] ?? 0), 0) / all.length).toFixed(3))
    .join('  '),
);
const shipped = fit(cases);
console.log(
  JSON.stringify(shipped, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(2)) : value,
  ),
);

async function casesOf(organisation: Organisation, place: number): Promise<Case[]> {
  const { name, documents, asked } = organisation;
  const index = memoryIndex(documents);
  const others = memoryIndex(organisations[(place + 1) % organisations.length]?.documents ?? []);
  const found: Case[] = [];
  for (const { id, question, right } of asked) {
    const unnamed = id.endsWith('#noname');
    const add = async (kind: Case['kind'], from: typeof index) => {
      const { features, ranked } = await retrieve(from, question, 20);
      const at = ranked.findIndex(({ document }) => right.includes(document.path));
      const answerable = kind === 'named' || kind === 'unnamed';
      found.push({
        organisation: name,
        kind,
        features,
        right: answerable && at === 0,
        place: answerable ? at : -1,
      });
    };
    await add(unnamed ? 'unnamed' : 'named', index);
    if (!unnamed) continue;
    await add('removed', memoryIndex(documents.filter(({ path }) => !right.includes(path))));
    await add('foreign', others);
  }
  return found;
}

/** Logistic regression with a ridge, every organisation counting the same; plain gradient steps. */
function fit(on: readonly Case[]): ConfidenceModel {
  const size = new Map<string, number>();
  for (const { organisation, kind } of on)
    size.set(organisation, (size.get(organisation) ?? 0) + SHARE[kind]);
  const total = size.size;
  const weights = new Map(FITTED.map((name) => [name, 0]));
  let bias = 0;
  const momentum = new Map<string, number>();
  let push = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const slope = new Map(FITTED.map((name) => [name, RIDGE * 0.1 * (weights.get(name) ?? 0)]));
    let tilt = 0;
    for (const { organisation, kind, features, right } of on) {
      const p = probabilityOf({ bias, weights: Object.fromEntries(weights) }, features);
      const error = ((p - (right ? 1 : 0)) * SHARE[kind]) / (size.get(organisation) ?? 1) / total;
      tilt += error;
      for (const name of FITTED) slope.set(name, (slope.get(name) ?? 0) + error * (features[name] ?? 0));
    }
    push = 0.95 * push + tilt;
    bias -= 0.3 * push;
    for (const name of FITTED) {
      momentum.set(name, 0.95 * (momentum.get(name) ?? 0) + (slope.get(name) ?? 0));
      weights.set(name, (weights.get(name) ?? 0) - 0.3 * (momentum.get(name) ?? 0));
    }
  }
  return { bias, weights: Object.fromEntries(weights) };
}

function reliability(rows: { p: number; y: number }[]): [ece: number, skill: number, cover: number] {
  const sorted = rows.toSorted((a, b) => a.p - b.p);
  const n = rows.length;
  const base = rows.reduce((a, { y }) => a + y, 0) / n;
  const brier = rows.reduce((a, { p, y }) => a + (p - y) ** 2, 0) / n;
  let ece = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const part = sorted.slice(Math.floor((bin * n) / 10), Math.floor(((bin + 1) * n) / 10));
    ece += Math.abs(part.reduce((a, { p, y }) => a + p - y, 0)) / n;
  }
  let right = 0;
  let cover = 0;
  sorted.toReversed().forEach(({ y }, place) => {
    right += y;
    if (right / (place + 1) >= 0.9) cover = (place + 1) / n;
  });
  return [ece, 1 - brier / (base * (1 - base) || 1), cover];
}

function auroc(yes: readonly number[], no: readonly number[]): number {
  let wins = 0;
  for (const a of yes) for (const b of no) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (yes.length * no.length);
}

function keptAt(yes: readonly number[], no: readonly number[], wrong: number): number {
  const bar = no.toSorted((a, b) => b - a)[Math.floor(wrong * no.length)] ?? 0;
  return yes.filter((p) => p > bar).length / yes.length;
}

function share(of: readonly Case[], test: (one: Case) => boolean): number {
  return of.filter(test).length / Math.max(of.length, 1);
}
