import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { contentHash, linkHash } from '../../../../src/incident/audit-chain.ts';
import { sha256 } from '../../../../src/incident/canonical.ts';
import { verifyChain } from '../../../../src/incident/verify-chain.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';
import { ONCALL, stage, type Stage } from '../../../support/loop.ts';

const SECRET = 'canary4711';

let db: Database;
let s: Stage;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyDatabase(db);
  s = await stage(db, {
    investigator: {
      investigate: async (case_) => ({
        outcome: 'answered',
        calls: [
          {
            model: 'm',
            tokens: 5,
            prompt: `prompt ${SECRET}`,
            answer: `answer ${SECRET}`,
            parameters: {},
            lookups: [],
          },
        ],
        hypotheses: [
          {
            statement: `because ${SECRET}`,
            verdict: 'open',
            evidenceFor: case_.evidence.slice(0, 1).map(({ id }) => id),
            evidenceAgainst: [],
            by: 'model',
          },
        ],
      }),
    },
  });
});
afterAll(() => db.close());

/** An incident that is over, with the secret in whatever of it people, models and sources wrote. */
async function over(service: string): Promise<void> {
  await s.fire({ name: `${service}${SECRET}`, fingerprint: service, service });
  await s.turn();
  const [incident] = await s.transaction((store) => store.latest(1));
  const id = incident!.id;
  await s.transaction(async (store) => {
    await store.record({ kind: 'note.added', incidentId: id, actor: ONCALL, text: `note ${SECRET}` });
    await store.savePostmortem(id, `draft ${SECRET}`);
    const view = await store.lockView(id);
    if (view) await store.moveIncident(view.incident, 'closed', `because of ${SECRET}`, ONCALL);
  });
}

/** The tables in which the secret can be read, as somebody with the whole database would. */
async function readable(): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = current_schema() order by 1`,
  );
  const found = [];
  for (const { name } of rows) {
    const { rowCount } = await db.query(`select from "${name}" t where t::text ilike $1 limit 1`, [
      `%${SECRET}%`,
    ]);
    if (rowCount > 0) found.push(name);
  }
  return found;
}

const chain = async () => verifyChain(await s.transaction((store) => store.auditLines(0, 1000)));
const erase = (id: number) => s.transaction((store) => store.eraseIncident(id, ONCALL, 'asked for it'));

describe('erasing an incident', () => {
  it('leaves nothing of it readable, and a chain that still verifies and says so', async () => {
    await over('checkout');
    expect(await readable()).toEqual(['alert', 'hypothesis', 'incident_rule', 'postmortem', 'proposal']);
    const before = await s.transaction((store) => store.auditLines(0, 1000));
    expect(JSON.stringify(before)).toContain(SECRET);

    expect(await erase(1)).toBe('erased');
    expect(await readable()).toEqual([]);
    expect(JSON.stringify(await s.transaction((store) => store.auditLines(0, 1000)))).not.toContain(SECRET);
    expect(await s.transaction((store) => store.modelTexts(1))).toMatchObject([{ model: 'm', texts: null }]);
    const of = before.filter((line) => 'entry' in line && line.entry.incidentId === 1).length;
    expect(await chain()).toMatchObject({ intact: true, entries: before.length + 1, erased: of });
    const { journal, incident } = await s.view();
    expect(journal).toMatchObject([{ kind: 'contents.erased', actor: ONCALL, why: 'asked for it' }]);
    expect(incident.title).toBe('Erased');
  });

  it('touches no other incident, and what is said of it later is readable', async () => {
    await over('checkout');
    await over('search');
    const others = (await s.view(2)).journal.length;
    await erase(1);
    expect((await s.view(2)).journal).toHaveLength(others);
    await s.transaction((store) =>
      store.record({ kind: 'note.added', incidentId: 1, actor: ONCALL, text: 'afterwards' }),
    );
    expect((await s.view(1)).journal.at(-1)).toMatchObject({ text: 'afterwards' });
    expect(await chain()).toMatchObject({ intact: true });
    expect(await erase(1)).toBe('erased before');
  });

  it('is refused while the incident goes on, and for one that is not there', async () => {
    await s.fire();
    await s.turn();
    expect(await erase(1)).toBe('still going on');
    expect(await erase(99)).toBe('unknown');
    expect(await chain()).toMatchObject({ intact: true, erased: 0 });
  });

  it('reaches what was written before contents were sealed', async () => {
    await over('checkout');
    await appendAsBefore();
    expect(await chain()).toMatchObject({ intact: true, erased: 0 });
    expect(await readable()).toContain('journal');
    expect((await s.view()).journal.at(-1)).toMatchObject({ text: SECRET });
    await erase(1);
    expect(await readable()).toEqual([]);
    expect(await chain()).toMatchObject({ intact: true });
    await expect(db.query(`update journal set data = '{}'`)).rejects.toThrow('append-only');
  });
});

it('keeps the texts of a model so that their hashes in the chain prove them', async () => {
  await over('checkout');
  const [call] = await s.transaction((store) => store.modelTexts(1));
  const entry = (await s.view()).journal.find((one) => one.kind === 'model.called');
  expect(entry).toMatchObject({
    promptHash: sha256(call!.texts!.prompt),
    answerHash: sha256(call!.texts!.answer),
  });
});

/** What a process of an older version writes, also beside one of this version. */
async function appendAsBefore(): Promise<void> {
  const { rows } = await db.query<{ seq: number; at: Date }>(
    `insert into journal (at, incident_id, actor, kind, data)
     values (date_trunc('milliseconds', clock_timestamp()), 1, 'U0', 'note.added', $1) returning seq, at`,
    [JSON.stringify({ text: SECRET })],
  );
  const [{ seq: journalSeq, at }] = rows as [{ seq: number; at: Date }];
  const content = contentHash({
    at: at.toISOString(),
    incidentId: 1,
    actor: 'U0',
    kind: 'note.added',
    data: { text: SECRET },
  });
  const head = await db.query<{ seq: number; hash: string }>(
    `select seq, hash from audit order by seq desc limit 1`,
  );
  const [{ seq, hash }] = head.rows as [{ seq: number; hash: string }];
  await db.query(
    `insert into audit (seq, journal_seq, content_hash, previous, hash) values ($1, $2, $3, $4, $5)`,
    [seq + 1, journalSeq, content, hash, linkHash(hash, seq + 1, content)],
  );
}
