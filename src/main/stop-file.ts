import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import type { OutsideStop } from '../incident/stop.ts';
import { plain } from '../incident/text.ts';

// The part of the kill switch that needs no database: an environment variable, and a file that
// `sitrep stop` writes. Both are looked at before every claim.

const file = (home: string) => join(home, 'STOPPED');

// The second line of a file may name the undo order that it lets pass; the first is a reason, whatever it says, and the third
// says who wrote it. What cannot be read lets nothing pass.
const ORDER = /^undo order ([0-9a-f-]{36})$/;

/**
 * Why all actions are stopped from outside the database; null while they are not. The environment lets nothing pass: it is
 * for when the database is not to be believed, where the orders stand.
 */
export function stopOutside(environment: boolean, home: string): () => OutsideStop | null {
  return () => {
    if (environment)
      return {
        why: 'SITREP_STOP=1 is set in the environment; unset it and restart Sitrep to lift that',
        order: null,
      };
    const text = read(file(home));
    if (text === null) return null;
    const [reason = '', order = '', by = ''] = text.split('\n');
    const said = [plain(reason, 200), plain(by, 100)].filter((one) => one !== '').join(', ');
    // What lifts it comes first, as whoever shows this may have to cut it.
    const why = `the file ${file(home)} is there, and “sitrep resume” in a terminal there removes it${said === '' ? '' : ` (${said})`}`;
    return { why, order: ORDER.exec(order)?.[1] ?? null };
  };
}

/** In one step, so that nobody reads half of it. */
export function writeStopFile(
  home: string,
  why: string,
  order: string | null = null,
  by: string | null = null,
): string {
  makeDirectory(home);
  const lines = [
    why.replaceAll(/\s+/g, ' '),
    ...(order === null && by === null ? [] : [order === null ? '' : `undo order ${order}`]),
    ...(by === null ? [] : [`by ${by.replaceAll(/\s+/g, ' ')}`]),
  ];
  const draft = `${file(home)}.${process.pid}`;
  writeFileSync(draft, `${lines.join('\n')}\n`);
  renameSync(draft, file(home));
  return file(home);
}

export function removeStopFile(home: string): void {
  rmSync(file(home), { force: true });
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : '';
  }
}
