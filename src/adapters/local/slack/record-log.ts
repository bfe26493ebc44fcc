import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A small durable table: each change is one appended line of JSON, written before the call returns, so that
 * whatever the stand-in has answered survives the death of the process. Opening folds the lines and rewrites
 * the file; a last line cut short by a crash was never answered and is dropped.
 */
export interface RecordLog<T> {
  all(): T[];
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

interface Line<T> {
  key: string;
  value?: T;
}

/** Opens or creates the log at `path`. Throws when the file cannot be read or written. */
export function openRecordLog<T>(path: string): RecordLog<T> {
  mkdirSync(dirname(path), { recursive: true });
  const records = new Map<string, T>();
  if (existsSync(path)) fold(path, records);
  const compact = [...records].map(([key, value]) => `${JSON.stringify({ key, value })}\n`).join('');
  writeFileSync(`${path}.new`, compact, { mode: 0o600 });
  renameSync(`${path}.new`, path);

  const append = (line: Line<T>): void => appendFileSync(path, `${JSON.stringify(line)}\n`);
  return {
    all: () => [...records.values()],
    get: (key) => records.get(key),
    set(key, value) {
      append({ key, value });
      records.set(key, value);
    },
    delete(key) {
      append({ key });
      records.delete(key);
    },
  };
}

function fold<T>(path: string, records: Map<string, T>): void {
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  for (const row of text.slice(0, end).split('\n')) {
    if (row === '') continue;
    const line = JSON.parse(row) as Line<T>;
    if (line.value === undefined) records.delete(line.key);
    else records.set(line.key, line.value);
  }
}
