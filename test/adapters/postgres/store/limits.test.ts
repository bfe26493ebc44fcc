import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../../../support/database.ts';
import { advisoryLocks, executed, undoneAfter } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const LIMITS = { perHour: 20, atOnce: 3, failuresInARow: 3, breakerHours: 24, flapMinutes: 60 };
const elsewhere = { target: { identity: 'elsewhere', observedVersion: '1' } };

it('lets begin what nothing is in the way of, and keeps others from being counted past it', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const { id } = await put();
    await put({ state: 'succeeded' });
    expect(await store.whyHeld(id, LIMITS)).toBeNull();
    expect(await store.whyHeld(randomUUID(), LIMITS)).toBeNull();
    expect(await advisoryLocks(sql)).toEqual(['ExclusiveLock']);
  }));

it.each(['claimed', 'sent', 'confirmed', 'verifying'] as const)(
  'holds what acts on the same target as another that is %s',
  (state) =>
    undoneAfter(db, async ({ store, put }) => {
      const { id } = await put();
      const { title } = await put({ state });
      expect(await store.whyHeld(id, LIMITS)).toBe(`“${title}” is under way on the same target`);
    }),
);

it('holds as many of a tool as may be under way at once', () =>
  undoneAfter(db, async ({ store, put }) => {
    const { id } = await put();
    for (const identity of ['a', 'b'])
      await put({ state: 'sent' }, { target: { identity, observedVersion: '1' } });
    expect(await store.whyHeld(id, { ...LIMITS, atOnce: 3 })).toBeNull();
    expect(await store.whyHeld(id, { ...LIMITS, atOnce: 2 })).toBe(
      '2 of kubernetes.rollback are under way, and more at once are not allowed',
    );
  }));

it('holds as many of a tool as may run within an hour', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const { id } = await put();
    await executed(sql, (await put({ state: 'succeeded' })).id, 59);
    await executed(sql, (await put({ state: 'succeeded' })).id, 61);
    expect(await store.whyHeld(id, { ...LIMITS, perHour: 2 })).toBeNull();
    expect(await store.whyHeld(id, { ...LIMITS, perHour: 1 })).toBe(
      'kubernetes.rollback has run 1 time within an hour, and more are not allowed',
    );
  }));

it('lets a plan begin only where the hour has room for all its steps', () =>
  undoneAfter(db, async ({ store, put }) => {
    const plan = randomUUID();
    const { id } = await put({ id: plan, state: 'approved' }, { plan: { id: plan, step: 1, of: 2 } });
    await put({ state: 'approved' }, { plan: { id: plan, step: 2, of: 2 } });
    expect(await store.whyHeld(id, { ...LIMITS, perHour: 2 })).toBeNull();
    expect(await store.whyHeld(id, { ...LIMITS, perHour: 1 })).toBe(
      'kubernetes.rollback may run 1 time within an hour, and there is no room for 2 more runs',
    );
  }));

it('keeps room for what a plan that has begun still needs, and does not hold that', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const plan = randomUUID();
    const first = await put({ id: plan, state: 'succeeded' }, { plan: { id: plan, step: 1, of: 2 } });
    await executed(sql, first.id);
    const second = await put({ state: 'approved' }, { plan: { id: plan, step: 2, of: 2 } });
    const other = await put();
    expect(await store.whyHeld(second.id, { ...LIMITS, perHour: 1 })).toBeNull();
    expect(await store.whyHeld(other.id, { ...LIMITS, perHour: 3 })).toBeNull();
    expect(await store.whyHeld(other.id, { ...LIMITS, perHour: 2 })).toBe(
      'kubernetes.rollback may run 2 times within an hour, and there is no room for 1 more run beside 1 that a plan under way still needs',
    );
  }));

it('does not hold an undo for how often the tool has run, but holds what puts back an undo', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const done = await put({ state: 'reverted' });
    await executed(sql, done.id);
    const undo = await put({ undoes: done.id });
    const again = await put({ undoes: undo.id });
    expect(await store.whyHeld(undo.id, { ...LIMITS, perHour: 1 })).toBeNull();
    expect(await store.whyHeld(again.id, { ...LIMITS, perHour: 1 })).toBe(
      'kubernetes.rollback has run 1 time within an hour, and more are not allowed',
    );
  }));

it('is not in the way of its own undo', () =>
  undoneAfter(db, async ({ store, put }) => {
    const undone = await put({ state: 'verifying' });
    const { id } = await put({ undoes: undone.id });
    expect(await store.whyHeld(id, { ...LIMITS, atOnce: 1 })).toBeNull();
  }));

it.each([
  ['claimed', true],
  ['sent', true],
  ['confirmed', true],
  ['verifying', false],
] as const)('lets an undo wait for another of its tool that is %s: %s', (state, waits) =>
  undoneAfter(db, async ({ store, put }) => {
    const undo = await put({ undoes: (await put({ state: 'succeeded' })).id });
    const again = await put({ undoes: undo.id });
    await put({ state }, elsewhere);
    const held = '1 of kubernetes.rollback are under way, and more at once are not allowed';
    expect(await store.whyHeld(undo.id, { ...LIMITS, atOnce: 1 })).toBe(waits ? held : null);
    expect(await store.whyHeld(again.id, { ...LIMITS, atOnce: 1 })).toBe(held);
  }),
);

it('tells whether an undo has begun on a target lately', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const undone = await put({ state: 'reverted' }, elsewhere);
    await executed(sql, undone.id);
    expect(await store.undoneLately('elsewhere', 60)).toBe(false);
    await executed(sql, (await put({ state: 'succeeded', undoes: undone.id }, elsewhere)).id, 30);
    expect(await store.undoneLately('elsewhere', 31)).toBe(true);
    expect(await store.undoneLately('elsewhere', 29)).toBe(false);
    expect(await store.undoneLately('here', 31)).toBe(false);
  }));

it('tells why something was held last', () =>
  undoneAfter(db, async ({ store, put }) => {
    const { id, incidentId, title } = await put();
    expect(await store.lastHeld(id)).toBeNull();
    const held = { kind: 'action.held' as const, incidentId, actor: 'sitrep', proposal: id, title };
    for (const why of ['first', 'then']) await store.record({ ...held, why });
    expect(await store.lastHeld(id)).toBe('then');
  }));
