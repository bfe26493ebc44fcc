import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonLines, writeJsonLines } from '../../src/cli/json-lines.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const Row = z.object({ text: z.string() });

test('answers may take the place of what they were made from, and only when they are whole', async () => {
  const file = join(temporaryDirectory(), 'rows.jsonl');
  await writeFile(file, '{"text":"a"}\n{"text":"b"}');
  const out = writeJsonLines(file);
  for await (const { value } of readJsonLines(file, Row, () => {})) await out.write({ was: value.text });
  expect(await readFile(file, 'utf8')).toBe('{"text":"a"}\n{"text":"b"}');
  await out.close();
  expect(await readFile(file, 'utf8')).toBe('{"was":"a"}\n{"was":"b"}\n');
});

test('a mark of byte order and separators inside a string end no line', async () => {
  const file = join(temporaryDirectory(), 'rows.jsonl');
  await writeFile(file, '\uFEFF{"text":"a\u2028b"}\r\n{"text":"c"}\n');
  const rows = [];
  for await (const { line, value } of readJsonLines(file, Row, () => {})) rows.push([line, value.text]);
  expect(rows).toEqual([
    [1, 'a\u2028b'],
    [2, 'c'],
  ]);
});
