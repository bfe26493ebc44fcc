import type { IncidentRecord } from '../knowledge/own-incidents.ts';
import type { Vault } from '../../incident/seal.ts';
import type { Database, Sql } from './sql.ts';
import { createStore } from './store/store.ts';

/** What our own incidents are written from, read from the record. */
export function incidentRecord(database: Database, vault: Vault): IncidentRecord {
  // A view is many queries that must show one moment; nothing is enqueued or stopped while reading.
  const view = (sql: Sql, id: number) =>
    createStore(sql, { outsideStop: () => null, enqueue: () => Promise.resolve(), vault }).view(id);
  return {
    async over() {
      const { rows } = await database.query<{ id: number; version: string }>(
        `select i.id, max(j.seq)::text as version from incident i join journal j on j.incident_id = i.id
          where i.state in ('resolved', 'closed') and i.erased_at is null group by i.id order by i.id`,
      );
      return rows;
    },
    view: (id) => database.tx((sql) => view(sql, id)),
    async drafts() {
      const { rows } = await database.query<{ id: number; version: string }>(
        `select incident_id as id, drafted_at::text as version from postmortem order by incident_id`,
      );
      return rows;
    },
    async draft(id) {
      const { rows } = await database.query<{ markdown: string }>(
        `select markdown from postmortem where incident_id = $1`,
        [id],
      );
      return rows[0]?.markdown ?? null;
    },
  };
}
