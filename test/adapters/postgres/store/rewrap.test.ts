import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import { CannotOpen, createVault } from '../../../../src/incident/seal.ts';
import { testDatabase } from '../../../support/database.ts';
import { incidentIn, note, storeOn } from '../../../support/record-entries.ts';
import { undoneAfter } from '../../../support/undone-after.ts';

// How processes with the old and the new key go on beside each other is in rekey.test.ts; here is what rewrapping does.

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const both = createVault([NEW, OLD]);

/** One entry of an incident and one of none, under the old key. */
async function recorded(sql: Sql): Promise<number> {
  const id = await incidentIn(sql);
  await storeOn(sql, createVault([OLD])).recordAll([note(id, 'a'), note(null, 'b')]);
  return id;
}

it('wraps every key anew once, and records that it did', () =>
  undoneAfter(db, async ({ sql }) => {
    await recorded(sql);
    expect(await storeOn(sql, both).rewrapKeys('admin')).toEqual({ rewrapped: 2, before: 0 });
    const entries = [
      { text: 'a' },
      { text: 'b' },
      { kind: 'keys.rewrapped', incidentId: null, actor: 'admin', keys: 2 },
    ];
    const store = storeOn(sql, createVault([NEW]));
    expect(await store.journal(0, null, 10)).toMatchObject(entries);
    expect(await storeOn(sql, both).rewrapKeys('admin')).toEqual({ rewrapped: 0, before: 2 });
    expect(await store.journal(0, null, 10)).toHaveLength(3);
  }));

it('counts those that it leaves', () =>
  undoneAfter(db, async ({ sql }) => {
    await recorded(sql);
    const store = storeOn(sql, both);
    await store.record(note(await incidentIn(sql), 'under the new key'));
    expect(await store.rewrapKeys('admin')).toEqual({ rewrapped: 2, before: 1 });
  }));

it.each([
  ['incident_id is not null', (id: number) => `INC-${id}`],
  ['incident_id is null', () => 'of no incident'],
])('says which key opens with neither: %s', (where, named) =>
  undoneAfter(db, async ({ sql }) => {
    const incidentId = await recorded(sql);
    const { rows } = await sql.query<{ id: number }>(
      `update audit_key set wrapped = '\\x00' where ${where} returning id`,
    );
    const error: unknown = await storeOn(sql, both)
      .rewrapKeys('admin')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CannotOpen);
    expect(error).toMatchObject({
      message: `Key ${rows[0]?.id} (${named(incidentId)}) opens with neither key of SITREP_AUDIT_KEY; nothing was changed. Set the key that it was made with after the new one.`,
      cause: expect.any(CannotOpen) as unknown,
    });
  }),
);
