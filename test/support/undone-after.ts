import { createStore, type Store } from '../../src/adapters/postgres/store/store.ts';
import type { Database, Sql } from '../../src/adapters/postgres/sql.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import type { Step } from '../../src/incident/step.ts';
import type { OutsideStop } from '../../src/incident/stop.ts';
import { put } from './execution-cases.ts';
import { testVault } from './vault.ts';

class Undone extends Error {}

/** A store in one transaction, an incident to put proposals into, and what the store enqueues. */
export type InStore = {
  store: Store;
  sql: Sql;
  steps: Step[];
  put: (over?: Partial<Proposal>, consent?: Partial<Proposal['consent']>) => Promise<Proposal>;
};

/** Work on a store of which nothing stays in the database. */
export async function undoneAfter(
  db: Database,
  work: (at: InStore) => Promise<void>,
  outsideStop: () => OutsideStop | null = () => null,
): Promise<void> {
  await db
    .tx(async (sql) => {
      // What the store asks must hold without the trigger that keeps processes of the version before in turn.
      await sql.query(`alter table proposal disable trigger proposal_in_turn`);
      const { rows } = await sql.query<{ id: number }>(
        `insert into incident (title, service, severity, state) values ('t', 's', 'critical', 'awaiting') returning id`,
      );
      const incidentId = rows[0]?.id ?? 0;
      const steps: Step[] = [];
      const enqueue = async (_: Sql, step: Step) => void steps.push(step);
      const store = createStore(sql, { vault: testVault, outsideStop, enqueue });
      await work({
        store,
        sql,
        steps,
        async put({ state = 'proposed', decidedBy = null, ...over } = {}, consent = {}) {
          const proposal = await put(sql, incidentId, over, consent);
          const { id } = proposal;
          await sql.query(`update proposal set state = $2, decided_by = $3 where id = $1`, [
            id,
            state,
            decidedBy,
          ]);
          return { ...proposal, state, decidedBy };
        },
      });
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
}

/** The advisory locks that this transaction holds, by their modes. */
export async function advisoryLocks(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ mode: string }>(
    `select mode from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() order by mode`,
  );
  return rows.map(({ mode }) => mode);
}

/** An execution that was begun so many minutes ago, and sent. */
export async function executed(sql: Sql, id: string, minutesAgo = 0): Promise<void> {
  await sql.query(
    `insert into execution (proposal_id, lease_until, claimed_at, sent_at)
     values ($1, now(), now() - make_interval(mins => $2), now() - make_interval(mins => $2))`,
    [id, minutesAgo],
  );
}
