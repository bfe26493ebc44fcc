import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../src/incident/canonical.ts';
import { bind } from '../src/act/catalogue.ts';
import type { Action } from '../src/incident/action.ts';
import { evidenceHash } from '../src/incident/evidence.ts';
import { verifyChain } from '../src/incident/verify-chain.ts';
import { consentDigest, type Proposal } from '../src/incident/proposal.ts';
import type { Investigation, Investigator } from '../src/propose/investigator.ts';
import type { Database } from '../src/adapters/postgres/sql.ts';
import { createCorrelator } from '../src/correlate/correlator.ts';
import type { Seen } from '../src/correlate/decision.ts';
import { minutes, SHOP } from './support/examples.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { testDatabase } from './support/database.ts';
import { fakeCluster } from './support/fake-cluster.ts';
import { APPROVER, ONCALL, PEOPLE, SECOND, stage, type Stage } from './support/loop.ts';
import { aPolicy } from './support/policy.ts';
import { worldOf } from './support/world.ts';
import { rendered } from './support/rendered.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

/** An incident with its rollback proposed. */
async function incident(over: Parameters<typeof stage>[1] = {}) {
  const s = await stage(db, over);
  await s.fire();
  await s.turn();
  return { s, rollback: await rollbackOf(s) };
}

/** Puts a well-formed proposal to scale in the place of one that is there. */
async function insteadOf(
  { id, consent: old }: Proposal,
  s: Stage,
  { replicas, toolVersion, tool }: { tool: 'kubernetes.scale'; replicas: number; toolVersion?: number },
) {
  const action: Action = { tool, arguments: { namespace: 'shop', deployment: 'pricing', replicas } };
  const { version, schemaHash, observe } = bind(action);
  const target = await observe(worldOf({ cluster: s.cluster }));
  const consent = rendered({ ...old, ...action, toolVersion: toolVersion ?? version, schemaHash, target });
  const digest = consentDigest(consent);
  await db.query(`update proposal set consent = $2, digest = $3, action = $4 where id = $1`, [
    id,
    JSON.stringify(consent),
    digest,
    JSON.stringify(action),
  ]);
  return { id, digest };
}

async function rollbackOf(s: Stage) {
  const { proposals } = await s.view();
  const rollback = proposals.find((one) => one.action.tool === 'kubernetes.rollback' && one.undoes === null);
  if (!rollback) throw new Error('no rollback is proposed');
  return rollback;
}

const approveBy = (s: Stage, proposal: { id: string; digest: string }, person = APPROVER) =>
  s.loop.approve({ proposalId: proposal.id, digest: proposal.digest, person });

const kinds = async (s: Stage) => (await s.view()).journal.map((entry) => entry.kind);

function healthy(s: Stage): void {
  for (const service of ['pricing', 'checkout']) s.signals.set(`errors{service="${service}"}`, 0.01);
}

/**
 * Holds the locks that `work` takes until another piece of work waits for them. The embedded database has
 * one connection, so there everything else waits by itself.
 */
