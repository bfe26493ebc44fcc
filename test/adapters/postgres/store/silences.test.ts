import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { releaseHushed } from '../../../../src/correlate/release.ts';
import { verifyChain } from '../../../../src/incident/verify-chain.ts';
import { describe as inWords } from '../../../../src/incident/journal.ts';
import type { SilenceRequest } from '../../../../src/incident/silence.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';
import { ONCALL, stage, type Stage } from '../../../support/loop.ts';

let db: Database;
let s: Stage;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  s = await stage(db);
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const request = (over: Partial<SilenceRequest> = {}): SilenceRequest => ({
  matchers: [{ field: 'service', pattern: 'checkout' }],
  minutes: 60,
  why: 'deploying the fix',
  critical: true,
  ...over,
});
const silence = (over: Partial<SilenceRequest> = {}, person = ONCALL) =>
  s.loop.silence({ ...request(over), person });
const active = () => s.transaction(async (store) => store.activeSilences(await store.now()));
const release = () => s.transaction((store) => releaseHushed(store, []));

/** A firing alert that was kept quiet for this reason. */
async function quiet(fingerprint: string, reason: string): Promise<void> {
  await s.fire({ fingerprint });
  await db.query(`update alert set quiet_reason = $2, quiet_why = 'x' where fingerprint = $1`, [
    fingerprint,
    reason,
  ]);
}
const pending = async () =>
  (
    await db.query<{ fingerprint: string }>(
      `select fingerprint from alert where pending and quiet_reason is null and quiet_why is null order by id`,
    )
  ).rows.map((row) => row.fingerprint);

describe('a silence', () => {
  it('is in force from now to its end, as it was asked for', async () => {
    await silence();
    const [one] = await active();
    expect(one).toMatchObject({
      id: 1,
      matchers: [{ field: 'service', pattern: 'checkout' }],
      createdBy: ONCALL,
      why: 'deploying the fix',
      critical: true,
    });
    expect((one?.endsAt.getTime() ?? 0) - (one?.startsAt.getTime() ?? 0)).toBe(3_600_000);
    const at = (time?: Date) => s.transaction((store) => store.activeSilences(time ?? new Date(0)));
    expect(await at(one?.startsAt)).toHaveLength(1);
    expect(await at(one?.endsAt)).toEqual([]);
    expect(await at()).toEqual([]);
  });

  it('ends early once', async () => {
    await silence();
    const ended = await s.loop.unsilence({ person: ONCALL, id: 1 });
    expect(ended).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^Silence 1 \(service=checkout\) has ended/),
    });
    expect(await active()).toEqual([]);
    for (const id of [1, 2]) {
      expect(await s.loop.unsilence({ person: ONCALL, id })).toEqual({
        ok: false,
        text: `No silence ${id} is in force; “/sitrep silences” lists those that are.`,
      });
    }
  });

  it('stands on record from its beginning to its early end', async () => {
    await silence();
    await s.loop.unsilence({ person: ONCALL, id: 1 });
    const entries = await s.transaction((store) => store.journal(0, null, 10));
    expect(entries.map((entry) => [entry.actor, inWords(entry)])).toEqual([
      [
        ONCALL,
        expect.stringMatching(
          /^Silence 1 until [-\d]+ [:\d]{8} UTC: service=checkout, critical alerts too: deploying the fix$/,
        ),
      ],
      [ONCALL, 'Silence 1 ended early: service=checkout'],
    ]);
    const lines = await s.transaction((store) => store.auditLines(0, 10));
    expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 2 });
  });

  it.each<[string, Partial<SilenceRequest>, RegExp]>([
    ['nothing to silence', { matchers: [] }, /Say what to silence/],
    ['everything', { matchers: [{ field: 'rule', pattern: '*' }] }, /would silence everything/],
    ['no end', { minutes: 0 }, /Say for how long/],
    ['more than 30 days', { minutes: 43_201 }, /at most 30d.*maintenance/],
    ['no reason', { why: ' \u200b' }, /Say why/],
    [
      'eleven conditions',
      { matchers: Array.from({ length: 11 }, () => ({ field: 'a', pattern: 'b' })) },
      /At most 10 conditions/,
    ],
  ])('with %s is refused, and nothing is recorded', async (_, over, text) => {
    expect(await silence(over)).toMatchObject({ ok: false, text: expect.stringMatching(text) });
    expect(await active()).toEqual([]);
    expect(await s.transaction((store) => store.journal(0, null, 10))).toEqual([]);
  });

  it('of 30 days is the longest that the database takes, whoever asks it', async () => {
    expect(await silence({ minutes: 43_200 })).toMatchObject({ ok: true });
    const past = s.transaction((store) => store.addSilence(request({ minutes: 43_201 }), ONCALL));
    await expect(past).rejects.toThrow();
  });

  it('is for listed people to add and to end', async () => {
    expect(await silence({}, 'U0STRANGER')).toMatchObject({
      ok: false,
      text: expect.stringMatching(/not listed/),
    });
    await silence();
    expect(await s.loop.unsilence({ person: 'U0STRANGER', id: 1 })).toMatchObject({ ok: false });
    expect(await active()).toHaveLength(1);
  });
});

describe('the answer', () => {
  it('says what it fits now, what still comes through, where the rest is seen and how to end it', async () => {
    await s.fire({ fingerprint: 'a' });
    await s.fire({ fingerprint: 'b', service: 'pricing' });
    const { text } = await silence({ critical: false });
    expect(text).toMatch(
      /^Silence 1 is in force until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: service=checkout\. /,
    );
    expect(text).toContain(
      'Still coming through: critical alerts and security signals (add --critical to hush critical ones too).',
    );
    expect(text).toContain(
      'It fits 1 alert that fires now, 1 of them critical; those that are in an incident',
    );
    expect(text).toContain('counted in the digest and listed by “/sitrep quiet”');
    expect(text).toContain('“/sitrep unsilence 1” ends it early.');
  });

  it('warns where nothing that fires fits', async () => {
    const { text } = await silence({ matchers: [{ field: 'kind', pattern: 'security' }] });
    expect(text).toContain('No alert that fires now fits');
    expect(text).not.toContain('Still coming through');
  });
});

describe('what was hushed and still fires', () => {
  it('waits while the silence lasts, and is placed again after its early end', async () => {
    await quiet('a', 'silenced');
    await silence();
    expect(await release()).toBe(0);
    expect(await pending()).toEqual([]);
    await s.loop.unsilence({ person: ONCALL, id: 1 });
    expect(await release()).toBe(1);
    expect(await pending()).toEqual(['a']);
    expect(await release()).toBe(0);
  });

  it('is placed again after the end that was planned', async () => {
    await quiet('a', 'silenced');
    await silence();
    await db.query(`update silence set starts_at = now() - interval '2 hours', ends_at = now()`);
    expect(await release()).toBe(1);
  });

  it('is nothing that was quiet for another reason, or has resolved', async () => {
    await quiet('flapping', 'flapping');
    await quiet('maintained', 'maintenance');
    await quiet('over', 'silenced');
    await s.fire({ fingerprint: 'over', status: 'resolved' });
    expect(await release()).toBe(1);
    expect(await pending()).toEqual(['maintained']);
  });

  it('is found however much there is of it', async () => {
    await quiet('f', 'silenced');
    await db.query(
      `insert into alert (source, fingerprint, starts_at, status, name, service, severity, summary, description, labels, annotations, quiet_reason)
       select source, 'f' || n, starts_at, status, name, service, severity, summary, description, labels, annotations, quiet_reason
         from alert, generate_series(1, 1100) as n`,
    );
    expect(await release()).toBe(1101);
  });
});
