import { parseArgs } from 'node:util';
import { symptomOf } from '../src/enrich/culprit/change.ts';
import { signsOf } from '../src/enrich/culprit/signs.ts';
import { WEIGHTS, type Sign } from '../src/enrich/culprit/weights.ts';
import { readCases, type Case } from './culprits/cases.ts';
import { foundReverts } from './culprits/found-reverts.ts';
import { dot, fitLogit, softmax, type Choice } from './culprits/logit.ts';

// How well guilty changes are found, by weights that were not fitted on the case, and the weights that all cases give:
//   node bench/culprits.ts --cases cases.jsonl --labels truth.jsonl

/** The signs that are fitted; the others hardly occur in histories, or only a running installation knows them. */
const FITTED: Sign[] = [
  'recent',
  'near',
  'added',
  'relative',
  'named',
  'rarest',
  'pieces',
  'topic',
  'takenBack',
  'revert',
  'starts',
];
const RIDGE = 2;
const FOLDS = 10;
/** The newest change is guilty in 31 of 100 cases of other repositories: what falls off like this gives that. */
const FALL = 1.2;
const MOST_WEIGHT = 6;
/** Places of the culprit that are weighted together, by their first. */
const PLACES = [0, 1, 2, 3, 5, 10, 20, Infinity];

const { values } = parseArgs({ options: { cases: { type: 'string' }, labels: { type: 'string' } } });
if (!values.cases || !values.labels)
  throw new Error('Name both files: --cases cases.jsonl --labels truth.jsonl');
const given = readCases(values.cases, values.labels);
const cases = [...given, ...foundReverts(given)];
const choices = weighted(cases.map(choiceOf));
const folds = foldsOf(cases);

const apart = choices.map(() => [] as number[]);
for (const fold of new Set(folds)) {
  const weights = fitLogit(
    choices.filter((_, index) => folds[index] !== fold),
    RIDGE,
  );
  folds.forEach((one, index) => {
    if (one === fold) apart[index] = weights;
  });
}
const shipped = FITTED.map((sign) => WEIGHTS[sign]);
const recency = FITTED.map((sign) => Number(sign === 'recent'));
for (const [name, of] of [
  ['recency', () => recency],
  ['cross-validated', (index: number) => apart[index] ?? []],
  ['as shipped', () => shipped],
] as const) {
  tell(`${name}, re-weighted`, of, () => true, false);
  tell(`${name}, plain`, of, (index) => index < given.length, true);
  tell(`${name}, culprit not among the two newest`, of, (index) => (choices[index]?.chosen ?? 0) > 1, true);
}
const all = fitLogit(choices, RIDGE);
console.log(FITTED.map((sign, place) => `${sign} ${(all[place] ?? 0).toFixed(2)}`).join(', '));

function choiceOf(one: Case): Choice {
  const judged = signsOf(symptomOf(one.query), one.changes);
  return {
    rows: judged.map(({ signs }) => FITTED.map((sign) => signs[sign])),
    chosen: judged.findIndex(({ change }) => change.id === one.culprit),
    weight: 1,
  };
}

/** Makes culprits stand at the places where they stand elsewhere. */
function weighted(all: Choice[]): Choice[] {
  const bucket = (place: number) => PLACES.findLastIndex((from) => place >= from);
  const wanted = PLACES.map(() => 0);
  const longest = Math.max(...all.map(({ rows }) => rows.length));
  for (let place = 0; place < longest; place += 1) {
    wanted[bucket(place)] = (wanted[bucket(place)] ?? 0) + (1 + place) ** -FALL;
  }
  const total = wanted.reduce((sum, one) => sum + one, 0);
  const raw = all.map(({ chosen }) => {
    const there = all.filter((other) => bucket(other.chosen) === bucket(chosen)).length;
    return Math.min(MOST_WEIGHT, ((wanted[bucket(chosen)] ?? 0) / total / there) * all.length);
  });
  const mean = raw.reduce((sum, one) => sum + one, 0) / raw.length;
  return all.map((choice, index) => ({ ...choice, weight: (raw[index] ?? 0) / mean }));
}

/** By repository where there are several with enough cases; else by chance, but always the same. */
function foldsOf(all: readonly Case[]): (string | number)[] {
  const counts = new Map<string, number>();
  for (const { repo } of all) counts.set(repo, (counts.get(repo) ?? 0) + 1);
  if ([...counts.values()].filter((count) => count >= 20).length > 1) return all.map(({ repo }) => repo);
  return all.map(({ culprit }) => parseInt(culprit.slice(0, 8), 16) % FOLDS);
}

function tell(
  name: string,
  weightsOf: (index: number) => readonly number[],
  counts: (index: number) => boolean,
  plain: boolean,
): void {
  let [total, first, third, fifth, reciprocal, likelihood] = [0, 0, 0, 0, 0, 0];
  choices.forEach(({ rows, chosen, weight }, index) => {
    if (!counts(index)) return;
    const scores = rows.map((row) => dot(row, weightsOf(index)));
    const own = scores[chosen] ?? 0;
    const before = scores.filter((score, place) => score > own || (score === own && place < chosen)).length;
    const share = plain ? 1 : weight;
    total += share;
    if (before < 1) first += share;
    if (before < 3) third += share;
    if (before < 5) fifth += share;
    reciprocal += share / (1 + before);
    likelihood += share * Math.log(softmax(scores)[chosen] ?? 1);
  });
  const shown = [first, third, fifth, reciprocal, likelihood].map((one) => (one / total).toFixed(3));
  console.log(
    `${name.padEnd(56)} top-1 ${shown[0]} top-3 ${shown[1]} top-5 ${shown[2]} MRR ${shown[3]} log-likelihood ${shown[4]}`,
  );
}
