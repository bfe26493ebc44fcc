import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecordLog } from '../../../../src/adapters/local/slack/record-log.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sitrep-log-'));
  path = join(directory, 'records.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('has after reopening what was set, changed and deleted', () => {
  const log = openRecordLog<number>(path);
  log.set('a', 1);
  log.set('b', 2);
  log.set('a', 3);
  log.delete('b');
  const again = openRecordLog<number>(path);
  expect([again.get('a'), again.get('b'), again.all()]).toEqual([3, undefined, [3]]);
});

test('drops a last line that a crash cut short, and goes on writing whole lines', () => {
  openRecordLog<number>(path).set('a', 1);
  appendFileSync(path, '{"key":"b","val');
  const log = openRecordLog<number>(path);
  expect(log.all()).toEqual([1]);
  log.set('c', 3);
  expect(openRecordLog<number>(path).all()).toEqual([1, 3]);
});

test('keeps the file as small as what it holds', () => {
  const log = openRecordLog<number>(path);
  for (let value = 0; value < 50; value += 1) log.set('a', value);
  openRecordLog<number>(path);
  expect(readFileSync(path, 'utf8')).toBe('{"key":"a","value":49}\n');
});
