import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../../src/adapters/postgres/outbox.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { createStore, type Store } from '../../../../src/adapters/postgres/store/store.ts';
import type { Bulletin } from '../../../../src/incident/bulletin.ts';
import { testDatabase } from '../../../support/database.ts';
import { proposalId } from '../../../support/incident-view.ts';
import { FAST, forgetMessages, insertIncident } from '../../../support/message-rows.ts';
import { testVault } from '../../../support/vault.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await forgetMessages(db);
  await db.query(`delete from alert`);
});

const transaction = <T>(work: (store: Store) => Promise<T>): Promise<T> =>
  db.tx((sql) =>
    work(createStore(sql, { vault: testVault, outsideStop: () => null, enqueue: async () => undefined })),
  );

/** The bulletins that are to be sent now, in the order in which they come. */
async function sent(): Promise<Bulletin[]> {
  const outbox = createOutbox(db, FAST);
  const all = [];
  for (;;) {
    const { message } = await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' });
    if (message?.subject.kind !== 'bulletin') return all;
    const { bulletinId } = message.subject;
    const bulletin = await transaction((store) => store.bulletin(bulletinId));
    if (bulletin) all.push(bulletin);
    await outbox.shown(message, message.ts ?? `${message.id}.1`);
  }
}

async function alert(
  name: string,
  place: { incident?: number; quiet?: [string, string]; hoursAgo?: number; service?: string } = {},
): Promise<void> {
  const [reason, why] = place.quiet ?? [null, null];
  await db.query(
    `insert into alert (source, fingerprint, starts_at, status, name, service, severity, summary, description, labels, annotations,
                        incident_id, quiet_reason, quiet_why, pending, received_at)
     values ('test', gen_random_uuid()::text, now(), 'firing', $1, $2, 'info', '', '', '{}', '{}', $3, $4, $5, false,
             now() - make_interval(hours => $6))`,
    [name, place.service ?? null, place.incident ?? null, reason, why, place.hoursAgo ?? 1],
  );
}

const now = async (): Promise<Date> =>
  (await db.query<{ now: Date }>('select now() as now')).rows[0]?.now ?? new Date();

describe('the digest of what was kept quiet', () => {
  beforeEach(async () => {
    await alert('Old', { quiet: ['flapping', 'long ago'], hoursAgo: 30 });
    const incident = await insertIncident(db);
    await alert('Real', { incident });
    await alert('Disk', { quiet: ['flapping', 'it was so at first'], hoursAgo: 5, service: 'a' });
    await alert('Disk', { quiet: ['flapping', 'it flaps'], hoursAgo: 2, service: 'a' });
    await alert('Pod', { quiet: ['maintenance', 'the window covers it'] });
  });

  it('adds up the last day and names the rules, most frequent first', async () => {
    expect(await transaction(async (store) => store.openDigest(await store.now()))).toBe(true);
    const [digest] = await sent();
    if (digest?.kind !== 'digest') throw new Error('no digest');
    expect(digest.report.alerts).toEqual({ total: 4, inIncidents: 1, quiet: 3, unplaced: 0 });
    expect(digest.report.reasons).toEqual([
      { reason: 'flapping', count: 2 },
      { reason: 'maintenance', count: 1 },
    ]);
    expect(digest.report.rules).toMatchObject([
      { name: 'Disk', service: 'a', reason: 'flapping', why: 'it flaps', count: 2 },
      { name: 'Pod', service: null, reason: 'maintenance', why: 'the window covers it', count: 1 },
    ]);
    expect(digest.report.rules[0]?.lastAt).toBeInstanceOf(Date);
    expect(digest.report.from).toBeInstanceOf(Date);
  });

  it('is sent once a day, whoever asks for it', async () => {
    const at = await now();
    const asked = await Promise.all([1, 2, 3].map(() => transaction((store) => store.openDigest(at))));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await sent()).toHaveLength(1);
    expect(await transaction((store) => store.openDigest(at))).toBe(false);
    expect(await transaction((store) => store.openDigest(new Date(at.getTime() + 20 * 3_600_000)))).toBe(
      true,
    );
  });

  it('is not sent where nothing was kept quiet', async () => {
    await db.query(`update alert set quiet_reason = null, quiet_why = null`);
    expect(await transaction(async (store) => store.openDigest(await store.now()))).toBe(false);
    expect(await sent()).toEqual([]);
  });

  it('can be asked for at any time', async () => {
    expect((await transaction((store) => store.quietLately())).alerts.quiet).toBe(3);
  });
});

describe('the notice of what was given up', () => {
  const die = (step: unknown, error = 'no cluster', queue = 'incident'): Promise<void> =>
    transaction((store) => store.noteDead({ queue, step, error }));

  it('is one for an hour, and counts', async () => {
    await die({ kind: 'incident', id: 7 }, 'first');
    await die({ kind: 'incident', id: 7 }, 'second');
    await die({ kind: 'incident', id: 8 });
    const [notice, ...others] = await sent();
    expect(others).toEqual([]);
    if (notice?.kind !== 'dead-letter') throw new Error('no notice');
    expect(notice.letters).toMatchObject([
      { queue: 'incident', incidentId: 7, error: 'second', times: 2 },
      { queue: 'incident', incidentId: 8, times: 1 },
    ]);
    await die({ kind: 'incident', id: 9 });
    await db.query(`update message set not_before = now()`);
    expect((await sent()).map(({ id }) => id)).toEqual([notice.id]);
    await db.query(`update bulletin set opened_at = opened_at - interval '2 hours'`);
    await die({ kind: 'incident', id: 7 });
    const [next, ...rest] = await sent();
    expect(rest).toEqual([]);
    expect(next?.id).toBeGreaterThan(notice.id);
  });

  it('is one also where two processes give up at the same moment', async () => {
    await Promise.all([1, 2, 3, 4].map((id) => die({ kind: 'incident', id })));
    expect(await sent()).toHaveLength(1);
  });

  it('names the incident of a proposal, and none where it is not known', async () => {
    const incident = await insertIncident(db);
    await db.query(
      `insert into proposal (id, incident_id, rank, title, action, risk, confidence, score, reasons_for, reasons_against,
                             consent, digest, policy_rule, policy_effect, requested_by, expires_at)
       values ($1, $2, 1, 't', '{}', 'low', '{}', 1, '[]', '[]', '{}', 'd', 'r', 'ask', 'sitrep', now())`,
      [proposalId(1), incident],
    );
    await die({ kind: 'proposal', id: proposalId(1) }, 'e', 'proposal');
    await die({ kind: 'proposal', id: 'nonsense' }, 'e', 'proposal');
    await die(null, 'e', 'other');
    const [notice] = await sent();
    if (notice?.kind !== 'dead-letter') throw new Error('no notice');
    expect(notice.letters.map(({ incidentId }) => incidentId)).toEqual([incident, null, null]);
    await db.query(`delete from proposal`);
  });
});

it('knows no bulletin that is not there', async () => {
  expect(await transaction((store) => store.bulletin(1_000_000))).toBeNull();
});
