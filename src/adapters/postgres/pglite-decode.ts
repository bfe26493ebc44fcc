import type { Result } from './sql.ts';
import type { ResultSet } from './pglite-messages.ts';
import { parserOf } from './values.ts';

/** Turns undecoded result sets into rows as node-postgres builds them. */
export function decode<R>(sets: readonly ResultSet[]): Result<R> {
  const rows: R[] = [];
  let rowCount = 0;
  for (const set of sets) {
    const columns = set.columns.map(({ name, oid }) => ({ name, parse: parserOf(oid) }));
    for (const values of set.rows) {
      const row: Record<string, unknown> = {};
      for (const [index, column] of columns.entries()) {
        const text = values[index] ?? null;
        row[column.name] = text === null ? null : column.parse(text);
      }
      rows.push(row as R);
    }
    rowCount += countOf(set.tag);
  }
  return { rows, rowCount };
}

// Tags that count rows end in the number: SELECT 2, INSERT 0 5. The others end in a word.
function countOf(tag: string): number {
  const last = Number(tag.slice(tag.lastIndexOf(' ') + 1));
  return Number.isNaN(last) ? 0 : last;
}
