import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import { settingStore } from '../../../../src/adapters/postgres/store/settings.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';
import { incidentIn, storeOn } from '../../../support/record-entries.ts';
import { advisoryLocks, executed, undoneAfter, type InStore } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const [ONE, OTHER] = [randomUUID(), randomUUID()];

/** An order that lists an action of the policy, and a proposal that undoes it. */
async function ordered({ store, sql, put }: InStore, order: string, passes = true) {
  const undone = await put({ state: 'verifying', decidedBy: 'policy' });
  await executed(sql, undone.id);
  await sql.query(`update proposal set effect_at = now() where id = $1`, [undone.id]);
  await store.makeUndoOrder({ id: order, by: 'U1', why: 'wrong', passes, withinS: 600, keeps: null });
  if (!undone.inverse) throw new Error('nothing undoes it');
  const undo = await put({ undoes: undone.id, action: undone.inverse });
  return { undone: undone.id, undo: undo.id };
}

describe('the switch', () => {
  it('stops all until it is released, and tells who pulled it and why', () =>
    undoneAfter(db, async ({ store, put }) => {
      const { id } = await put();
      expect(await store.stopped()).toBeNull();
      await store.setStopped({ by: 'U1', why: 'wrong' });
      const stop = { by: 'U1', why: 'wrong', undoing: [] };
      expect(await store.stopped()).toEqual(stop);
      expect(await store.stopped(id)).toEqual(stop);
      expect(await store.lockSwitch()).toEqual({ order: null, why: 'wrong' });
      await store.setStopped(null);
      expect(await store.lockSwitch()).toEqual({ order: null, why: null });
      expect(await store.stopped()).toBeNull();
      expect(await store.stopped(id)).toBeNull();
    }));

  it('lets pass what the order lists that it names, and nothing else', () =>
    undoneAfter(db, async (at) => {
      const { undone, undo } = await ordered(at, ONE);
      const { id: another } = await at.put();
      await at.store.setStopped({ by: 'U1', why: 'wrong', order: ONE });
      const stop = { by: 'U1', why: 'wrong', undoing: [undone] };
      expect(await at.store.lockSwitch()).toEqual({ order: ONE, why: 'wrong' });
      expect(await at.store.stopped()).toEqual(stop);
      expect(await at.store.stopped(undo)).toBeNull();
      for (const id of [undone, another, '', randomUUID()]) expect(await at.store.stopped(id)).toEqual(stop);
      await at.store.setStopped({ by: 'U1', why: 'wrong', order: OTHER });
      expect(await at.store.stopped(undo)).toEqual({ ...stop, undoing: [] });
    }));

  it('lets nothing pass of an order that only lists', () =>
    undoneAfter(db, async (at) => {
      const { undo } = await ordered(at, ONE, false);
      await at.store.setStopped({ by: 'U1', why: 'wrong', order: ONE });
      for (const id of [undefined, undo])
        expect(await at.store.stopped(id)).toEqual({ by: 'U1', why: 'wrong', undoing: [] });
    }));

  it('reads a stop of a version that names no order', () =>
    undoneAfter(db, async ({ store, sql }) => {
      await sql.query(`insert into setting (name, value) values ('stopped', '{"by":"U1","why":"old"}')`);
      expect(await store.stopped()).toEqual({ by: 'U1', why: 'old', undoing: [] });
      expect(await store.lockSwitch()).toEqual({ order: null, why: 'old' });
    }));

  it('leaves behind when it was last pulled, not when it was released', () =>
    undoneAfter(db, async ({ store, sql }) => {
      const last = async () => {
        const { rows } = await sql.query<{ at: string }>(
          `select value #>> '{}' as at from setting where name = 'last-stop'`,
        );
        return rows.map(({ at }) => Date.parse(at));
      };
      await store.setStopped(null);
      expect(await last()).toEqual([]);
      const before = (await store.now()).getTime();
      await store.setStopped({ by: 'U1', why: 'wrong' });
      const [first = 0] = await last();
      expect(first).toBeGreaterThanOrEqual(before);
      await store.setStopped(null);
      expect(await last()).toEqual([first]);
    }));
});

