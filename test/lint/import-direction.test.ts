import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

// A tree that keeps to the table, with every kind of edge that is allowed.
const clean = {
  'src/main.ts': `import { createLoop } from './loop.ts';\nimport { openThings } from './adapters/things/open.ts';\nimport { readConfig } from './config.ts';\nimport { start } from './main/start.ts';\nexport const parts = [createLoop, openThings, readConfig, start];\n`,
  'src/main/start.ts': `export const start = 1;\n`,
  'src/cli.ts': `export const run = async () => import('./main.ts');\n`,
  'src/loop.ts': `import { decide } from './decide/decide.ts';\nimport { offer } from './loop/offer.ts';\nexport const createLoop = () => [decide, offer];\n`,
  'src/loop/offer.ts': `import { act } from '../act/act.ts';\nexport const offer = act;\n`,
  'src/decide/decide.ts': `import type { Alert } from '../incident/alert.ts';\nimport { evaluate } from './policy.ts';\nexport interface DecideStore {\n  read(alert: Alert): number;\n}\nexport const decide = evaluate;\n`,
  'src/decide/policy.ts': `export const evaluate = 1;\n`,
  'src/act/act.ts': `import { weight } from '../incident/alert.ts';\nexport const act = weight;\n`,
  'src/incident/alert.ts': `import { z } from 'zod';\nexport type Alert = { name: string };\nexport const weight = z;\n`,
  'src/adapters/things/open.ts': `import { readFileSync } from 'node:fs';\nimport type { Config } from '../../config.ts';\nimport type { DecideStore } from '../../decide/decide.ts';\nimport { other } from '../other/other.ts';\nexport const openThings = (config: Config, store: DecideStore) => [readFileSync, other, config, store];\n`,
  'src/adapters/other/other.ts': `export const other = 1;\n`,
  'src/config.ts': `import { weight } from './incident/alert.ts';\nexport type Config = { home: string };\nexport const readConfig = weight;\n`,
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sitrep-lint-'));
  cpSync(join(root, 'scripts/lint'), join(directory, 'scripts/lint'), { recursive: true });
  // The project's own settings, so that a rule taken out of them turns this test red.
  writeFileSync(join(directory, '.oxlintrc.json'), readFileSync(join(root, '.oxlintrc.json')));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(directory, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json')));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  write(clean);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

/** What oxlint finds in src/, as `file: rule: message` lines. */
async function lint(files: Record<string, string> = {}): Promise<string[]> {
  write(files);
  const run = promisify(execFile)(process.execPath, [oxlint, '--format', 'json', 'src'], { cwd: directory });
  // It exits 1 where it finds something.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { filename: string; code: string; message: string }[];
  };
  return diagnostics.map(({ filename, code, message }) => `${filename}: ${code}: ${message}`);
}

const direction = (found: string[]) => found.filter((line) => line.includes('sitrep(import-direction)'));

test('a tree that keeps to the table passes', async () => {
  expect(await lint()).toEqual([]);
});

describe('refused', () => {
  const cases: [what: string, file: string, text: string, says: string][] = [
    [
      'one stage importing another',
      'src/act/bad.ts',
      `import { decide } from '../decide/decide.ts';\nexport const bad = decide;\n`,
      'src/act may not import src/decide',
    ],
    [
      'one stage importing a type of another',
      'src/act/bad.ts',
      `import type { DecideStore } from '../decide/decide.ts';\nexport type Bad = DecideStore;\n`,
      'src/act may not import src/decide',
    ],
    [
      'a stage importing an adapter',
      'src/act/bad.ts',
      `import { other } from '../adapters/other/other.ts';\nexport const bad = other;\n`,
      'src/act may not import src/adapters',
    ],
    [
      'a stage importing the configuration',
      'src/act/bad.ts',
      `import type { Config } from '../config.ts';\nexport type Bad = Config;\n`,
      'src/act may not import src/config',
    ],
    [
      'a stage importing the loop',
      'src/act/bad.ts',
      `import { createLoop } from '../loop.ts';\nexport const bad = createLoop;\n`,
      'src/act may not import src/loop',
    ],
    [
      'an import in a function',
      'src/act/bad.ts',
      `export const bad = async () => import('../adapters/other/other.ts');\n`,
      'src/act may not import src/adapters',
    ],
    [
      'an import inside a type',
      'src/act/bad.ts',
      `export type Bad = import('../config.ts').Config;\n`,
      'src/act may not import src/config',
    ],
    [
      'passing on what another stage exports',
      'src/act/bad.ts',
      `export { decide } from '../decide/decide.ts';\n`,
      'src/act may not import src/decide',
    ],
    [
      'passing on everything',
      'src/act/bad.ts',
      `export * from '../decide/decide.ts';\n`,
      'src/act may not import src/decide',
    ],
    [
      'an adapter calling a stage',
      'src/adapters/bad.ts',
      `import { decide } from '../decide/decide.ts';\nexport const bad = decide;\n`,
      'by “import type” only',
    ],
    [
      'an inline type import, which stays when types are stripped',
      'src/adapters/bad.ts',
      `import { type DecideStore } from '../decide/decide.ts';\nexport type Bad = DecideStore;\n`,
      'by “import type” only',
    ],
    [
      'an adapter importing the loop',
      'src/adapters/bad.ts',
      `import type { createLoop } from '../loop.ts';\nexport type Bad = typeof createLoop;\n`,
      'src/adapters may not import src/loop',
    ],
    [
      'the loop importing an adapter',
      'src/loop/bad.ts',
      `import { other } from '../adapters/other/other.ts';\nexport const bad = other;\n`,
      'src/loop may not import src/adapters',
    ],
    [
      'the vocabulary importing anything of ours',
      'src/incident/bad.ts',
      `import type { Config } from '../config.ts';\nexport type Bad = Config;\n`,
      'src/incident may not import src/config',
    ],
    [
      'the configuration importing an adapter',
      'src/config/bad.ts',
      `import { other } from '../adapters/other/other.ts';\nexport const bad = other;\n`,
      'src/config may not import src/adapters',
    ],
    [
      'anybody importing the composition root',
      'src/adapters/bad.ts',
      `import { parts } from '../main.ts';\nexport const bad = parts;\n`,
      'src/adapters may not import src/main',
    ],
    [
      'a folder that the table does not know',
      'src/extra/bad.ts',
      `import type { Alert } from '../incident/alert.ts';\nexport type Bad = Alert;\n`,
      'src/extra stands in no layer',
    ],
    [
      'the product importing from outside src/',
      'src/act/bad.ts',
      `import { help } from '../../test/help.ts';\nexport const bad = help;\n`,
      'lies outside src/',
    ],
  ];

  test.each(cases)('%s', async (_what, file, text, says) => {
    const found = direction(await lint({ [file]: text, 'test/help.ts': 'export const help = 1;\n' }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
  });
});

test('a cycle of imports is refused, also one of types alone', async () => {
  const found = await lint({
    'src/incident/one.ts': `import type { Two } from './two.ts';\nexport type One = { two: Two | null };\n`,
    'src/incident/two.ts': `import type { One } from './one.ts';\nexport type Two = { one: One | null };\n`,
  });
  expect(found.filter((line) => line.includes('import(no-cycle)'))).toHaveLength(2);
});

test('default exports and lost promises are refused', async () => {
  const found = await lint({
    'src/incident/bad.ts': `const work = async (): Promise<void> => {};\nexport const run = (): void => {\n  work();\n};\nexport default run;\n`,
  });
  expect(found.some((line) => line.includes('import(no-default-export)'))).toBe(true);
  expect(found.some((line) => line.includes('no-floating-promises'))).toBe(true);
});
