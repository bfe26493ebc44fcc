import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshHome, runCli } from '../support/bot.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

it('says what to do about a path in our own words', { timeout: 120_000 }, async () => {
  const home = freshHome();
  const file = join(home, 'file.jsonl');
  writeFileSync(file, '{}\n');
  const nowhere = join(home, 'nowhere.jsonl');
  const culprits = (cases: string) =>
    runCli(['eval', 'culprits', '--cases', cases, '--out', `${file}.out`], home);
  expect((await culprits(nowhere)).output).toContain(`“${nowhere}” is not there. Correct the path`);
  expect((await culprits(home)).output).toContain('is a folder. Name a file.');
  expect(
    (await runCli(['eval', 'incidents', '--cases', file, '--out', `${file}.out`], home)).output,
  ).toContain(`“${file}” is no folder, or leads through a file. Name a folder.`);
  expect((await runCli(['audit', 'verify', nowhere], home)).output).toContain('is not there');
  expect((await culprits(file)).output).toContain('file.jsonl:1: left out: case_id is missing');
});

it('ends quietly where nobody reads any further', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [CLI, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Closed before anything was written, so that the first line meets a pipe without a reader.
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect({ code, said }).toEqual({ code: 0, said: '' });
});
