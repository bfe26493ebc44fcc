// node bench/fit-incidents.ts CASES=EXPECTED… [--apart CASES=EXPECTED…]: fits the weights of src/enrich/diagnosis/weigh.ts
// to folders of frozen incidents with their answers, each left out in turn, and prints what that gives and the weights
// of all together. Then the confidence in answers given without the incident's own folder, for confidence.ts; folders
// after --apart count for that alone.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose } from '../src/enrich/diagnosis/diagnose.ts';
import { sureness } from '../src/enrich/diagnosis/confidence.ts';
import { readFrozenIncident } from '../src/enrich/diagnosis/read/read.ts';
import { clearnessOf, type EvidenceName } from '../src/enrich/diagnosis/weigh.ts';
import { fitConfidence, leaveOneGroupOut, type Example } from '../src/learn/fit.ts';
import { figuresOf } from '../src/learn/measure.ts';
import { dot, fitLogit, softmax, type Choice } from './culprits/logit.ts';
import type { Expected } from './incidents/grade.ts';

const NAMES: EvidenceName[] = [
  'near',
  'soon',
  'added',
  'any',
  'symbol',
  'mechanism',
  'frames',
  'flag',
  'plausible',
];
const RIDGE = 0.1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { apart: { type: 'string', multiple: true, default: [] } },
});
const sets = await Promise.all(positionals.map((pair) => choicesOf(pair)));
const apart = await Promise.all(values.apart.map((pair) => choicesOf(pair)));
if (sets.length === 0) throw new Error('Name at least one folder and its answers: CASES=EXPECTED.jsonl');
sets.forEach(({ name, choices }, index) => {
  const others = sets.filter((_, place) => place !== index).flatMap((set) => set.choices);
  if (others.length > 0) console.log(`${name} left out: ${told(choices, fitLogit(others, RIDGE))}`);
});
const all = sets.flatMap(({ choices }) => choices);
const weights = fitLogit(all, RIDGE);
console.log(`all: ${told(all, weights)}`);
[...NAMES, 'NONE', 'CLEAR'].forEach((name, index) => console.log(`  ${name}: ${weights[index]?.toFixed(2)}`));

const examples = [...sets, ...apart].flatMap(({ name, choices }): Example[] => {
  const others = sets.filter((set) => set.name !== name).flatMap((set) => set.choices);
  const without = fitLogit(others, RIDGE);
  return choices.map(({ rows, chosen }) => {
    const chances = softmax(rows.map((row) => dot(row, without)));
    const share = Math.max(...chances);
    return { features: { sure: sureness(share) }, right: chances.indexOf(share) === chosen, group: name };
  });
});
const strangers = leaveOneGroupOut(examples);
console.log('confidence in strangers', figuresOf(strangers), fitConfidence(examples));

async function choicesOf(pair: string): Promise<{ name: string; choices: Choice[] }> {
  const [folder = '', expectedFile = ''] = pair.split('=');
  const lines = (await readFile(expectedFile, 'utf8')).split('\n').filter(Boolean);
  const expected = new Map(lines.map((line) => JSON.parse(line) as Expected).map((one) => [one.id, one]));
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const choices = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      const { id, suspects, outside } = diagnose(
        readFrozenIncident(JSON.parse(text), file.replace('.json', '')),
      );
      const rows = suspects.map(({ evidence }) => [...NAMES.map((name) => evidence[name]), 0, 0]);
      rows.push([...NAMES.map(() => 0), 1, clearnessOf(outside[0]?.clarity ?? 0)]);
      const guilty = suspects.findIndex(({ commit }) => commit.sha === expected.get(id)?.root_cause_commit);
      return { rows, chosen: guilty === -1 ? suspects.length : guilty, weight: 1 };
    }),
  );
  return { name: folder, choices };
}

function told(choices: readonly Choice[], weights: readonly number[]): string {
  const judged = choices.map(({ rows, chosen }) => {
    const shares = softmax(rows.map((row) => dot(row, weights)));
    const answer = shares.indexOf(Math.max(...shares));
    const none = rows.length - 1;
    return {
      right: answer === chosen,
      blamed: answer !== chosen && answer !== none,
      loss: -Math.log(shares[chosen] ?? 1e-9),
    };
  });
  const loss = judged.reduce((sum, one) => sum + one.loss, 0) / judged.length;
  return `${judged.filter((one) => one.right).length} of ${judged.length} right, ${judged.filter((one) => one.blamed).length} blamed, log loss ${loss.toFixed(3)}`;
}
