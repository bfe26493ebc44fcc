import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonLines, writeJsonLines } from '../../src/cli/json-lines.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const schema = z.object({ n: z.number() });

it('reads what it can and names the rest by number', async () => {
  const file = join(temporaryDirectory(), 'in.jsonl');
  await writeFile(file, '{"n":1}\r\n\nno json\n{"n":"two"}\n{"n":5}');
  const wrong: string[] = [];
  const read: { line: number; value: { n: number } }[] = [];
  for await (const one of readJsonLines(file, schema, (line, why) => wrong.push(`${line} ${why}`)))
    read.push(one);
  expect(read).toEqual([
    { line: 1, value: { n: 1 } },
    { line: 5, value: { n: 5 } },
  ]);
  expect(wrong).toEqual([expect.stringMatching(/^3 .*JSON/), expect.stringMatching(/^4 n: /)]);
});

it('writes more than fits into a buffer, in order', async () => {
  const file = join(temporaryDirectory(), 'out.jsonl');
  const writer = writeJsonLines(file);
  for (let n = 0; n < 5000; n += 1) await writer.write({ n, text: 'x'.repeat(100) });
  await writer.close();
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
    Array.from({ length: 5000 }, (_, n) => n),
  );
});

it('says it when the file cannot be written', async () => {
  const writer = writeJsonLines(join(temporaryDirectory(), 'nowhere', 'out.jsonl'));
  await expect(writer.close()).rejects.toThrow('ENOENT');
});
