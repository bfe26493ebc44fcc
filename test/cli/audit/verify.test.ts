import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { verifyCommand } from '../../../src/cli/audit/verify.ts';
import { chainOf } from '../../support/audit-lines.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const exported = chainOf(3)
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

async function verify(text: string, key: string[] = []): Promise<string> {
  const file = join(temporaryDirectory(), 'audit.jsonl');
  writeFileSync(file, text);
  await verifyCommand(file, { key, from: 1 });
  return said.join('\n');
}

it('takes an empty file for no intact chain', async () => {
  await expect(verify('')).rejects.toThrow(/is empty, and no entry is no intact chain.*audit export/);
});

it.each([
  ['an empty line at the end', `${exported}\n`, /broken at entry 4: its line is empty/],
  ['ends of lines as on Windows', exported.replaceAll('\n', '\r\n'), /entry 1: its line ends as on Windows/],
  [
    'no export',
    'date,who\n1,2\n',
    /its line is not JSON[^]*No line of .* reads as an entry. Is it an export\?/,
  ],
])('says in plain words what is wrong: %s', async (_, text, why) => {
  expect(await verify(text)).toMatch(why);
  expect(process.exitCode).toBe(1);
});

it('refuses what is no key', async () => {
  await expect(verify(exported, ['AAAA'])).rejects.toThrow(
    /--key AAAA is no key; “sitrep audit key” prints it/,
  );
  expect(await verify(exported)).toContain('The chain is intact: 3 entries');
});
