// node bench/incidents.ts --expected F --answers G [--all]: grades the output of `sitrep eval incidents` against
// lines {id, root_cause_commit, first_failing_service, blast_radius, remediation, decoys?}.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { graded, type Answer, type Expected } from './incidents/grade.ts';

const { values } = parseArgs({
  options: {
    expected: { type: 'string' },
    answers: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});
if (!values.expected || !values.answers) throw new Error('Name both files: --expected F --answers G');

const lines = async (file: string): Promise<unknown[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
const answers = new Map(((await lines(values.answers)) as Answer[]).map((one) => [one.id, one]));
const rows = ((await lines(values.expected)) as Expected[]).map((one) => graded(one, answers.get(one.id)));

for (const row of rows) {
  if (values.all || row.grade < 1)
    console.log(`${row.id.padEnd(24)} ${row.grade.toFixed(2)}  ${row.wrong.join('; ')}`);
}
const count = (is: (row: (typeof rows)[number]) => boolean): number => rows.filter(is).length;
const mean = (of: (row: (typeof rows)[number]) => number): string =>
  (rows.reduce((sum, row) => sum + of(row), 0) / rows.length).toFixed(3);
console.log(
  `${rows.length} incidents: commit ${count((row) => row.commit)}, none ${count((row) => row.none && row.commit)}/${count((row) => row.none)}, ` +
    `innocent blamed ${count((row) => row.blamed)}, service ${count((row) => row.service)}, radius F1 ${mean((row) => row.radius)}, ` +
    `remediation ${count((row) => row.remediation)}, graded ${mean((row) => row.grade)}, Brier ${mean((row) => row.brier)}`,
);
