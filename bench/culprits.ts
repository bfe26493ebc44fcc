import { parseArgs } from 'node:util';
import { symptomOf } from '../src/enrich/culprit/change.ts';
import { signsOf } from '../src/enrich/culprit/signs.ts';
import { NONE, WEIGHTS, type Sign } from '../src/enrich/culprit/weights.ts';
import { readCases, type Case } from './culprits/cases.ts';
import { foundFixes } from './culprits/found-fixes.ts';
import { fitSureness } from './culprits/sureness.ts';
import { foundReverts } from './culprits/found-reverts.ts';
import { dot, fitLogit, softmax, type Choice } from './culprits/logit.ts';
import { placeWeights } from './culprits/place-weights.ts';

// How well guilty changes are found, by weights that were not fitted on the case, and the weights that all cases give:
//   node bench/culprits.ts --cases cases.jsonl --labels truth.jsonl
// The fixtures are always in it; what is said of one of their repositories comes from weights fitted without it.

/** The signs that are fitted; the others hardly occur in histories, or only a running installation knows them. */
const FITTED: Sign[] = [
  'recent',
  'near',
  'alone',
  'subject',
  'text',
  'added',
  'pieces',
  'neighbour',
  'company',
  'exact',
  'family',
  'mechanism',
  'explained',
  'takenBack',
  'revert',
  'stopgap',
  'starts',
];
const RIDGE = 2;
const FOLDS = 10;
/** A fixture counts half a real revert: it was written to be hard, not to be usual. */
const FIXTURE = 0.5;
/** What a fix mends is a guess, and the guess is nearly always among the newest. */
const FIX = 0.2;
const FIXTURES = new URL('../test/fixtures/eval/culprits/', import.meta.url).pathname;

const { values } = parseArgs({ options: { cases: { type: 'string' }, labels: { type: 'string' } } });
if (!values.cases || !values.labels)
  throw new Error('Name both files: --cases cases.jsonl --labels truth.jsonl');
const given = readCases(values.cases, values.labels);
const real = [...given, ...foundReverts(given)];
const fixtures = readCases(`${FIXTURES}cases.jsonl`, `${FIXTURES}truth.jsonl`);
/** Only fitted on, never judged by. */
const fixes = foundFixes(given);
const cases = [...real, ...fixtures, ...fixes];
const isReal = (index: number) => index < real.length;
const isFixture = (index: number) => !isReal(index) && index < real.length + fixtures.length;
const chosen = cases.map(({ changes, culprit }) => changes.findIndex(({ id }) => id === culprit));
const weights = [
  ...placeWeightsOf(real),
  ...fixtures.map(() => FIXTURE),
  ...placeWeightsOf(fixes).map((weight) => weight * FIX),
];
const choices = cases.map(choiceOf);
/** A tenth of the real histories by chance but always the same, or one repository of the fixtures. */
const folds = cases.map(({ repo, culprit }, index) =>
  isFixture(index) ? repo : parseInt(culprit.slice(0, 8), 16) % FOLDS,
);

const apart = new Map(
  [...new Set(folds)].map((fold) => [
    fold,
    fitLogit(
      choices.filter((_, index) => folds[index] !== fold),
      RIDGE,
    ),
  ]),
);
const weightsApart = (index: number) => apart.get(folds[index] ?? 0) ?? [];
const onlyReal = fitLogit(
  choices.filter((_, index) => !isFixture(index)),
  RIDGE,
);
const shipped = FITTED.map((sign) => WEIGHTS[sign]);
const recency = FITTED.map((sign) => Number(sign === 'recent'));
const isOlder = (index: number) => (chosen[index] ?? 0) > 1;

for (const [name, of] of [
  ['recency', () => recency],
  ['apart', weightsApart],
  ['as shipped', () => shipped],
] as const) {
  tell(`${name}, re-weighted`, of, isReal, false);
  tell(`${name}, plain`, of, (index) => index < given.length, true);
  tell(`${name}, not among the two newest`, of, (index) => isReal(index) && isOlder(index), true);
  tell(`${name}, fixtures`, of, isFixture, true);
  tell(`${name}, fixtures, not the two newest`, of, (index) => isFixture(index) && isOlder(index), true);
}
tell('fitted without fixtures, fixtures', () => onlyReal, isFixture, true);
const all = fitLogit(choices, RIDGE);
console.log(FITTED.map((sign, place) => `${sign} ${(all[place] ?? 0).toFixed(2)}`).join(', '));
fitSureness(
  [...real, ...fixtures].map(({ query, changes, culprit }, index) => ({
    query,
    changes,
    culprit,
    group: String(folds[index]),
    kind: isReal(index) ? ('real' as const) : ('fixtures' as const),
    weight: isReal(index) ? (weights[index] ?? 1) : 1,
    weights: {
      ...WEIGHTS,
      ...Object.fromEntries(FITTED.map((sign, place) => [sign, weightsApart(index)[place] ?? 0])),
    },
  })),
  NONE,
);

function placeWeightsOf(of: readonly Case[]): number[] {
  return placeWeights(
    of.map(({ changes, culprit }) => changes.findIndex(({ id }) => id === culprit)),
    Math.max(0, ...of.map(({ changes }) => changes.length)),
  );
}

function choiceOf(one: Case, index: number): Choice {
  const judged = signsOf(symptomOf(one.query), one.changes);
  return {
    rows: judged.map(({ signs }) => FITTED.map((sign) => signs[sign])),
    chosen: judged.findIndex(({ change }) => change.id === one.culprit),
    weight: weights[index] ?? 1,
  };
}

function tell(
  name: string,
  weightsOf: (index: number) => readonly number[],
  counted: (index: number) => boolean,
  plain: boolean,
): void {
  let [total, first, third, fifth, reciprocal, likelihood] = [0, 0, 0, 0, 0, 0];
  choices.forEach(({ rows, chosen: place, weight }, index) => {
    if (!counted(index)) return;
    const scores = rows.map((row) => dot(row, weightsOf(index)));
    const own = scores[place] ?? 0;
    const before = scores.filter((score, at) => score > own || (score === own && at < place)).length;
    const share = plain ? 1 : weight;
    total += share;
    if (before < 1) first += share;
    if (before < 3) third += share;
    if (before < 5) fifth += share;
    reciprocal += share / (1 + before);
    likelihood += share * Math.log(softmax(scores)[place] ?? 1);
  });
  const shown = [first, third, fifth, reciprocal, likelihood].map((one) => (one / total).toFixed(3));
  console.log(
    `${name.padEnd(44)} top-1 ${shown[0]} top-3 ${shown[1]} top-5 ${shown[2]} MRR ${shown[3]} log-likelihood ${shown[4]}`,
  );
}