async function whileHolding(
  s: Stage,
  work: Parameters<Stage['transaction']>[0],
  other: () => Promise<unknown>,
) {
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = s.transaction(async (store) => {
    await work(store);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const answer = other();
  if (db.kind === 'server') {
    await vi.waitFor(async () => {
      const { rowCount } = await db.query(
        `select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`,
      );
      expect(rowCount).toBeGreaterThan(0);
    });
  }
  release.resolve();
  await holding;
  return answer;
}

describe('the loop', () => {
  it('goes from an alert to a verified recovery and a postmortem', async () => {
    const { s, rollback } = await incident();
    expect((await s.view()).incident.state).toBe('awaiting');
    expect(rollback.title).toContain('shop/pricing:good');
    expect(s.cluster.running()).toBe('shop/pricing:bad');

    expect(await approveBy(s, rollback)).toMatchObject({ ok: true });
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:good');
    expect((await s.view()).incident.state).toBe('mitigating');
    expect((await rollbackOf(s)).state).toBe('verifying');

    healthy(s);
    await s.fire({ status: 'resolved' });
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('succeeded');
    const view = await s.view();
    expect(view.incident.state).toBe('resolved');
    expect(view.proposals.filter((one) => one.state === 'proposed')).toEqual([]);
    expect(await s.transaction((store) => store.postmortem(1))).toContain('Roll pricing back');
    expect(s.cluster.writes).toHaveLength(1);
    expect(await kinds(s)).toEqual(
      expect.arrayContaining([
        'action.claimed',
        'action.sent',
        'action.answered',
        'action.confirmed',
        'verification.ended',
        'postmortem.drafted',
      ]),
    );
  });

  it('shows everything that happened: each entry has its audit link and its messages', async () => {
    await incident();
    const { rows } = await db.query<{ journal: number; audit: number; slots: string[] }>(
      `select (select count(*)::int from journal) as journal, (select count(*)::int from audit) as audit,
              (select array_agg(slot order by slot) from message) as slots`,
    );
    expect(rows[0]?.audit).toBe(rows[0]?.journal);
    expect(rows[0]?.slots).toEqual(expect.arrayContaining(['evidence', 'summary']));
  });

  it('changes nothing when a step runs twice', async () => {
    const { s } = await incident();
    const before = await s.view();
    await s.place();
    await s.loop.run({ kind: 'incident', id: 1 });
    for (const { id } of before.proposals) await s.loop.run({ kind: 'proposal', id });
    await s.turn();
    expect(await s.view()).toEqual(before);
  });

  it('puts alerts of one service and of what it depends on into one incident, others into their own', async () => {
    const { s } = await incident();
    await s.fire({ fingerprint: 'f2', service: 'pricing' });
    await s.fire({ fingerprint: 'f3', service: 'catalog' });
    await s.turn();
    expect((await s.view(1)).alerts).toHaveLength(2);
    expect((await s.view(2)).incident.service).toBe('catalog');
  });

  it('keeps a card that is still right when another service joins', async () => {
    const { s, rollback } = await incident();
    await s.fire({ fingerprint: 'f2', service: 'pricing' });
    await s.turn();
    expect((await s.view()).incident.services).toEqual(['checkout', 'pricing']);
    expect((await rollbackOf(s)).id).toBe(rollback.id);
    expect((await rollbackOf(s)).state).toBe('proposed');
  });

  it('does not look for other fixes while an approved one is under way', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await s.fire({ fingerprint: 'f2', service: 'pricing' });
    await s.turn();
    const view = await s.view();
    expect(view.journal.filter((entry) => entry.kind === 'evidence.found')).toHaveLength(1);
    expect(view.incident).toMatchObject({ state: 'mitigating', services: ['checkout', 'pricing'] });
  });

  it('ignores a firing that comes after its own resolve', async () => {
    const s = await stage(db);
    await s.fire({ status: 'resolved' });
    await s.fire();
    await s.turn();
    const { rows } = await db.query(`select status, tombstone, incident_id from alert`);
    expect(rows).toEqual([{ status: 'resolved', tombstone: true, incident_id: null }]);
  });

  it('counts a repeated alert once, and never places one that was over before it came', async () => {
    const s = await stage(db);
    await s.fire({ fingerprint: 'over', status: 'resolved' });
    expect(await s.fire()).toMatchObject({ changed: 1, duplicates: 0 });
    expect(await s.fire()).toMatchObject({ changed: 0, duplicates: 1 });
    await s.turn();
    expect((await s.view()).alerts.map((one) => one.fingerprint)).toEqual(['f1']);
  });

  it('does not let a late resolve close a newer firing', async () => {
    const { s } = await incident();
    await s.fire({ startsAt: minutes(5) });
    await s.fire({ status: 'resolved' });
    await s.turn();
    expect((await s.view()).alerts.map((one) => one.status).sort()).toEqual(['firing', 'resolved']);
    expect((await s.view()).incident.state).toBe('awaiting');
  });

  it('opens a resolved incident again when the same alert comes back', async () => {
    const { s } = await incident({ settings: { quietS: 0 } });
    await s.fire({ status: 'resolved' });
    await s.turn();
    expect((await s.view()).incident.state).toBe('resolved');
    await s.fire({ startsAt: minutes(5) });
    await s.turn();
    expect((await s.view()).incident.state).toBe('awaiting');
    expect((await s.view()).proposals.filter((one) => one.state === 'proposed')).not.toEqual([]);
  });

  it('does not put an alert into an incident that is closed at that moment', async () => {
    const { s } = await incident();
    const close = async (store: Parameters<Parameters<Stage['transaction']>[0]>[0]) => {
      const view = await store.lockView(1);
      if (view) await store.moveIncident(view.incident, 'closed', 'closed by a person', ONCALL);
    };
    await s.fire({ fingerprint: 'f2', service: 'pricing' });
    await whileHolding(s, close, () => s.place());
    expect((await s.view(1)).alerts).toHaveLength(1);
    expect((await s.view(2)).alerts).toHaveLength(1);
  });

  it('keeps the chain whole when many write at once', async () => {
    const s = await stage(db);
    const entry = { kind: 'switch.stopped' as const, incidentId: null, actor: ONCALL, why: 'x' };
    await Promise.all(Array.from({ length: 20 }, () => s.transaction((store) => store.record(entry))));
    const lines = await s.transaction((store) => store.auditLines(0, 100));
    expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 20 });
  });

  it('places alerts in one process at a time, so that two cannot open two incidents', async () => {
    const [one, other] = [await stage(db), await stage(db)];
    await one.fire();
    const placed = await Promise.all([one.loop.placing.place(), other.loop.placing.place()]);
    expect(placed.toSorted()).toEqual([0, 1]);
    await other.fire({ fingerprint: 'f2' });
    await Promise.all([one.loop.placing.release(), other.loop.placing.release()]);
    await other.place();
    expect((await one.view()).alerts).toHaveLength(2);
  });

  it('hears that an alert has become graver, also where it was silenced as a mild one', async () => {
    const s = await stage(db);
    const matchers = [{ field: 'service' as const, pattern: 'catalog' }];
    await s.transaction((store) =>
      store.addSilence({ matchers, why: 'noisy', critical: false, minutes: 60 }, ONCALL),
    );
    const say = (severity: string, service: string) => s.fire({ severity, service, fingerprint: service });
    await say('warning', 'checkout');
    await say('warning', 'catalog');
    await s.turn();
    expect((await s.view()).incident.severity).toBe('warning');
    await say('critical', 'checkout');
    await say('critical', 'catalog');
    await s.turn();
    expect((await s.view()).incident.severity).toBe('critical');
    expect((await s.view()).counts).toEqual({ firing: 1, resolved: 0 });
    expect((await s.view(2)).incident).toMatchObject({ service: 'catalog', severity: 'critical' });
  });

  it('counts right what a process of the version before has placed', async () => {
    const { s } = await incident();
    await s.fire({ fingerprint: 'f2' });
    await db.query(`update alert set incident_id = 1 where fingerprint = 'f2'`);
    await s.turn();
    expect((await s.view()).counts).toEqual({ firing: 2, resolved: 0 });
    for (const fingerprint of ['f1', 'f2']) await s.fire({ fingerprint, status: 'resolved' });
    await s.turn();
    expect((await s.view()).counts).toEqual({ firing: 0, resolved: 2 });
    expect((await s.view()).incident.state).toBe('resolved');
  });

  it('notices an incident that is over although nobody was told', async () => {
    const { s } = await incident();
    await db.query(`update alert set status = 'resolved', ends_at = now()`);
    await db.query(`update incident set last_change_at = now() - interval '5 minutes'`);
    await s.turn();
    expect((await s.view()).incident.state).toBe('resolved');
  });

  it('goes on without an alert that can have no place at all, and tells people', async () => {
    const s = await stage(db);
    await db.query(`create function spoil() returns trigger language plpgsql as $$ begin
      if new.fingerprint = 'poison' and not new.pending then raise exception 'cannot be placed'; end if; return new; end $$`);
    await db.query(`create trigger spoil before update on alert for each row execute function spoil()`);
    try {
      await s.fire({ fingerprint: 'poison', service: 'catalog' });
      await s.fire();
      // Not by turn(), which would let go of the lease: whoever takes it anew tries such alerts again.
      while ((await s.loop.placing.place()) > 0);
      await s.turn();
    } finally {
      await db.query(`drop trigger spoil on alert; drop function spoil`);
    }
    const placed = await db.query(`select fingerprint from alert where incident_id is not null`);
    expect(placed.rows).toEqual([{ fingerprint: 'f1' }]);
    const bulletins = await db.query(`select kind, data->'letters'->0->>'queue' as queue from bulletin`);
    expect(bulletins.rows).toEqual([{ kind: 'dead-letter', queue: 'placing' }]);
    const left = await db.query(`select fingerprint from alert where pending`);
    expect(left.rows).toEqual([{ fingerprint: 'poison' }]);
  });

  it('opens nothing for what people have silenced, and shows what still fires when the silence is over', async () => {
    const s = await stage(db);
    const { id } = await s.transaction(async (store) => {
      const matchers = [{ field: 'service' as const, pattern: 'checkout' }];
      return store.addSilence({ matchers, why: 'planned', critical: true, minutes: 60 }, ONCALL);
    });
    await s.fire();
    await s.fire({ fingerprint: 'f2', service: 'catalog' });
    await s.turn();
    expect((await s.view(1)).incident.service).toBe('catalog');
    const quiet = await db.query(
      `select fingerprint, quiet_reason, pending from alert where incident_id is null`,
    );
    expect(quiet.rows).toEqual([{ fingerprint: 'f1', quiet_reason: 'silenced', pending: false }]);
    await s.transaction((store) => store.endSilence(id, ONCALL));
    await s.turn();
    await s.turn();
    expect((await s.view(2)).incident.service).toBe('checkout');
  });

  it('makes an incident of its own of an alert that cannot be compared with others, and goes on', async () => {
    const s = await stage(db, {
      createCorrelator: () => {
        const correlator = createCorrelator({ catalogue: SHOP, windowS: 600 });
        const place = (alert: Seen) => {
          if (alert.fingerprint === 'poison') throw new Error('cannot be read');
          return correlator.place(alert);
        };
        return { ...correlator, place };
      },
    });
    await s.fire();
    await s.fire({ fingerprint: 'poison', service: 'catalog' });
    await s.fire({ fingerprint: 'f3' });
    await s.turn();
    expect((await s.view(1)).alerts.map((one) => one.fingerprint)).toEqual(['f1', 'f3']);
    expect((await s.view(2)).alerts.map((one) => one.fingerprint)).toEqual(['poison']);
    const why = (await s.view(2)).journal.find((entry) => entry.kind === 'incident.opened')?.why;
    expect(why).toMatch(/cannot be read/);
  });

  it('leaves an alert where it is when only its end cannot be compared, and counts the end', async () => {
    const s = await stage(db, {
      createCorrelator: () => ({
        ...createCorrelator({ catalogue: SHOP, windowS: 600 }),
        ended() {
          throw new Error('cannot be read');
        },
      }),
    });
    await s.fire();
    await s.turn();
    await s.fire({ status: 'resolved' });
    await s.turn();
    expect(await s.transaction((store) => store.latest(5))).toHaveLength(1);
    expect((await s.view()).alerts).toMatchObject([{ fingerprint: 'f1', status: 'resolved' }]);
    expect((await s.view()).incident.state).toBe('resolved');
    const counts = await db.query(`select firing, total from incident_rule`);
    expect(counts.rows).toEqual([{ firing: 0, total: 1 }]);
  });

  it.each(['an alert', 'an approval'] as const)(
    'does not resolve over %s that comes in between',
    async (what) => {
      const { s, rollback } = await incident({ settings: { quietS: 3600 } });
      await s.fire({ status: 'resolved' });
      await s.turn();
      const { incident: before, alerts } = await s.view();
      expect(before.state).toBe('monitoring');
      const now = await stage(db, { settings: { quietS: 0 }, cluster: s.cluster });
      const [known] = alerts;
      if (!known) throw new Error('there is no alert');
      await whileHolding(
        s,
        async (store) => {
          if (what === 'an approval') {
            await store.giveApproval(rollback.id, APPROVER, rollback.digest);
            await store.consume(rollback.id, rollback.digest, APPROVER);
            return;
          }
          const again = { ...known, status: 'firing' as const, startsAt: minutes(9), endsAt: null };
          await store.recordDeliveries([{ source: again.source, deliveryId: null, alerts: [again] }]);
          const [pending] = await store.pendingAlerts(1);
          if (!pending) throw new Error('there is no pending alert');
          const place = { kind: 'incident' as const, incidentId: before.id };
          await store.lockIncidents([before.id]);
          await store.placeAlerts([{ alert: pending, place }]);
        },
        () => now.loop.run({ kind: 'incident', id: 1 }),
      );
      expect((await s.view()).incident.state).not.toBe('resolved');
    },
  );

  it('does not take an incident for quiet because more alerts have resolved than it reads', async () => {
    const { s } = await incident();
    await s.fire({ fingerprint: 'last', startsAt: minutes(1) });
    await s.turn();
    await db.query(
      `insert into alert (source, fingerprint, starts_at, status, name, severity, summary, description, labels, annotations, incident_id)
       select 'alertmanager', 'old' || n, now(), 'resolved', 'A', 'info', 's', 'd', '{}', '{}', 1 from generate_series(1, 600) n`,
    );
    await db.query(`update alert set id = default where fingerprint = 'last'`);
    await s.fire({ status: 'resolved' });
    await s.pass();
    expect((await s.view()).alerts.filter((one) => one.status === 'firing')).toHaveLength(1);
    expect((await s.view()).incident.state).toBe('awaiting');
  });

  it('goes by the newest entries of a journal that is longer than it reads', async () => {
    const { s } = await incident();
    const note = { kind: 'note.added' as const, incidentId: 1, actor: ONCALL };
    await db.query(
      `insert into journal (at, incident_id, actor, kind, data)
       select now(), 1, 'U0ONCALL', 'note.added', '{"text":"x"}' from generate_series(1, 2100)`,
    );
    await s.transaction((store) => store.record({ ...note, text: 'the newest' }));
    expect((await s.view()).journal.at(-1)).toMatchObject({ text: 'the newest' });
  });

  it('tells in one sentence what could not be reached, and goes on', async () => {
    const { s } = await incident({
      sources: {
        commits: {
          commits: async () => {
            throw new Error('connect ECONNREFUSED');
          },
        },
      },
    });
    const missing = (await s.view()).journal.flatMap((entry) =>
      entry.kind === 'evidence.missing' ? [entry.what] : [],
    );
    expect(missing).toEqual([expect.stringMatching(/^GitHub could not be reached/)]);
  });
});

