import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import { contentHash, linkHash } from '../../../../src/incident/audit-chain.ts';
import { verifyChain } from '../../../../src/incident/verify-chain.ts';
import { testDatabase } from '../../../support/database.ts';
import { earlierRow, incidentIn, note, pastGuards } from '../../../support/record-entries.ts';
import { undoneAfter } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** An entry of an earlier version with its link, the first of the chain. */
async function earlier(sql: Sql, incidentId: number): Promise<void> {
  const seq = await earlierRow(sql, incidentId, 'clear');
  const { rows } = await sql.query<{ at: Date }>(`select at from journal where seq = $1`, [seq]);
  const at = (rows[0]?.at ?? new Date(0)).toISOString();
  const hash = contentHash({ at, incidentId, actor: 'U0', kind: 'note.added', data: { text: 'clear' } });
  const previous = '0'.repeat(64);
  await sql.query(
    `insert into audit (seq, journal_seq, content_hash, previous, hash) values (1, $1, $2, $3, $4)`,
    [seq, hash, previous, linkHash(previous, 1, hash)],
  );
}

it('the chain is handed out in pieces, open or sealed', () =>
  undoneAfter(db, async ({ store }) => {
    for (const text of ['1', '2', '3']) await store.record(note(null, text));
    const all = await store.auditLines(0, 10);
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await store.auditLines(1, 1)).toEqual([all[1]]);
    expect(await store.auditLines(1, 1, 'open')).toEqual([all[1]]);
    const sealed = await store.auditLines(0, 10, 'sealed');
    expect(sealed).toEqual(all.map((line) => ({ ...line, content: 'sealed' })));
    expect(await verifyChain(sealed)).toMatchObject({ intact: true, sealed: 3 });
  }));

it('what cannot be opened any more is erased, also where contents are left out', () =>
  undoneAfter(db, async ({ store, sql }) => {
    const id = await incidentIn(sql);
    await store.recordAll([note(id, 'gone'), note(null, 'here')]);
    await sql.query(`update audit_key set wrapped = null, destroyed_at = now() where incident_id = $1`, [id]);
    expect(await store.auditLines(0, 10)).toMatchObject([{ content: 'erased' }, { content: { data: {} } }]);
    expect(await store.auditLines(0, 10, 'sealed')).toMatchObject([
      { content: 'erased' },
      { content: 'sealed' },
    ]);
    await pastGuards(sql, `update journal set sealed = '\\x00'`);
    expect(await store.auditLines(0, 10)).toMatchObject([{ content: 'erased' }, { content: 'erased' }]);
  }));

it('entries of earlier versions keep their one hash', () =>
  undoneAfter(db, async ({ store, sql }) => {
    const id = await incidentIn(sql);
    await earlier(sql, id);
    await store.record(note(id, 'sealed'));
    const lines = await store.auditLines(0, 10);
    expect(lines[0]).toMatchObject({
      seq: 1,
      incidentId: id,
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      content: { incidentId: id, actor: 'U0', kind: 'note.added', data: { text: 'clear' } },
    });
    expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 2 });
    const [first] = await store.auditLines(0, 1, 'sealed');
    expect(first).toEqual({ ...lines[0], content: 'sealed' });
    await pastGuards(sql, `update journal set data = '{}' where actor = 'U0'`);
    for (const contents of ['open', 'sealed'] as const)
      expect(await store.auditLines(0, 1, contents)).toMatchObject([{ content: 'erased', incidentId: id }]);
  }));

it('a link without its entry is handed out as one whose content is gone', () =>
  undoneAfter(db, async ({ store, sql }) => {
    await store.recordAll([note(null, 'gone'), note(null, 'here')]);
    const [link] = await store.auditLines(0, 1);
    await pastGuards(sql, `delete from journal where seq = (select min(seq) from journal)`);
    const lines = await store.auditLines(0, 10);
    expect(lines).toMatchObject([
      { seq: 1, hash: link?.hash, incidentId: null, content: 'erased' },
      { content: { data: { text: 'here' } } },
    ]);
    expect(await verifyChain(lines)).toMatchObject({ intact: false });
  }));

it('an entry without its link is counted', () =>
  undoneAfter(db, async ({ store, sql }) => {
    await store.record(note(null, 'x'));
    expect(await store.entriesWithoutLink()).toBe(0);
    await earlierRow(sql, await incidentIn(sql), 'past the store');
    expect(await store.entriesWithoutLink()).toBe(1);
  }));
