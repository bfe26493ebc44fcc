// Fits the cautious prior of `src/enrich/retrieval/confidence.ts` and says how it travels:
//   node bench/fit-runbooks.ts ORGANISATION_FOLDER...
// Each folder holds corpus/, queries.jsonl and truth.jsonl. Each organisation is judged by a model fitted on
// the others; what is printed last is fitted on all.
import { probabilityOf, type Features } from '../src/incident/confidence-model.ts';
import { memoryIndex } from '../src/enrich/retrieval/memory-index.ts';
import { retrieve } from '../src/enrich/retrieval/retrieve.ts';
import type { MeasuredIndex } from '../src/enrich/retrieval/usual.ts';
import { fitConfidence, type Example } from '../src/learn/fit.ts';
import { figuresOf } from '../src/learn/measure.ts';
import { readOrganisation, type Organisation } from './runbooks/organisation.ts';

/**
 * How often a case of each kind counts in the fit. Unanswerable: `nobody` wrote a runbook, its own file was
 * `removed`, or it was asked of a `foreign` corpus. `few` and `fewNone` are asked of eight files, `pool` of all.
 */
const TIMES = {
  ...{ unnamed: 4, named: 1, pool: 1, few: 1, fewNone: 0.5 },
  ...{ nobody: 1, removed: 0.6, foreign: 0.2, removedNamed: 0.15 },
} as const;
type Kind = keyof typeof TIMES;
type Case = { organisation: string; kind: Kind; features: Features; right: boolean; place: number };
const FEW = 7;

const organisations = await Promise.all(process.argv.slice(2).map(readOrganisation));
if (organisations.length < 3)
  throw new Error('Name at least three folders with corpus/, queries.jsonl and truth.jsonl.');
const pool = memoryIndex(
  organisations.flatMap(({ name, documents }) =>
    documents.map((document) => ({ ...document, path: `${name}/${document.path}` })),
  ),
);
const whole = new Map(organisations.map(({ name, documents }) => [name, memoryIndex(documents)]));
const cases = (await Promise.all(organisations.map(casesOf))).flat();

const COLUMNS =
  'top1 top5 named pool1 | ECE skill cover90 | AUROC, kept at 5 %: removed, foreign, nobody, all';
console.log(`organisation: ${COLUMNS}`);
const all: number[][] = [];
for (const { name } of organisations) {
  const own = cases.filter(({ organisation }) => organisation === name);
  const model = fitConfidence(examplesOf(cases.filter(({ organisation }) => organisation !== name)));
  const of = (kind: Kind) => own.filter((one) => one.kind === kind);
  const sure = (kind: Kind) => of(kind).map(({ features }) => probabilityOf(model, features));
  const yes = sure('unnamed');
  // One strange corpus for each alert, or those would outweigh the others.
  const every = sure('foreign').filter((_, i) => i % (organisations.length - 1) === 0);
  const negatives = [
    sure('removed'),
    sure('foreign'),
    sure('nobody'),
    [...sure('removed'), ...every, ...sure('nobody')],
  ];
  const { ece, brierSkill, coverage90 } = figuresOf(
    of('unnamed').map(({ right }, i) => ({ probability: yes[i] ?? 0, right })),
  );
  const figures = [
    share(of('unnamed'), ({ place }) => place === 0),
    share(of('unnamed'), ({ place }) => place >= 0 && place < 5),
    share(of('named'), ({ place }) => place === 0),
    share(of('pool'), ({ place }) => place === 0),
    ...[ece, brierSkill ?? 0, coverage90],
    ...negatives.flatMap((no) => [auroc(yes, no), keptAt(yes, no, 0.05)]),
  ];
  all.push(figures);
  print(name, figures);
}
print(
  'macro',
  (all[0] ?? []).map((_, k) => {
    const known = all.map((row) => row[k] ?? NaN).filter((value) => !Number.isNaN(value));
    return known.reduce((a, value) => a + value, 0) / known.length;
  }),
);
console.log(
  JSON.stringify(fitConfidence(examplesOf(cases)), (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(2)) : value,
  ),
);

async function casesOf({ name, documents, asked }: Organisation): Promise<Case[]> {
  const found: Case[] = [];
  for (const { id, question, right } of asked) {
    const add = async (kind: Kind, from: MeasuredIndex | undefined, want: readonly string[]) => {
      const { features, ranked } = await retrieve(from ?? pool, question, 20);
      const place = ranked.findIndex(({ document }) => want.includes(document.path));
      found.push({ organisation: name, kind, features, right: place === 0, place });
    };
    const unnamed = id.endsWith('#noname');
    if (right.length === 0) {
      if (unnamed) await add('nobody', whole.get(name), []);
      continue;
    }
    const others = documents.filter(({ path }) => !right.includes(path));
    await add(unnamed ? 'unnamed' : 'named', whole.get(name), right);
    await add(unnamed ? 'removed' : 'removedNamed', memoryIndex(others), []);
    if (!unnamed) continue;
    for (const [other, index] of whole) if (other !== name) await add('foreign', index, []);
    await add(
      'pool',
      pool,
      right.map((path) => `${name}/${path}`),
    );
    const from = (found.length * FEW) % others.length;
    const few = [...others, ...others].slice(from, from + FEW);
    await add('fewNone', memoryIndex(few), []);
    await add('few', memoryIndex([...few, ...documents.filter(({ path }) => path === right[0])]), right);
  }
  return found;
}

/** Each case as often as its kind counts; fractions by leaving out. */
function examplesOf(from: readonly Case[]): Example[] {
  const due = new Map<Kind, number>();
  return from.flatMap(({ kind, features, right, organisation }) => {
    const now = (due.get(kind) ?? 0) + TIMES[kind];
    const times = Math.floor(now + 1e-9);
    due.set(kind, now - times);
    return Array.from({ length: times }, () => ({ features, right, group: organisation }));
  });
}

function auroc(yes: readonly number[], no: readonly number[]): number {
  let wins = 0;
  for (const a of yes) for (const b of no) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (yes.length * no.length);
}

function keptAt(yes: readonly number[], no: readonly number[], wrong: number): number {
  if (no.length === 0) return NaN;
  const bar = no.toSorted((a, b) => b - a)[Math.floor(wrong * no.length)] ?? 0;
  return yes.filter((p) => p > bar).length / yes.length;
}

function share(of: readonly Case[], test: (one: Case) => boolean): number {
  return of.filter(test).length / Math.max(of.length, 1);
}

function print(name: string, figures: readonly number[]): void {
  console.log(name.padEnd(12), figures.map((value) => value.toFixed(3)).join('  '));
}