describe('an approval', () => {
  it.each([
    ['somebody who is not listed', 'U0STRANGER', /not listed/],
    ['somebody who may not approve', ONCALL, /not listed as an approver/],
  ])('by %s is refused and recorded', async (_, person, why) => {
    const { s, rollback } = await incident();
    expect(await approveBy(s, rollback, person)).toMatchObject({
      ok: false,
      text: expect.stringMatching(why),
    });
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect(await kinds(s)).toContain('approval.refused');
  });

  it.each([
    ['was taken off the list since', PEOPLE.filter((one) => one.slackId !== APPROVER), APPROVER],
    [
      'may no longer approve',
      PEOPLE.map((one) => (one.slackId === APPROVER ? { ...one, mayApprove: false } : one)),
      APPROVER,
    ],
    [
      'came onto the list since',
      [...PEOPLE, { slackId: 'U0NEW', name: 'new', mayApprove: true, denied: false, keyHash: null }],
      'U0NEW',
    ],
  ])('by somebody who %s is refused', async (_, people, person) => {
    const { s, rollback } = await incident();
    const now = await stage(db, { people, cluster: s.cluster });
    expect(await approveBy(now, rollback, person)).toMatchObject({
      ok: false,
      text: expect.stringContaining('not listed as an approver'),
    });
  });

  it('of other bytes is refused', async () => {
    const { s, rollback } = await incident();
    const answer = await approveBy(s, { id: rollback.id, digest: '0'.repeat(64) });
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('not the one that you saw') });
  });

  it('of a proposal that was changed in the database is refused', async () => {
    const { s, rollback } = await incident();
    await db.query(
      `update proposal set consent = jsonb_set(consent, '{arguments,revision}', '1') where id = $1`,
      [rollback.id],
    );
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('not the one that you saw'),
    });
  });

  it('of a proposal whose expiry was put off in the database is refused', async () => {
    const { s, rollback } = await incident();
    const consent = rendered({
      ...rollback.consent,
      expiresAt: new Date(Date.now() - 1000).toISOString(),
    });
    const digest = consentDigest(consent);
    await db.query(`update proposal set consent = $2, digest = $3 where id = $1`, [
      rollback.id,
      JSON.stringify(consent),
      digest,
    ]);
    expect(await approveBy(s, { id: rollback.id, digest })).toMatchObject({
      ok: false,
      text: expect.stringContaining('expired'),
    });
  });

  it('that comes at the moment of a close wins, and the incident stays open', async () => {
    const { s, rollback } = await incident();
    const approving = async (store: Parameters<Parameters<Stage['transaction']>[0]>[0]) => {
      await store.giveApproval(rollback.id, APPROVER, rollback.digest);
      await store.consume(rollback.id, rollback.digest, APPROVER);
    };
    const answer = await whileHolding(s, approving, () => s.loop.resolve({ incidentId: 1, person: ONCALL }));
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('under way') });
    expect((await s.view()).incident.state).not.toBe('closed');
  });

  it('by the one who asked for the action is refused', async () => {
    const { s, rollback } = await incident();
    await db.query(`update proposal set requested_by = $2 where id = $1`, [rollback.id, APPROVER]);
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('somebody else'),
    });
    expect(await approveBy(s, rollback, SECOND)).toMatchObject({ ok: true });
  });

  it('counts once: the second click and the second person come too late', async () => {
    const { s, rollback } = await incident();
    expect(await approveBy(s, rollback)).toMatchObject({ ok: true });
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('already approved'),
    });
    await s.turn();
    expect(await approveBy(s, rollback, SECOND)).toMatchObject({ ok: false });
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('races with itself and is carried out once', async () => {
    const { s, rollback } = await incident();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => approveBy(s, rollback, i % 2 ? APPROVER : SECOND)),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('after the expiry is refused, and what expired makes way for a fresh proposal', async () => {
    const { s, rollback } = await incident();
    await db.query(`update proposal set expires_at = now() - interval '1 second'`);
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('expired'),
    });
    await s.pass();
    const { proposals } = await s.view();
    expect(proposals.find((one) => one.id === rollback.id)?.state).toBe('expired');
    expect(proposals.some((one) => one.state === 'proposed' && one.id !== rollback.id)).toBe(true);
  });

  it('needs as many different people as the policy asks for', async () => {
    const two = aPolicy([{ name: 'two', approvals: 2 }], { version: 'p2' });
    const { s, rollback } = await incident({ policy: two });
    expect(await approveBy(s, rollback)).toMatchObject({ ok: true, text: expect.stringContaining('1 more') });
    await approveBy(s, rollback);
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect(await approveBy(s, rollback, SECOND)).toMatchObject({ ok: true });
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('is counted together with one that is given at the same moment', async () => {
    const two = aPolicy([{ name: 'two', approvals: 2 }], { version: 'p2' });
    const { s, rollback } = await incident({ policy: two });
    await whileHolding(
      s,
      async (store) => {
        await store.lockProposal(rollback.id);
        await store.giveApproval(rollback.id, SECOND, rollback.digest);
      },
      () => approveBy(s, rollback),
    );
    expect((await rollbackOf(s)).state).toBe('approved');
  });

  it('is not asked for what the policy denies: it is not even proposed', async () => {
    const deny = aPolicy([{ name: 'hands off', then: 'off' }]);
    const s = await stage(db, { policy: deny });
    await s.fire();
    await s.turn();
    expect((await s.view()).proposals).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'proposal.withheld', why: expect.stringContaining('hands off') }),
    );
  });

  it('can be a no, with a reason', async () => {
    const { s, rollback } = await incident();
    const rejectWith = (reason: string, person = ONCALL) =>
      s.loop.reject({ proposalId: rollback.id, person, reason });
    expect(await rejectWith('  ')).toMatchObject({ ok: false, text: expect.stringContaining('why') });
    expect(await rejectWith('no', 'U0STRANGER')).toMatchObject({ ok: false });
    expect(await rejectWith('it is the network')).toMatchObject({ ok: true });
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('already rejected'),
    });
    expect(await rollbackOf(s)).toMatchObject({ state: 'rejected', decisionReason: 'it is the network' });
  });

  it('stays a no when Sitrep looks again, until the target is another', async () => {
    const { s, rollback } = await incident({ settings: { quietS: 3600 } });
    const no = { proposalId: rollback.id, person: ONCALL, reason: 'it is the network' };
    await s.loop.reject(no);
    let fingerprint = 'f1';
    const lookAgain = async () => {
      await s.fire({ fingerprint, status: 'resolved' });
      await s.turn();
      fingerprint += ' again';
      await s.fire({ fingerprint });
      await s.turn();
      const { proposals } = await s.view();
      return proposals.filter((one) => one.action.tool === rollback.action.tool && one.state === 'proposed');
    };
    expect(await lookAgain()).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'proposal.withheld',
        title: rollback.title,
        why: 'rejected in this incident: it is the network',
      }),
    );
    s.cluster.changeByOthers('shop/pricing:hotfix');
    expect(await lookAgain()).toHaveLength(1);
  });
});

