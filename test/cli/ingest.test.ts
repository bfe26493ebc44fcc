import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

test('reads every source, says what it did with each, and fails where one cannot be read', () => {
  const cwd = temporaryDirectory();
  const ingest = (team: string) => {
    writeFileSync(join(cwd, 'sitrep.yaml'), team);
    const env = { PATH: process.env['PATH'], SITREP_HOME: join(cwd, 'home') };
    const done = spawnSync(process.execPath, [CLI, 'ingest'], { cwd, env, encoding: 'utf8' });
    return { status: done.status, said: done.stdout, wrong: done.stderr };
  };
  for (const [path, text] of [
    ['runbooks/a.md', '# A\n\ntext'],
    ['docs/b.adoc', '= B\n\ntext'],
  ] as const) {
    mkdirSync(join(cwd, path, '..'), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const both = ingest('knowledge: { folders: [docs] }\n');
  expect(both.said).toContain('folder:runbooks: 1 file read, 1 changed, 0 removed, 0 unchanged.');
  expect(both.said).toContain(`folder:${join(cwd, 'docs')}: 1 file read, 1 changed, 0 removed, 0 unchanged.`);
  expect(both.status).toBe(0);

  const missing = ingest('knowledge: { folders: [nowhere] }\n');
  expect(missing.said).toContain('folder:runbooks: 0 files read, 0 changed, 0 removed, 1 unchanged.');
  expect(missing.said).toContain(`folder:${join(cwd, 'docs')}: no longer in the configuration`);
  expect(missing.wrong).toMatch(/There is no folder .*nowhere: create it/);
  expect(missing.status).toBe(1);
}, 120_000);