describe('what stops from outside', () => {
  it('holds without any database where it lets nothing pass', async () => {
    const away: Sql = { query: () => Promise.reject(new Error('the database is away')) };
    const store = settingStore(away, () => ({ why: 'by a file', order: null }));
    const stop = { by: 'sitrep', why: 'by a file', isOutside: true, undoing: [] };
    expect(await store.stopped()).toEqual(stop);
    expect(await store.stopped(randomUUID())).toEqual(stop);
  });

  const stop = { by: 'sitrep', why: 'by a file', isOutside: true };
  const outside = () => ({ why: 'by a file', order: ONE });

  it('lets pass what the order lists that it names', () =>
    undoneAfter(
      db,
      async (at) => {
        const { undone, undo } = await ordered(at, ONE);
        for (const row of [null, { by: 'U1', why: 'wrong', order: ONE }]) {
          await at.store.setStopped(row);
          expect(await at.store.stopped()).toEqual({ ...stop, undoing: [undone] });
          expect(await at.store.stopped(undo)).toBeNull();
          expect(await at.store.stopped(undone)).toEqual({ ...stop, undoing: [undone] });
        }
      },
      outside,
    ));

  it.each([OTHER, null])('lets nothing pass where the switch names %s', (order) =>
    undoneAfter(
      db,
      async (at) => {
        const { undo } = await ordered(at, ONE);
        await at.store.setStopped({ by: 'U1', why: 'wrong', order });
        for (const id of [undefined, undo])
          expect(await at.store.stopped(id)).toEqual({ ...stop, undoing: [] });
      },
      outside,
    ),
  );
});

describe('who begins a write', () => {
  it('holds the switch where it is, beside others who do', () =>
    undoneAfter(db, async ({ store, sql }) => {
      await store.mayResend(randomUUID());
      expect(await advisoryLocks(sql)).toEqual(['ShareLock']);
    }));

  it.each<[string, (at: InStore) => Promise<unknown>]>([
    ['pulls it', ({ store }) => store.setStopped({ by: 'U1', why: 'wrong' })],
    ['locks it', ({ store }) => store.lockSwitch()],
  ])('is waited for by whoever %s', (_, move) =>
    undoneAfter(db, async (at) => {
      await move(at);
      expect(await advisoryLocks(at.sql)).toEqual(['ExclusiveLock']);
      await at.store.mayResend(randomUUID());
      // The same lock, held in both ways.
      const { rowCount } = await at.sql.query(
        `select distinct classid, objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`,
      );
      expect(rowCount).toBe(1);
    }),
  );
});

it('has every open thread show anew what it says of the switch, and rings for it', async () => {
  const rung = Promise.withResolvers<string>();
  const stop = await db.listen(`${db.schema}_message`, rung.resolve);
  await db.tx(async (sql) => {
    const [on, over] = [await incidentIn(sql), await incidentIn(sql, 'closed')];
    await sql.query(
      `insert into message (incident_id, slot)
       values ($1, 'summary'), ($1, 'evidence'), ($1, 'proposal:1'), ($2, 'summary')`,
      [on, over],
    );
    await storeOn(sql).showSwitch();
    const { rows } = await sql.query(
      `select incident_id as "incidentId", slot from message where wanted = 2 and hasty = 2 order by slot`,
    );
    expect(rows).toEqual(['proposal:1', 'summary'].map((slot) => ({ incidentId: on, slot })));
  });
  expect(await rung.promise).toBe('');
  await stop();
  await emptyDatabase(db);
});

it('the time is that of the database', async () => {
  await undoneAfter(db, async ({ store }) => expect(await store.now()).toBeInstanceOf(Date));
  const silent: Sql = { query: async () => ({ rows: [], rowCount: 0 }) };
  await expect(settingStore(silent, () => null).now()).rejects.toThrow('now: the database gave no time');
});