describe('an execution', () => {
  it('is refused when the target has changed since the approval, and triaged anew', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    s.cluster.changeByOthers('shop/pricing:hotfix');
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:hotfix');
    const { proposals, journal } = await s.view();
    expect(proposals.find((one) => one.id === rollback.id)?.state).toBe('superseded');
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringContaining('stale') }),
    );
    const fresh = await rollbackOf(s);
    expect(fresh).toMatchObject({
      state: 'proposed',
      consent: { target: { observedVersion: expect.stringContaining('generation 4') } },
    });
  });

  it('does not begin when the approval has expired by then', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await db.query(`update proposal set expires_at = now() - interval '1 second' where id = $1`, [
      rollback.id,
    ]);
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringContaining('expired') }),
    );
  });

  it.each(['approved', 'claimed'] as const)(
    'is refused when bytes and digest were both changed in the database while it was %s',
    async (when) => {
      const { s, rollback } = await incident();
      await approveBy(s, rollback);
      if (when === 'claimed') await s.transaction((store) => store.claim(rollback.id, 30));
      const action: Action = {
        tool: 'kubernetes.restart',
        arguments: { namespace: 'shop', deployment: 'pricing' },
      };
      const tool = bind(action);
      const consent = rendered({
        ...rollback.consent,
        ...action,
        toolVersion: tool.version,
        schemaHash: tool.schemaHash,
        target: await tool.observe(worldOf({ cluster: s.cluster })),
      });
      await db.query(`update proposal set consent = $2, digest = $3, action = $4 where id = $1`, [
        rollback.id,
        JSON.stringify(consent),
        consentDigest(consent),
        JSON.stringify(action),
      ]);
      await s.turn();
      expect(s.cluster.writes).toEqual([]);
      expect((await s.view()).proposals.find((one) => one.id === rollback.id)?.state).toBe('superseded');
    },
  );

  it.each([
    ['what counts as helped', `consent = jsonb_set(consent, '{predicate,holdsS}', '0')`, /its bytes are not/],
    [
      'the number of replicas',
      `action = jsonb_set(action, '{arguments,replicas}', '0')`,
      /its action is not/,
    ],
  ])('is refused when %s was changed in the database after the claim', async (_, change, why) => {
    const { s, rollback } = await incident({ settings: { holdS: 30 } });
    const scale = await insteadOf(rollback, s, { tool: 'kubernetes.scale', replicas: 4 });
    expect(await approveBy(s, scale)).toMatchObject({ ok: true });
    await s.transaction((store) => store.claim(rollback.id, 30));
    await db.query(`update proposal set ${change} where id = $1`, [rollback.id]);
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringMatching(why) }),
    );
  });

  it('is refused when the tool is another version than the one that was approved', async () => {
    const { s, rollback } = await incident();
    const scale = await insteadOf(rollback, s, { tool: 'kubernetes.scale', replicas: 4, toolVersion: 99 });
    expect(await approveBy(s, scale)).toMatchObject({ ok: true });
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringContaining('tool has changed') }),
    );
  });

  it('is prepared by a process that may only read, and dry-run right before it is written', async () => {
    const cluster = fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);
    const reader = { ...cluster, tryPatch: async () => false };
    const { s, rollback } = await incident({ world: worldOf({ cluster: reader }), writable: null, cluster });
    expect(rollback.consent.card).toContainEqual(
      expect.stringContaining('Dry run: made by the executor right before it writes'),
    );
    await approveBy(s, rollback);
    await expect(s.turn()).rejects.toThrow('no write credentials');
    expect(cluster.writes).toEqual([]);

    const refusing = {
      ...cluster,
      tryPatch: async () => {
        throw new Error('admission webhook denied it');
      },
    };
    const executor = await stage(db, { writable: worldOf({ cluster: refusing }), cluster });
    await executor.loop.run({ kind: 'execute', id: rollback.id });
    await executor.turn();
    expect(cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.refused',
        why: expect.stringContaining('dry run failed: admission webhook denied it'),
      }),
    );
  });

  it('is not disturbed by status updates of a failing service', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    s.cluster.touchStatus();
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });

  it.each([
    ['refused', 'superseded', 'shop/pricing:bad', 0],
    ['lost before', 'unknown', 'shop/pricing:bad', 0],
    ['lost after', 'verifying', 'shop/pricing:good', 1],
  ] as const)('whose request is %s ends as %s and is never sent twice', async (how, state, runs, writes) => {
    const { s, rollback } = await incident();
    s.cluster.failNextWrite(how);
    await approveBy(s, rollback);
    await s.turn();
    expect((await s.view()).proposals.find((one) => one.id === rollback.id)?.state).toBe(state);
    expect(s.cluster.running()).toBe(runs);
    expect(s.cluster.writes).toHaveLength(writes);
  });

  it('is written in the name of who approved it', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await s.turn();
    expect(s.cluster.writtenFor).toEqual([[APPROVER]]);
  });

  it('that the cluster forbids ends as refused, with the reason for people', async () => {
    const { s, rollback } = await incident();
    s.cluster.failNextWrite('refused');
    await approveBy(s, rollback);
    await s.turn();
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: 'refused: forbidden' }),
    );
  });

  it.each([
    ['before the request went out', false],
    ['after the request went out', true],
  ])('that was cut off %s is finished, once', async (_, carriedOut) => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    // What a process leaves behind that is killed in `sent`: the intent on record, nobody at work.
    await s.transaction((store) => store.claim(rollback.id, 30));
    await s.transaction((store) => store.markSent(rollback.id, 'request', 30));
    if (carriedOut) {
      const [, good] = await s.cluster.revisions('shop', 'pricing');
      await s.cluster.patch(
        'shop',
        'pricing',
        [{ op: 'replace', path: '/spec/template', value: good?.template }],
        { dryRun: false, approvedBy: [] },
      );
    }
    await s.turn();
    expect((await rollbackOf(s)).state).toBe('sent');

    await db.query(`update execution set lease_until = now() - interval '1 second'`);
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('verifying');
    expect(s.cluster.running()).toBe('shop/pricing:good');
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('that was cut off and overtaken by somebody else goes to a person', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await s.transaction((store) => store.claim(rollback.id, 0));
    await s.transaction((store) => store.markSent(rollback.id, 'request', -1));
    s.cluster.changeByOthers('shop/pricing:hotfix');
    await s.turn();
    expect((await rollbackOf(s)).state).toBe('unknown');
    expect(s.cluster.running()).toBe('shop/pricing:hotfix');
  });

  it.each([
    ['lost before', 'superseded', 'shop/pricing:bad', 0],
    ['lost after', 'verifying', 'shop/pricing:good', 1],
  ] as const)(
    'whose request was %s while the cluster went away is looked at again when it is back',
    async (how, state, runs, writes) => {
      const cluster = fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);
      let away = false;
      const deployment: typeof cluster.deployment = async (...at) => {
        if (away) throw new Error('connection refused');
        return cluster.deployment(...at);
      };
      const patch: typeof cluster.patch = async (...args) => {
        away = !args[3].dryRun;
        return cluster.patch(...args);
      };
      const { s, rollback } = await incident({ cluster: { ...cluster, deployment, patch } });
      const found = async () => (await s.view()).proposals.find((one) => one.id === rollback.id)?.state;
      cluster.failNextWrite(how);
      await approveBy(s, rollback);
      await s.turn();
      expect(await found()).toBe('unknown');
      await s.pass();
      expect(await found()).toBe('unknown');
      away = false;
      await s.pass();
      expect(await found()).toBe(state);
      expect(cluster.running()).toBe(runs);
      expect(cluster.writes).toHaveLength(writes);
      const fresh = (await s.view()).proposals.some(
        (one) => one.state === 'proposed' && one.action.tool === 'kubernetes.rollback',
      );
      expect(fresh).toBe(state === 'superseded');
    },
  );

  it('does not happen when its record cannot be written', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await db.query(
      `create function no_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
    );
    await db.query(`create trigger no_audit before insert on audit for each row execute function no_audit()`);
    await expect(s.turn()).rejects.toThrow('disk full');
    await db.query(`drop function no_audit cascade`);
    expect(s.cluster.writes).toEqual([]);
  });
});

describe('the kill switch', () => {
  it('stops what has not begun, at every step, and lets it go on only by hand', async () => {
    const { s, rollback } = await incident();
    await s.loop.stop({ person: ONCALL, why: 'too risky' });
    expect(await approveBy(s, rollback)).toMatchObject({
      ok: false,
      text: expect.stringContaining('too risky'),
    });
    expect(await s.loop.resume({ person: ONCALL })).toEqual({
      ok: false,
      text: 'Only a listed approver may allow actions again. Ask approver or second approver.',
    });
    expect(await s.loop.resume({ person: APPROVER })).toMatchObject({ ok: true });
    expect(await approveBy(s, rollback)).toMatchObject({ ok: true });
    await s.loop.stop({ person: ONCALL, why: 'stop after all' });
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringContaining('stop after all') }),
    );
  });

  it('is shown in every open thread when it is pulled and when it is released', async () => {
    const { s } = await incident();
    const wanted = async () =>
      (
        await db.query<{ sum: number }>(
          `select sum(wanted)::int as sum from message where slot <> 'evidence'`,
        )
      ).rows[0]?.sum ?? 0;
    const before = await wanted();
    await s.loop.stop({ person: ONCALL, why: 'too risky' });
    const stopped = await wanted();
    expect(stopped).toBeGreaterThan(before);
    await s.loop.resume({ person: APPROVER });
    expect(await wanted()).toBeGreaterThan(stopped);
  });

  it('is asked again between the claim and the request', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await s.transaction((store) => store.claim(rollback.id, 30));
    await s.loop.stop({ person: ONCALL, why: 'now' });
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).proposals.find((one) => one.id === rollback.id)?.state).toBe('superseded');
  });

  it.each(['approved', 'claimed'] as const)(
    'leaves nothing waiting for ever when it is released while an action is %s',
    async (state) => {
      let looks = 0;
      const { s, rollback } = await incident();
      await approveBy(s, rollback);
      if (state === 'claimed') await s.transaction((store) => store.claim(rollback.id, 30));
      // Stopped when the statement looks, and allowed again when the reason is asked for.
      const flickering = await stage(db, {
        outsideStop: () => (looks++ === 0 ? { why: 'stopped', order: null } : null),
        cluster: s.cluster,
      });
      await flickering.loop.run({ kind: 'execute', id: rollback.id });
      await flickering.pass();
      expect(s.cluster.running()).toBe('shop/pricing:good');
    },
  );

  it('is asked again before a request that was cut off is repeated', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    await s.transaction((store) => store.claim(rollback.id, 30));
    await s.transaction((store) => store.markSent(rollback.id, 'request', -1));
    await s.loop.stop({ person: ONCALL, why: 'now' });
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await rollbackOf(s)).state).toBe('unknown');
  });

  it('holds without a word from the database', async () => {
    const { s, rollback } = await incident();
    await approveBy(s, rollback);
    const stopped = await stage(db, {
      outsideStop: () => ({ why: 'SITREP_STOP=1', order: null }),
      cluster: s.cluster,
    });
    await stopped.loop.run({ kind: 'proposal', id: rollback.id });
    await stopped.turn();
    expect(s.cluster.writes).toEqual([]);
  });
});

describe('verification', () => {
  async function acted(over: Parameters<typeof stage>[1] = {}) {
    const { s, rollback } = await incident(over);
    await approveBy(s, rollback);
    await s.turn();
    return { s, rollback };
  }

  it('fails while alerts still fire at the end of the window, and offers the inverse', async () => {
    const { s, rollback } = await acted();
    await db.query(`update proposal set effect_at = now() - interval '61 seconds' where id = $1`, [
      rollback.id,
    ]);
    await s.pass();
    const view = await s.view();
    expect(view.proposals.find((one) => one.id === rollback.id)?.state).toBe('failed');
    expect(view.incident.state).toBe('awaiting');
    const undo = view.proposals.find((one) => one.undoes === rollback.id);
    expect(undo).toMatchObject({
      state: 'proposed',
      action: { tool: 'kubernetes.rollback', arguments: { revision: 3 } },
    });

    expect(await approveBy(s, { id: undo?.id ?? '', digest: undo?.digest ?? '' })).toMatchObject({
      ok: true,
    });
    await s.turn();
    await s.pass();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
    expect((await s.view()).proposals.find((one) => one.id === rollback.id)?.state).toBe('reverted');
  });

  it('is inconclusive, never a success, when the signal cannot be read', async () => {
    const { s, rollback } = await acted();
    await s.fire({ status: 'resolved' });
    await db.query(`update proposal set effect_at = now() - interval '61 seconds' where id = $1`, [
      rollback.id,
    ]);
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('inconclusive');
    expect(await s.loop.undo({ proposalId: rollback.id, person: 'U0STRANGER' })).toMatchObject({ ok: false });
    expect(await s.loop.undo({ proposalId: rollback.id, person: ONCALL })).toMatchObject({ ok: true });
    const undo = (await s.view()).proposals.find((one) => one.undoes === rollback.id);
    expect(undo).toMatchObject({ state: 'proposed', requestedBy: ONCALL });
  });

  it('does not trust a moment: what holds must hold for as long as the predicate says', async () => {
    const { s, rollback } = await acted({ settings: { holdS: 30 } });
    healthy(s);
    await s.fire({ status: 'resolved' });
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('verifying');
    // An alert that fires in between begins the count anew.
    await db.query(`update proposal set healthy_since = now() - interval '29 seconds' where id = $1`, [
      rollback.id,
    ]);
    await s.fire({ fingerprint: 'f2', startsAt: minutes(1) });
    await s.pass();
    await s.fire({ fingerprint: 'f2', startsAt: minutes(1), status: 'resolved' });
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('verifying');
    await db.query(`update proposal set healthy_since = now() - interval '30 seconds' where id = $1`, [
      rollback.id,
    ]);
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('succeeded');
  });

  it('does not count time in which nobody looked', async () => {
    const { s, rollback } = await acted({ settings: { holdS: 30 } });
    healthy(s);
    await s.fire({ status: 'resolved' });
    await s.pass();
    await db.query(
      `update proposal set healthy_since = now() - interval '1 minute', looked_at = now() - interval '11 seconds' where id = $1`,
      [rollback.id],
    );
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('verifying');
    await db.query(`update proposal set healthy_since = now() - interval '30 seconds' where id = $1`, [
      rollback.id,
    ]);
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('succeeded');
  });

  it('waits while the window is open', async () => {
    const { s } = await acted();
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('verifying');
  });
});

describe('a model', () => {
  const call = {
    model: 'm',
    tokens: 700,
    prompt: 'what is it?',
    answer: 'coupons',
    parameters: { temperature: 0 },
    lookups: [],
  };
  const asked: number[] = [];
  const answering = (investigation: Investigation): Investigator => ({
    investigate: async (_, { tokens }) => {
      asked.push(tokens);
      return investigation;
    },
  });

  it('adds hypotheses as its own, and every call is on record by its hashes', async () => {
    const hypothesis = {
      statement: 'the coupon check backtracks',
      verdict: 'supported' as const,
      evidenceFor: [1],
      evidenceAgainst: [],
      by: 'model' as const,
    };
    const { s } = await incident({
      investigator: answering({ outcome: 'answered', hypotheses: [hypothesis], calls: [call] }),
    });
    const view = await s.view();
    expect(view.hypotheses).toContainEqual(hypothesis);
    expect(view.modelTokens).toBe(700);
    expect(view.journal).toContainEqual(
      expect.objectContaining({
        kind: 'model.called',
        tokens: 700,
        promptHash: sha256('what is it?'),
        answerHash: sha256('coupons'),
        parameters: { temperature: 0 },
        evidence: view.evidence.map((piece) => ({ id: piece.id, hash: evidenceHash(piece) })),
      }),
    );
    expect(view.proposals.every((one) => one.requestedBy === 'sitrep')).toBe(true);
  });

  it('that says nothing usable costs one plain sentence', async () => {
    const { s } = await incident({
      investigator: answering({ outcome: 'nothing', why: 'The model did not answer.', calls: [] }),
    });
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'evidence.missing', what: 'The model did not answer.' }),
    );
    expect((await s.view()).proposals).not.toEqual([]);
  });

  it('is asked once for each incident in a storm, and with a single request', async () => {
    const allowed: number[] = [];
    const investigator: Investigator = {
      investigate: async (_, { calls }) => {
        allowed.push(calls);
        return { outcome: 'nothing', why: 'nothing found', calls: [call] };
      },
    };
    const { s } = await incident({ investigator });
    await s.loop.run({ kind: 'investigate', id: 1 });
    expect(allowed).toEqual([6, 6]);
    await db.query(`insert into bulletin (kind, data) values ('storm', '{}')`);
    await s.loop.run({ kind: 'investigate', id: 1 });
    await s.fire({ fingerprint: 'f2', service: 'catalog' });
    await s.place();
    await s.loop.run({ kind: 'investigate', id: 2 });
    await s.loop.run({ kind: 'investigate', id: 2 });
    expect(allowed).toEqual([6, 6, 1]);
  });

  it('is not asked beyond its budget', async () => {
    const { s } = await incident({
      investigator: answering({ outcome: 'nothing', why: 'nothing found', calls: [call] }),
      settings: { modelTokens: { perIncident: 1000, perDay: 100_000 } },
    });
    asked.length = 0;
    await s.loop.run({ kind: 'investigate', id: 1 });
    await s.loop.run({ kind: 'investigate', id: 1 });
    expect(asked).toEqual([300]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'evidence.missing',
        what: expect.stringContaining('budget is used up'),
      }),
    );
  });
});

describe('people', () => {
  it('can note, close, and are told what does not exist', async () => {
    const { s } = await incident();
    expect(await s.loop.note({ incidentId: 1, person: ONCALL, text: 'it is the coupons' })).toMatchObject({
      ok: true,
    });
    expect(await s.loop.note({ incidentId: 9, person: ONCALL, text: 'x' })).toMatchObject({ ok: false });
    expect(await s.loop.resolve({ incidentId: 1, person: 'U0STRANGER' })).toMatchObject({ ok: false });
    expect(await s.loop.resolve({ incidentId: 1, person: ONCALL })).toMatchObject({
      ok: false,
      text: expect.stringContaining('1 alert of it still fires, so it stays open'),
    });
    expect((await s.view()).incident.state).not.toBe('closed');
    expect(await s.loop.resolve({ incidentId: 1, person: ONCALL, anyway: true })).toMatchObject({ ok: true });
    await s.turn();
    expect((await s.view()).incident.state).toBe('closed');
    expect(await s.transaction((store) => store.postmortem(1))).toContain('it is the coupons');
    expect(await s.loop.resolve({ incidentId: 1, person: ONCALL })).toMatchObject({ ok: false });
  });
});

describe('a cluster that does not have the deployment', () => {
  it('withholds the fix and says why', async () => {
    const cluster = fakeCluster(['only']);
    const s = await stage(db, { cluster: { ...cluster, deployment: async () => null } });
    await s.fire();
    await s.turn();
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'proposal.withheld', why: expect.stringContaining('no deployment') }),
    );
  });
});
