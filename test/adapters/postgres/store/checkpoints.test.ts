import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { createSigner, isSigned } from '../../../../src/incident/checkpoint.ts';
import { testDatabase } from '../../../support/database.ts';
import { differing, note, storeOn } from '../../../support/record-entries.ts';
import { undoneAfter } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const signer = createSigner(Buffer.alloc(32, 3));

describe('a checkpoint', () => {
  it('signs the end of the chain, once', () =>
    undoneAfter(db, async ({ store }) => {
      expect(await store.makeCheckpoint(signer)).toBeNull();
      await store.recordAll([note(null, '1'), note(null, '2')]);
      const made = await store.makeCheckpoint(signer);
      const end = (await store.auditLines(0, 10)).at(-1);
      expect(made).toMatchObject({ seq: 2, hash: end?.hash, key: signer.key });
      expect(made && isSigned(made)).toBe(true);
      expect(await store.makeCheckpoint(signer)).toBeNull();
      await store.record(note(null, '3'));
      const next = await store.makeCheckpoint(signer);
      expect(next?.seq).toBe(3);
      expect(await store.checkpointsAfter(0, 10)).toEqual([made, next]);
      expect(await store.checkpointsAfter(0, 1)).toEqual([made]);
      expect(await store.checkpointsAfter(2, 10)).toEqual([next]);
    }));

  it('is made by one of two who try at the same moment', () =>
    undoneAfter(db, async ({ store, sql }) => {
      await store.record(note(null, '1'));
      const racing = differing(sql, 'insert into audit_checkpoint', {
        before: async () => expect(await store.makeCheckpoint(signer)).not.toBeNull(),
      });
      expect(await storeOn(racing).makeCheckpoint(signer)).toBeNull();
      expect(await store.checkpointsAfter(0, 10)).toHaveLength(1);
    }));
});

it('the chain has its links, and always its beginning', () =>
  undoneAfter(db, async ({ store }) => {
    expect(await store.hasLink({ seq: 0, hash: 'any' })).toBe(true);
    await store.record(note(null, '1'));
    const [line] = await store.auditLines(0, 1);
    const hash = line?.hash ?? '';
    expect(await store.hasLink({ seq: 1, hash })).toBe(true);
    expect(await store.hasLink({ seq: 1, hash: 'another' })).toBe(false);
    expect(await store.hasLink({ seq: 2, hash })).toBe(false);
  }));

it('a place is known by how far it has its copies, and since when it fails', () =>
  undoneAfter(db, async ({ store, sql }) => {
    await store.noteCopied('a', 7);
    await store.noteNotCopied('b', 'full');
    const nothing = { copiedSeq: 0, copiedAt: null, problem: null, failingSince: null };
    const now = expect.any(Date) as unknown;
    const a = { ...nothing, place: 'a', copiedSeq: 7, copiedAt: now };
    expect(await store.placeStates()).toEqual([
      a,
      { ...nothing, place: 'b', problem: 'full', failingSince: now },
    ]);

    const since = new Date('2026-01-01T00:00:00Z');
    await sql.query(`update audit_place set failing_since = $1 where place = 'b'`, [since]);
    await store.noteNotCopied('b', 'away');
    expect((await store.placeStates())[1]).toMatchObject({ problem: 'away', failingSince: since });

    await store.noteCopied('b', 9);
    expect((await store.placeStates())[1]).toEqual({ ...a, place: 'b', copiedSeq: 9 });
    await store.keepPlaces(['b', 'c']);
    expect((await store.placeStates()).map(({ place }) => place)).toEqual(['b']);
  }));
