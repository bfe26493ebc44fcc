// Mutation testing of the trusted core: npm run mutate [-- [--incremental] group …]. See CONTRIBUTING.md.
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { changeOf, isSame, readArgued, type Change, type Mutant } from './mutate/argued.ts';
import { GROUPS, type Group } from './mutate/groups.ts';

const { values, positionals } = parseArgs({
  options: {
    // Keeps the results of mutants whose file and tests are unchanged. It does not see changes of other files.
    incremental: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
const root = process.cwd();
const argued = readArgued();
const groups = Object.entries<Group>(GROUPS).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
const unknown = positionals.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. Name some of: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}

let failed = false;
for (const [name, group] of groups) {
  const found = await mutate(name, group);
  const counted = found.filter(({ status }) => status !== 'CompileError' && status !== 'RuntimeError');
  const survivors = counted
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => changeOf(mutant, root));
  const excused = argued.flatMap(({ mutants }) => mutants).filter(({ file }) => group.mutate.includes(file));
  const news = survivors.filter((one) => !excused.some((other) => isSame(one, other)));
  const gone = excused.filter((one) => !survivors.some((other) => isSame(one, other)));
  const killed = counted.length - survivors.length;
  const score = (100 * killed) / (counted.length - (survivors.length - news.length));
  const timeouts = counted.filter(({ status }) => status === 'Timeout').length;
  const lines = [
    `${name.padEnd(10)} ${score.toFixed(1).padStart(5)} %  ${counted.length} mutants: ${killed} killed` +
      ` (${timeouts} by a timeout), ${survivors.length - news.length} argued for, ${news.length} survived`,
  ];
  for (const change of news) lines.push(...shown('Survived, and nobody argues for it', change));
  for (const change of gone)
    lines.push(...shown('Argued for, but does not survive; take it out of argued.json', change));
  console.log(`\n${lines.join('\n')}\n`);
  failed ||= news.length > 0 || gone.length > 0;
}
process.exit(failed ? 1 : 0);

function mutate(name: string, { mutate: files, tests }: Group): Promise<Mutant[]> {
  process.env['MUTATION_TESTS'] = tests.join(' ');
  return new Stryker({
    mutate: files,
    testRunner: 'vitest',
    vitest: { related: false, configFile: 'scripts/mutate/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    // Tests on a database may be slow on a busy machine, which is no kill.
    timeoutMS: 20_000,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: `.stryker/${name}.html` },
    incremental: values.incremental,
    incrementalFile: `.stryker/${name}.json`,
    tempDirName: '.stryker/tmp',
    ignorePatterns: ['.stryker'],
    // Stryker would rewrite the real one with the compiler's programming interface, which TypeScript 7 has not got.
    tsconfigFile: 'none',
  }).runMutationTest();
}

function shown(what: string, { file, line, becomes }: Change): string[] {
  return [`  ${what}: ${file}`, `    - ${line}`, `    + ${becomes}`];
}
