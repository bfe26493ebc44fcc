// Mutation testing of the trusted core: npm run mutate [-- [--incremental] group …]. See CONTRIBUTING.md.
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { changeOf, isSame, readArgued, type Change, type Mutant } from './mutate/argued.ts';
import { GROUPS, type Group } from './mutate/groups.ts';

const { values, positionals } = parseArgs({
  options: {
    // Keeps the results of mutants whose file and tests are unchanged. It does not see changes of other files.
    incremental: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
  },
  allowPositionals: true,
});
const root = process.cwd();
const argued = readArgued();
const groups = Object.entries(GROUPS).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
const unknown = positionals.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. Name some of: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}

const total = { mutants: 0, killed: 0, timeouts: 0, argued: 0, survived: 0, gone: 0 };
type Count = typeof total;
const lines: string[] = [];
for (const [name, group] of groups) {
  const { killed, timeouts, survivors } = countOf(await mutate(name, group));
  const excused = argued.flatMap(({ mutants }) => mutants).filter(({ file }) => group.mutate.includes(file));
  const news = survivors.filter((one) => !excused.some((other) => isSame(one, other)));
  const gone = excused.filter((one) => !survivors.some((other) => isSame(one, other)));
  const count = {
    mutants: killed + survivors.length,
    killed,
    timeouts,
    argued: survivors.length - news.length,
    survived: news.length,
    gone: gone.length,
  };
  const of = [scoreLine(name, count)];
  for (const change of news) of.push(...shown('Survived, and nobody argues for it', change));
  for (const change of gone)
    of.push(...shown('Argued for, but does not survive; take it out of argued.json', change));
  console.log(`\n${of.join('\n')}\n`);
  lines.push(...of);
  for (const key of Object.keys(total) as (keyof Count)[]) total[key] += count[key];
}
console.log(`\n${[...lines, scoreLine('total', total)].join('\n')}`);
process.exit(total.survived > 0 || total.gone > 0 ? 1 : 0);

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

function countOf(found: Mutant[]) {
  const counted = found.filter(({ status }) => status !== 'CompileError' && status !== 'RuntimeError');
  const survivors = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  return {
    killed: counted.length - survivors.length,
    timeouts: counted.filter(({ status }) => status === 'Timeout').length,
    survivors: survivors.map((mutant) => changeOf(mutant, root)),
  };
}

/** The score is the share of those that are killed among those that nobody argues for. */
function scoreLine(name: string, { mutants, killed, timeouts, argued, survived }: Count): string {
  const score = mutants === argued ? 100 : Math.floor((1000 * killed) / (mutants - argued)) / 10;
  return (
    `${name.padEnd(10)} ${score.toFixed(1).padStart(5)} %  ${mutants} mutants: ${killed} killed` +
    ` (${timeouts} by a timeout), ${argued} argued for, ${survived} survived`
  );
}

function shown(what: string, { file, line, becomes }: Change): string[] {
  return [`  ${what}: ${file}`, `    - ${line}`, `    + ${becomes}`];
}
