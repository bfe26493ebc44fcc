import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { GENESIS } from '../../../../src/incident/audit-chain.ts';
import type { NewEntry } from '../../../../src/incident/journal.ts';
import { verifyChain } from '../../../../src/incident/verify-chain.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';
import { differing, incidentIn, note, pastGuards, storeOn } from '../../../support/record-entries.ts';
import { advisoryLocks, undoneAfter } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const refused = (incidentId: number | null, proposal: string): NewEntry => ({
  kind: 'approval.refused',
  incidentId,
  actor: 'U2',
  proposal,
  why: 'too late',
});

describe('what is recorded', () => {
  it('is one chain in the order in which it was given, with its contents sealed', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const id = await incidentIn(sql);
      await store.recordAll([note(id, 'first'), refused(id, 'P1'), note(null, 'of none')]);
      await store.record(note(null, 'last'));
      const lines = await store.auditLines(0, 10);
      expect(lines).toMatchObject([
        {
          seq: 1,
          previous: GENESIS,
          entry: { incidentId: id, proposal: null, actor: 'U1', kind: 'note.added' },
          content: { salt: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown, data: { text: 'first' } },
        },
        {
          entry: { incidentId: id, proposal: 'P1', actor: 'U2', kind: 'approval.refused' },
          content: { data: { proposal: 'P1', why: 'too late' } },
        },
        { entry: { incidentId: null }, content: { data: { text: 'of none' } } },
        { seq: 4, content: { data: { text: 'last' } } },
      ]);
      expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 4, erased: 0 });
      const clear = await sql.query(`select from journal where data <> '{}'`);
      expect(clear.rowCount).toBe(0);
    }));

  it('waits for nobody where it is nothing', () =>
    undoneAfter(db, async ({ store, sql }) => {
      await store.recordAll([]);
      expect(await advisoryLocks(sql)).toEqual([]);
      await store.record(note(null, 'something'));
      expect(await advisoryLocks(sql)).toEqual(['ExclusiveLock']);
    }));

  it('is in order also where the database answers in another', () =>
    undoneAfter(db, async ({ sql }) => {
      const reversed = differing(sql, 'insert into journal', { rows: (rows) => rows.toReversed() });
      const store = storeOn(reversed);
      await store.recordAll([note(null, '1'), note(null, '2'), note(null, '3')]);
      const lines = await store.auditLines(0, 10);
      expect(lines.map(({ content }) => content)).toMatchObject(
        ['1', '2', '3'].map((text) => ({ data: { text } })),
      );
      expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 3 });
    }));

  it('is all of it or nothing', () =>
    undoneAfter(db, async ({ sql }) => {
      const losing = differing(sql, 'insert into journal', { rows: (rows) => rows.slice(1) });
      await expect(storeOn(losing).recordAll([note(null, '1'), note(null, '2')])).rejects.toThrow(
        'record: the journal did not take every entry',
      );
    }));

  it('has the messages shown anew that tell of it', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const id = await incidentIn(sql);
      await store.recordAll([
        note(null, 'no thread'),
        { kind: 'evidence.missing', incidentId: id, actor: 'sitrep', what: 'x' },
      ]);
      const messages = `select incident_id as "incidentId", slot, hasty from message order by slot`;
      expect((await sql.query(messages)).rows).toEqual([
        { incidentId: id, slot: 'evidence', hasty: 0 },
        { incidentId: id, slot: 'summary', hasty: 0 },
      ]);
      await store.record(note(id, 'at once'));
      expect((await sql.query(messages)).rows).toMatchObject([{ hasty: 0 }, { slot: 'summary', hasty: 2 }]);
    }));
});

