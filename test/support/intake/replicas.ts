import { createStore } from '../../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import { groupCommit } from '../../../src/receive/group-commit.ts';
import type { Batch, Recorded } from '../../../src/receive/receive.ts';
import type { History, Said, SaidTogether } from './history.ts';
import { LASTED, type Firing, type Outcome } from './model.ts';
import { testVault } from '../vault.ts';

const BASE = new Date('2026-03-04T03:00:00Z').getTime();
const MINUTE = 60_000;

/** Replicas of the intake, each with a database connection of its own, that are given histories. */
export type Replicas = {
  /**
   * Plays a history under the name `source`, which nothing else may use, and resolves to what stands in the
   * record after it. `one`: to the first replica alone, each delivery after the last was answered. `two`:
   * the same, to the replica that the history names. `at once`: to both, none waiting for another.
   */
  play(history: History, source: string, how: 'one' | 'two' | 'at once'): Promise<Outcome>;
};

export function createReplicas(databases: readonly [Database, Database]): Replicas {
  const record = databases.map((database) =>
    groupCommit<Batch, Recorded>(
      (batches) =>
        database.tx((sql) =>
          createStore(sql, {
            vault: testVault,
            outsideStop: () => null,
            enqueue: async () => {},
          }).recordDeliveries(batches),
        ),
      () => false,
      { perCommit: 1000, waiting: 100_000, deadlineMs: 60_000 },
    ),
  );
  return {
    async play(history, source, how) {
      const deliver = async (one: SaidTogether): Promise<void> => {
        const alerts = one.said.map((said) => alertOf(said, history.identifiedBy, source));
        const replica = how === 'one' ? 0 : one.replica;
        await record[replica]?.({ source, deliveryId: one.deliveryId, alerts }, alerts.length);
      };
      if (how === 'at once') await Promise.all(history.deliveries.map(deliver));
      else for (const one of history.deliveries) await deliver(one);
      return read(databases[0], source);
    },
  };
}

function alertOf(said: Said, identifiedBy: History['identifiedBy'], source: string): Alert {
  const { signal, at, status } = said;
  const lasted = identifiedBy === 'start' ? LASTED : 0;
  return {
    source,
    fingerprint: `signal-${signal}`,
    startsAt: new Date(BASE + at * MINUTE),
    identifiedBy,
    kind: 'operational',
    status,
    endsAt: status === 'resolved' ? new Date(BASE + (at + lasted) * MINUTE) : null,
    name: 'HighErrorRate',
    service: 'checkout',
    severity: 'warning',
    summary: 'checkout fails',
    description: '',
    labels: {},
    annotations: {},
    link: null,
  };
}

async function read(database: Database, source: string): Promise<Outcome> {
  const { rows } = await database.query<{
    fingerprint: string;
    starts_at: Date;
    status: Firing['status'];
    ends_at: Date | null;
    tombstone: boolean;
  }>(`select fingerprint, starts_at, status, ends_at, tombstone from alert where source = $1`, [source]);
  const counted = await database.query<Outcome['counts']>(
    `select coalesce(sum(received), 0)::int as received, coalesce(sum(fresh), 0)::int as fresh,
            coalesce(sum(resolved), 0)::int as resolved, coalesce(sum(repeated), 0)::int as repeated
       from intake where source = $1`,
    [source],
  );
  const minutes = (at: Date) => (at.getTime() - BASE) / MINUTE;
  const firings = rows.map((row) => ({
    signal: Number(row.fingerprint.replace('signal-', '')),
    at: minutes(row.starts_at),
    status: row.status,
    endedAt: row.ends_at && minutes(row.ends_at),
    tombstone: row.tombstone,
  }));
  const [counts] = counted.rows;
  if (!counts) throw new Error('the counters could not be read');
  return { firings, counts };
}
