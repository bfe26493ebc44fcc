import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import { put } from '../../../support/execution-cases.ts';
import { testDatabase } from '../../../support/database.ts';
import { earlierRow, incidentIn, note } from '../../../support/record-entries.ts';
import { executed, undoneAfter } from '../../../support/undone-after.ts';

// That nothing readable is left of an incident which was really worked on is in erasure.test.ts; here is each statement.

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** How many rows about an incident there are, by their table. */
const TABLES = {
  label: `label t where incident_id = $1`,
  hypothesis: `hypothesis t where incident_id = $1`,
  evidence: `evidence t where incident_id = $1`,
  approval: `approval t where proposal_id in (select id from proposal where incident_id = $1)`,
  execution: `execution t where proposal_id in (select id from proposal where incident_id = $1)`,
  proposal: `proposal t where incident_id = $1`,
  postmortem: `postmortem t where incident_id = $1`,
  incident_rule: `incident_rule t where incident_id = $1`,
  model_call: `model_call t where incident_id = $1 and t::text like '%canary%'`,
  alert: `alert t where incident_id = $1 and t::text like '%canary%'`,
  incident: `incident t where id = $1 and title <> 'Erased'`,
};

async function counted(sql: Sql, id: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, of] of Object.entries(TABLES))
    counts[table] = (await sql.query(`select from ${of}`, [id])).rowCount;
  return counts;
}

/** An incident with one row in each table that says something of it. */
async function worked(sql: Sql, state = 'closed'): Promise<number> {
  const id = await incidentIn(sql, state);
  const proposal = await put(sql, id, {}, {});
  await executed(sql, proposal.id);
  await sql.query(`insert into approval (proposal_id, person, digest) values ($1, 'U1', 'd')`, [proposal.id]);
  for (const statement of [
    `insert into evidence (incident_id, kind, title, quote, why, score, about) values ($1, 'runbook', 't', 'q', 'w', 1, '{}')`,
    `insert into label (incident_id, kind, evidence_id, verdict, said_by)
     select $1, 'runbook', max(id), 'right', 'U1' from evidence where incident_id = $1`,
    `insert into hypothesis (incident_id, statement, verdict, evidence_for, evidence_against, by)
     values ($1, 's', 'open', '{}', '{}', 'rules')`,
    `insert into postmortem (incident_id, markdown) values ($1, 'm')`,
    `insert into incident_rule (incident_id, name, firing, total) values ($1, 'n', 0, 1)`,
    `insert into model_call (incident_id, model, tokens, prompt, answer) values ($1, 'm', 1, 'canary', 'canary')`,
    `insert into alert (source, fingerprint, starts_at, status, name, severity, summary, description, labels, annotations, link, incident_id)
     values ('s', $1::text, now(), 'resolved', 'canary', 'info', 'canary', 'canary', '{"a":"canary"}', '{"a":"canary"}', 'canary', $1::bigint)`,
  ])
    await sql.query(statement, [id]);
  return id;
}

const ONE_EACH = Object.fromEntries(Object.keys(TABLES).map((table) => [table, 1]));
const NONE = Object.fromEntries(Object.keys(TABLES).map((table) => [table, 0]));

describe('erasing an incident', () => {
  it('takes what each table says of it, and nothing of another one', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [id, other] = [await worked(sql), await worked(sql)];
      expect(await counted(sql, id)).toEqual(ONE_EACH);
      expect(await store.eraseIncident(id, 'U1', 'asked for')).toBe('erased');
      expect(await counted(sql, id)).toEqual(NONE);
      expect(await counted(sql, other)).toEqual(ONE_EACH);
    }));

  it('destroys its key, and is an entry that stays readable beside what comes later', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [id, other] = [await incidentIn(sql, 'resolved'), await incidentIn(sql, 'closed')];
      await store.recordAll([note(id, 'gone'), note(other, 'here')]);
      expect(await store.eraseIncident(id, 'U1', 'asked for')).toBe('erased');
      await store.record(note(id, 'later'));
      expect(await store.journal(0, null, 10)).toMatchObject([
        { text: 'here' },
        { kind: 'contents.erased', incidentId: id, actor: 'U1', why: 'asked for' },
        { text: 'later' },
      ]);
    }));

  it('is refused for one that is not there, goes on or was erased', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [on, over] = [await worked(sql, 'monitoring'), await worked(sql)];
      expect(await store.eraseIncident(over + 1000, 'U1', 'x')).toBe('unknown');
      expect(await store.eraseIncident(on, 'U1', 'x')).toBe('still going on');
      expect(await counted(sql, on)).toEqual(ONE_EACH);
      await store.eraseIncident(over, 'U1', 'x');
      expect(await store.eraseIncident(over, 'U1', 'x')).toBe('erased before');
      expect(await store.journal(0, null, 10)).toHaveLength(1);
    }));
});

describe('what stands in clear since before contents were sealed', () => {
  const texts = async (sql: Sql) => {
    const { rows } = await sql.query<{ text: string | null }>(
      `select data->>'text' as text from journal where actor = 'U0' order by seq`,
    );
    return rows.map(({ text }) => text);
  };

  it('is emptied, of this incident alone, and the guard stands again', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [id, other] = [await incidentIn(sql, 'closed'), await incidentIn(sql, 'closed')];
      await earlierRow(sql, id, 'gone');
      await earlierRow(sql, other, 'here');
      await store.eraseIncident(id, 'U1', 'x');
      expect(await texts(sql)).toEqual([null, 'here']);
      await expect(sql.query(`update journal set data = '{}'`)).rejects.toThrow('append-only');
    }));

  it('is all that the guard is lifted for', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const id = await incidentIn(sql, 'closed');
      await store.record(note(id, 'sealed'));
      await store.eraseIncident(id, 'U1', 'x');
      const lifted = `select from pg_locks where relation = 'journal'::regclass and mode = 'ShareRowExclusiveLock'`;
      expect((await sql.query(lifted)).rowCount).toBe(0);
    }));
});