describe('the journal', () => {
  it('is read of one incident or of all, from an entry on', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [one, other] = [await incidentIn(sql), await incidentIn(sql)];
      await store.recordAll([note(one, 'a'), note(other, 'b'), note(one, 'c'), note(null, 'd')]);
      const all = await store.journal(0, null, 10);
      expect(all).toMatchObject([
        { text: 'a', incidentId: one, actor: 'U1', kind: 'note.added', at: expect.any(Date) as unknown },
        { text: 'b' },
        { text: 'c' },
        { text: 'd', incidentId: null },
      ]);
      const first = all[0]?.seq ?? 0;
      expect(await store.journal(first, null, 2)).toEqual(all.slice(1, 3));
      expect(await store.journal(0, one, 10)).toEqual([all[0], all[2]]);
      expect(await store.latestEntries(one, 10)).toEqual([all[0], all[2]]);
      expect(await store.latestEntries(one, 1)).toEqual([all[2]]);
    }));

  it('tells of an incident also that all was stopped and allowed again while it went on', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [one, other] = [await incidentIn(sql), await incidentIn(sql)];
      const resumed = (why: string): NewEntry => ({
        kind: 'switch.resumed',
        incidentId: null,
        actor: 'U1',
        why,
      });
      await store.recordAll([
        resumed('before'),
        note(one, 'a'),
        { kind: 'switch.stopped', incidentId: null, actor: 'U1', why: 'wait' },
        note(other, 'b'),
        note(null, 'of none'),
        resumed('go on'),
        note(one, 'c'),
        resumed('after'),
      ]);
      const told = (await store.latestEntries(one, 10)).map((entry) =>
        'why' in entry ? entry.why : 'text' in entry ? entry.text : entry.kind,
      );
      expect(told).toEqual(['a', 'wait', 'go on', 'c']);
      expect(await store.latestEntries(other, 10)).toMatchObject([{ text: 'b' }]);
      expect(await store.latestEntries(one, 2)).toMatchObject([{ why: 'go on' }, { text: 'c' }]);
    }));

  it('leaves out what cannot be opened, sealed or of an earlier version', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [gone, here] = [await incidentIn(sql), await incidentIn(sql)];
      await store.recordAll([note(gone, 'gone'), note(here, 'here')]);
      await sql.query(`update audit_key set wrapped = null, destroyed_at = now() where incident_id = $1`, [
        gone,
      ]);
      await sql.query(
        `insert into journal (at, incident_id, actor, kind, data)
         values (now(), $1, 'U0', 'note.added', '{"text":"clear"}'), (now(), $1, 'U0', 'note.added', '{}')`,
        [here],
      );
      expect(await store.journal(0, null, 10)).toMatchObject([
        { text: 'here' },
        { text: 'clear', actor: 'U0' },
      ]);
    }));

  it('has the newest entry of a kind about a proposal', () =>
    undoneAfter(db, async ({ store }) => {
      const proposal = randomUUID();
      expect(await store.latestAbout(proposal, 'approval.refused')).toBeNull();
      const made = (why: string) => ({ ...refused(null, proposal), why }) as NewEntry;
      await store.recordAll([made('first'), made('second'), refused(null, 'another')]);
      expect(await store.latestAbout(proposal, 'approval.refused')).toMatchObject({
        why: 'second',
        proposal,
      });
      expect(await store.latestAbout(proposal, 'action.sent')).toBeNull();
    }));

  it('tells what was offered since the last look, of what goes on', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const [on, over] = [await incidentIn(sql), await incidentIn(sql, 'closed')];
      const withheld = (incidentId: number, title: string): NewEntry => ({
        kind: 'proposal.withheld',
        incidentId,
        actor: 'sitrep',
        title,
        why: 'x',
      });
      await store.recordAll([
        withheld(on, 'before'),
        { kind: 'evidence.found', incidentId: on, actor: 'sitrep', count: 0, best: [] },
        withheld(on, 'first'),
        note(on, 'no offer'),
        withheld(over, 'over'),
        withheld(on, 'second'),
      ]);
      expect(await store.offersSinceLook()).toMatchObject([{ title: 'first' }, { title: 'second' }]);
    }));
});

it('opens nothing that somebody past the guards put in the place of another content', () =>
  undoneAfter(db, async ({ store, sql }) => {
    await store.recordAll([note(null, 'one'), note(null, 'two')]);
    await pastGuards(
      sql,
      `update journal set sealed = (select sealed from journal order by seq limit 1) where seq = (select max(seq) from journal)`,
    );
    expect(await store.journal(0, null, 10)).toMatchObject([{ text: 'one' }]);
  }));

it('rings with the number of the last entry, and wakes whoever delivers messages only where there is one', async () => {
  const rung = Promise.withResolvers<string>();
  const woken = Promise.withResolvers<string>();
  const stops = [
    await db.listen(`${db.schema}_journal`, rung.resolve),
    await db.listen(`${db.schema}_message`, woken.resolve),
  ];
  await db.tx((sql) => storeOn(sql).recordAll([note(null, 'one'), note(null, 'two'), note(null, 'three')]));
  await db.query(`select pg_notify(current_schema() || '_message', 'the first')`);
  const entries = await db.tx((sql) => storeOn(sql).journal(0, null, 10));
  expect(await rung.promise).toBe(String(entries.at(-1)?.seq));
  expect(await woken.promise).toBe('the first');
  for (const stop of stops) await stop();
  await emptyDatabase(db);
});
