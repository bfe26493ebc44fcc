import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/postgres/open.ts';
import type { Storage } from '../rig/storage.ts';
import { keyOf } from '../rig/sender.ts';

type Row = { fingerprint: string; startsAt: string; count: number };

const ROWS = `
  select fingerprint, to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt",
         count(*)::int as count
    from alert group by fingerprint, starts_at`;

/**
 * Compares what senders were told with what stands in the database: `lost` were acknowledged and have no
 * row, `doubled` have more than one. `home` is that of the process that owned the embedded database, which
 * must have ended by now.
 */
export async function compareRecord(
  storage: Storage,
  home: string,
  acknowledged: ReadonlySet<string>,
): Promise<{ lost: number; doubled: number; rows: number }> {
  const rows = storage.query ? await storage.query<Row>(ROWS) : await readEmbedded(home);
  const counts = new Map(
    rows.map((row) => [keyOf({ ...row, startsAt: new Date(row.startsAt) }), row.count] as const),
  );
  return {
    lost: [...acknowledged].filter((key) => !counts.has(key)).length,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    rows: rows.length,
  };
}

async function readEmbedded(home: string): Promise<Row[]> {
  const database = await openDatabase({ url: undefined, home: join(home) });
  try {
    return (await database.query<Row>(ROWS)).rows;
  } finally {
    await database.close();
  }
}
