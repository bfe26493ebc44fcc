import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../../../support/database.ts';
import { executed, undoneAfter, type InStore } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const order = (id: string) => ({ id, by: 'U1', why: 'wrong', passes: true, withinS: 600, keeps: null });
const NAMED = randomUUID();

/** An order that lists one action that was read back, one that is under way and one that nothing undoes. */
async function listed({ store, sql, put }: InStore, keeps: string | null = null) {
  const byPolicy = { state: 'verifying', decidedBy: 'policy' } as const;
  const [ready, final] = [await put(byPolicy), await put({ ...byPolicy, inverse: null })];
  const sent = await put({ state: 'sent', decidedBy: 'U1' });
  await executed(sql, sent.id, 3);
  await executed(sql, ready.id, 2);
  await executed(sql, final.id, 1);
  await sql.query(`update proposal set effect_at = now() where decided_by = 'policy'`);
  return { ready, sent, final, made: await store.makeUndoOrder({ ...order(NAMED), keeps }) };
}

const name = ({ store }: InStore) => store.setStopped({ by: 'U1', why: 'wrong', order: NAMED });

it('lists what is there to undo, the newest first, and says of each how it stands', () =>
  undoneAfter(db, async (at) => {
    const { ready, sent, final, made } = await listed(at);
    const { incidentId, title } = ready;
    const line = { incidentId, title, endsByItself: false };
    expect(made).toEqual([
      { ...line, undoes: final.id, standing: 'no way back' },
      { ...line, undoes: ready.id, standing: 'ready' },
      { ...line, undoes: sent.id, standing: 'under way' },
    ]);
  }));

it('is open while a stop names it, with its actions as they are now', () =>
  undoneAfter(db, async (at) => {
    const { ready, sent, final } = await listed(at);
    expect(await at.store.openUndoOrder(NAMED)).toBeNull();
    await name(at);
    const opened = await at.store.openUndoOrder(NAMED);
    const none = { undo: null, withheld: null };
    expect(opened).toEqual({
      askedBy: 'U1',
      items: [
        {
          undone: expect.objectContaining({ id: final.id }) as unknown,
          action: null,
          isSettled: true,
          undo: null,
          withheld: 'there is nothing that would undo it',
        },
        {
          undone: expect.objectContaining({ id: ready.id }) as unknown,
          action: ready.inverse,
          isSettled: false,
          ...none,
        },
        {
          undone: expect.objectContaining({ id: sent.id }) as unknown,
          action: null,
          isSettled: false,
          ...none,
        },
      ],
    });
    expect(await at.store.openUndoOrder(randomUUID())).toBeNull();
  }));

it.each([
  [NAMED, true],
  [randomUUID(), false],
])('is open while what stops from outside names it', (outside, open) =>
  undoneAfter(
    db,
    async (at) => {
      await listed(at);
      expect((await at.store.openUndoOrder(NAMED)) !== null).toBe(open);
    },
    () => ({ why: 'by a file', order: outside }),
  ),
);

it('freezes the inverse of what was read back, once', () =>
  undoneAfter(db, async (at) => {
    const { ready, sent } = await listed(at);
    await name(at);
    const cordon = { tool: 'kubernetes.cordon' as const, arguments: { node: 'a' } };
    for (const { id } of [ready, sent]) await at.store.freezeUndo(NAMED, id, cordon);
    const items = (await at.store.openUndoOrder(NAMED))?.items ?? [];
    expect(items.map(({ action }) => action)).toEqual([null, ready.inverse, cordon]);
  }));

it('notes what came of an offer, and what is to be tried again', () =>
  undoneAfter(db, async (at) => {
    const { ready, sent } = await listed(at);
    await name(at);
    await at.store.noteUndo(NAMED, ready.id, { withheld: null, again: false });
    await at.store.noteUndo(NAMED, sent.id, { withheld: 'not now', again: true });
    const items = (await at.store.openUndoOrder(NAMED))?.items ?? [];
    expect(items.slice(1)).toMatchObject([
      { isSettled: true, withheld: null },
      { isSettled: false, withheld: 'not now' },
    ]);
  }));

it('knows how far the undo of an action is that was sent', () =>
  undoneAfter(db, async ({ store, put }) => {
    const { id } = await put({ state: 'verifying' });
    expect(await store.undoUnderWay(id)).toBeNull();
    await put({ state: 'approved', undoes: id });
    expect(await store.undoUnderWay(id)).toBeNull();
    await put({ state: 'unknown', undoes: id });
    expect(await store.undoUnderWay(id)).toBe('unknown');
  }));
