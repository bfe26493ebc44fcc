import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { dataKeys } from '../../../../src/adapters/postgres/store/data-keys.ts';
import { testDatabase } from '../../../support/database.ts';
import { countingVault, differing, incidentIn, note, storeOn } from '../../../support/record-entries.ts';
import { undoneAfter } from '../../../support/undone-after.ts';
import { testVault } from '../../../support/vault.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

it('one key is made for each incident and one for what belongs to none, and each is unwrapped once', () =>
  undoneAfter(db, async ({ sql }) => {
    const id = await incidentIn(sql);
    const { vault, made, unwrapped } = countingVault();
    const store = storeOn(sql, vault);
    await store.recordAll([note(id, 'a'), note(null, 'b'), note(id, 'c')]);
    expect(made).toEqual([id, null]);
    unwrapped.length = 0;
    await store.recordAll([note(id, 'd'), note(id, 'e')]);
    await store.record(note(null, 'f'));
    expect(made).toEqual([id, null]);
    expect(unwrapped).toEqual([id, null]);
    unwrapped.length = 0;
    expect(await store.journal(0, null, 10)).toHaveLength(6);
    expect(unwrapped).toEqual([id, null]);
  }));

it('a key that was destroyed is not asked for, and the next entry has another', () =>
  undoneAfter(db, async ({ sql }) => {
    const id = await incidentIn(sql);
    const { vault, made, unwrapped } = countingVault();
    const store = storeOn(sql, vault);
    await store.recordAll([note(id, 'gone'), note(null, 'other')]);
    const keys = dataKeys(sql, vault);
    expect(await keys.destroy(id)).toBe(1);
    expect(await keys.destroy(id)).toBe(0);
    unwrapped.length = 0;
    expect(await store.journal(0, null, 10)).toMatchObject([{ text: 'other' }]);
    expect(unwrapped).toEqual([null]);
    await store.record(note(id, 'afterwards'));
    expect(made).toEqual([id, null, id]);
    expect(await store.journal(0, id, 10)).toMatchObject([{ text: 'afterwards' }]);
  }));

it('what somebody else makes at the same moment counts', () =>
  undoneAfter(db, async ({ sql }) => {
    const id = await incidentIn(sql);
    const theirs = testVault.newKey(id);
    const racing = differing(sql, 'insert into audit_key', {
      before: () =>
        sql.query(`insert into audit_key (incident_id, wrapped) values ($1, $2)`, [id, theirs.wrapped]),
    });
    const keyOf = await dataKeys(racing, testVault).use([id]);
    expect(keyOf(id).key).toEqual(theirs.key);
  }));

it('nothing is sealed with a key that is destroyed at the same moment', () =>
  undoneAfter(db, async ({ sql }) => {
    const id = await incidentIn(sql);
    const racing = differing(sql, 'insert into audit_key', {
      after: () => dataKeys(sql, testVault).destroy(id),
    });
    await expect(storeOn(racing).record(note(id, 'x'))).rejects.toThrow(
      'use: the key was destroyed at this moment',
    );
  }));

it('the texts of models are sealed with the key of their incident', () =>
  undoneAfter(db, async ({ sql }) => {
    const id = await incidentIn(sql);
    const { vault, made } = countingVault();
    const store = storeOn(sql, vault);
    const call = { model: 'm', tokens: 1, prompt: 'p', answer: 'a', parameters: {}, lookups: [] };
    await store.addModelCalls(id, [call]);
    await store.addModelCalls(id, [call]);
    await store.record(note(id, 'x'));
    expect(made).toEqual([id]);
    const texts = { prompt: 'p', answer: 'a' };
    expect(await store.modelTexts(id)).toMatchObject([{ texts }, { texts }]);
  }));

it('a vault that fails for another reason is not taken for an erasure', () =>
  undoneAfter(db, async ({ store, sql }) => {
    await store.record(note(null, 'x'));
    const away = {
      ...testVault,
      unwrap() {
        throw new Error('the vault is away');
      },
    };
    await expect(storeOn(sql, away).journal(0, null, 10)).rejects.toThrow('the vault is away');
  }));
