import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { answerDigest } from '../../src/incident/answer.ts';
import type { EntryLine } from '../../src/incident/audit-chain.ts';
import { verifyChain } from '../../src/incident/verify-chain.ts';
import type { Evidence } from '../../src/incident/evidence.ts';
import { shownConfidence } from '../../src/incident/confidence.ts';
import { label, refitAll } from '../../src/loop/label.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { testDatabase } from '../support/database.ts';
import { APPROVER, ONCALL, SECOND, stage, type Stage } from '../support/loop.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const runbook = (probability: number, title = 'Errors › First steps'): Evidence => ({
  title,
  quote: 'Restart it.',
  link: null,
  why: 'names the alert',
  score: 1,
  confidence: {
    word: 'low',
    record: '',
    shipped: { features: { margin: 0.5 }, probability },
  },
  about: { kind: 'runbook', path: 'errors.md', heading: 'First steps', actions: [] },
});

/** An incident whose first runbook is right with this probability, as the shipped model has it. */
async function incident(
  probability = 0.8,
): Promise<{ s: Stage; asked: { evidenceId: number; digest: string } }> {
  const s = await stage(db, { sources: { runbooks: { search: async () => [runbook(probability)] } } });
  await s.fire();
  await s.turn();
  const piece = await answer(s);
  return { s, asked: { evidenceId: piece.id, digest: answerDigest(piece) } };
}

async function answer(s: Stage, incidentId = 1) {
  const { evidence } = await s.view(incidentId);
  const piece = evidence.find((one) => one.about.kind === 'runbook');
  if (!piece) throw new Error('no runbook was found');
  return piece;
}

const labelled = (s: Stage) => s.transaction((store) => store.labelled('runbook'));

/** Labels as if they had been given in incidents of the past. */
async function past(n: number, shipped: number, right: (i: number) => boolean): Promise<void> {
  for (let i = 0; i < n; i++) {
    await db.query(
      `with piece as (
         insert into evidence (incident_id, kind, title, quote, why, score, about)
         values (1, 'runbook', $1, '', '', 1, '{"kind":"runbook"}') returning id)
       insert into label (incident_id, kind, evidence_id, verdict, features, shipped, said_by)
       select 1, 'runbook', id, $2, '{}', $3, 'U0PAST' from piece`,
      [`past ${i}`, right(i) ? 'right' : 'wrong', shipped],
    );
  }
  await db.query(`update evidence set current = false where title like 'past %'`);
}

/** A commit that was a suspect in the first incident, and what somebody said of it. */
async function suspect(letter: string, verdict: 'right' | 'wrong' | null): Promise<void> {
  const { rows } = await db.query<{ id: number }>(
    `insert into evidence (incident_id, kind, title, quote, why, score, about)
     values (1, 'commit', $1, '', '', 1, $2) returning id`,
    [letter, { kind: 'commit', repo: 'acme/shop', sha: letter.repeat(40), paths: [`${letter}.js`] }],
  );
  if (verdict)
    await db.query(
      `insert into label (incident_id, kind, evidence_id, verdict, said_by) values (1, 'culprit', $1, $2, 'U0PAST')`,
      [rows[0]?.id, verdict],
    );
}

const revert = (sha: string) => ({
  tool: 'github.open_revert_pull_request',
  arguments: { repo: 'acme/shop', sha },
});

/** An action of the first incident that has succeeded. */
async function tried(action: object, consent: object = {}): Promise<void> {
  await db.query(
    `insert into proposal (id, incident_id, state, rank, title, action, risk, confidence, score, reasons_for,
                           reasons_against, consent, digest, policy_rule, policy_effect, requested_by, expires_at)
     values (gen_random_uuid(), 1, 'succeeded', 1, '', $1, 'low', '{}', 1, '[]', '[]', $2, '', '', 'ask', '', now())`,
    [action, consent],
  );
}

describe('guilty commits', () => {
  const guilty = async (s: Stage, incidentId: number) =>
    (await s.transaction((store) => store.guiltyCommits(incidentId))).map(({ paths }) => paths);

  it('are those that people said were, known to other incidents', async () => {
    const { s } = await incident();
    await suspect('a', 'right');
    await suspect('b', 'wrong');
    await suspect('c', null);
    expect(await guilty(s, 2)).toEqual([['a.js']]);
    expect(await guilty(s, 1)).toEqual([]);
    await db.query(`update label set retracted_at = now()`);
    expect(await guilty(s, 2)).toEqual([]);
  });

  it('are those whose revert or rollback helped, unless somebody said they were not', async () => {
    const { s } = await incident();
    for (const letter of ['a', 'c', 'd']) await suspect(letter, null);
    await suspect('b', 'wrong');
    const deployment = { namespace: 'shop', deployment: 'pricing' };
    const about = { kind: 'deploy', ...deployment, previousRevision: 6, sha: 'd'.repeat(12) };
    await db.query(
      `insert into evidence (incident_id, kind, title, quote, why, score, about)
       values (1, 'deploy', '', '', '', 1, $1)`,
      [about],
    );
    const actions = [
      revert('a'.repeat(40)),
      revert('b'.repeat(40)),
      { tool: 'kubernetes.rollback', arguments: { ...deployment, revision: 6 } },
    ];
    for (const action of actions) await tried(action);
    expect(await guilty(s, 2)).toEqual([['d.js'], ['a.js']]);
    await db.query(`update proposal set state = 'failed'`);
    expect(await guilty(s, 2)).toEqual([]);
  });

  it('are those whose revert was a step of a plan, once the whole plan has helped', async () => {
    const { s } = await incident();
    await suspect('a', null);
    await tried(revert('a'.repeat(40)), { plan: { id: 'p', step: 1, of: 2 } });
    await tried({ tool: 'kubernetes.restart', arguments: {} }, { plan: { id: 'p', step: 2, of: 2 } });
    const last = async (state: string, outcome: string | null = null) => {
      await db.query(`update proposal set state = $1, outcome = $2 where consent->'plan'->>'step' = '2'`, [
        state,
        outcome,
      ]);
      return guilty(s, 2);
    };
    expect(await last('verifying')).toEqual([]);
    expect(await last('failed', 'failed')).toEqual([]);
    expect(await last('reverted', 'failed')).toEqual([]);
    expect(await last('succeeded', 'succeeded')).toEqual([['a.js']]);
    expect(await last('reverted', 'succeeded')).toEqual([['a.js']]);
  });
});

describe('a label', () => {
  it('keeps what was said, by whom, and what the answer had claimed', async () => {
    const { s, asked } = await incident(0.8);
    const said = await s.loop.label({ ...asked, verdict: 'right', person: ONCALL });
    expect(said.ok).toBe(true);
    const { rows } = await db.query(`select kind, verdict, features, shipped, said_by from label`);
    expect(rows).toEqual([
      { kind: 'runbook', verdict: 'right', features: { margin: 0.5 }, shipped: 0.8, said_by: ONCALL },
    ]);
    const entry = (await s.view()).journal.at(-1);
    expect(entry).toMatchObject({
      kind: 'label.given',
      actor: ONCALL,
      evidence: asked.evidenceId,
      verdict: 'right',
    });
    const lines = await s.transaction((store) => store.auditLines(0, 1000));
    expect(await verifyChain(lines)).toMatchObject({ intact: true });
    expect((lines.at(-1) as EntryLine).entry).toMatchObject({ kind: 'label.given', actor: ONCALL });
  });

  it('is taken from listed people only, and only for what was shown as an answer', async () => {
    const { s, asked } = await incident();
    expect((await s.loop.label({ ...asked, verdict: 'right', person: 'U0STRANGER' })).ok).toBe(false);
    expect((await s.loop.label({ ...asked, evidenceId: 999, verdict: 'right', person: ONCALL })).ok).toBe(
      false,
    );
    const other = { ...asked, digest: 'a'.repeat(64) };
    expect((await s.loop.label({ ...other, verdict: 'right', person: ONCALL })).ok).toBe(false);
    expect(await labelled(s)).toEqual([]);
    expect((await s.view()).journal.some((entry) => entry.kind === 'label.given')).toBe(false);
  });

  it('said twice is said once; the last word of a person counts', async () => {
    const { s, asked } = await incident();
    await Promise.all([1, 2].map(() => s.loop.label({ ...asked, verdict: 'right', person: ONCALL })));
    const given = async () => (await s.view()).journal.filter((entry) => entry.kind === 'label.given').length;
    expect(await given()).toBe(1);
    await s.loop.label({ ...asked, verdict: 'none', person: ONCALL });
    expect(await given()).toBe(2);
    expect((await labelled(s)).map(({ right }) => right)).toEqual([false]);
    const { rows } = await db.query(`select count(*)::int as n from label where retracted_at is not null`);
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('of several people counts once per answer, the last word', async () => {
    const { s, asked } = await incident();
    await s.loop.label({ ...asked, verdict: 'wrong', person: ONCALL });
    await s.loop.label({ ...asked, verdict: 'right', person: SECOND });
    expect((await labelled(s)).map(({ right }) => right)).toEqual([true]);
  });

  it('does not touch what people consented to', async () => {
    const { s, asked } = await incident();
    const before = (await s.view()).proposals.map(({ digest, consent }) => ({ digest, consent }));
    expect(before.length).toBeGreaterThan(0);
    await s.loop.label({ ...asked, verdict: 'right', person: ONCALL });
    const after = (await s.view()).proposals.map(({ digest, consent }) => ({ digest, consent }));
    expect(after).toEqual(before);
  });
});

describe('what a card says', () => {
  async function next(s: Stage) {
    await s.fire({ fingerprint: 'f2', service: 'ledger', name: 'Other', startsAt: new Date(Date.now()) });
    await s.turn();
    return (await answer(s, 2)).confidence;
  }

  it('is a word and how many labels are missing below twenty', async () => {
    const { s, asked } = await incident(0.8);
    await past(18, 0.8, () => true);
    await s.loop.label({ ...asked, verdict: 'right', person: ONCALL });
    const confidence = await next(s);
    expect(confidence).toMatchObject({ word: 'high', record: 'not yet calibrated: 19 of 20 labels' });
    expect(confidence?.calibrated).toBeUndefined();
  });

  it('is a number with interval and record from twenty on', async () => {
    const { s, asked } = await incident(0.8);
    await past(29, 0.8, (i) => i % 3 === 0);
    await s.loop.label({ ...asked, verdict: 'wrong', person: ONCALL });
    const confidence = await next(s);
    if (!confidence?.calibrated) throw new Error('not calibrated');
    const { probability, from, to } = confidence.calibrated;
    expect(probability).toBeLessThan(0.6);
    expect(probability).toBeGreaterThan(0.25);
    expect(from).toBeLessThan(probability);
    expect(to).toBeGreaterThan(probability);
    expect(confidence.record).toBe('of 30 answers at about this confidence 10 were right');
    expect(shownConfidence(confidence)).toMatch(/^\d+ % \(\d+–\d+\)$/);
  });

  it('learns of a fix from its verification', async () => {
    const { s } = await incident();
    for (const service of ['pricing', 'checkout']) s.signals.set(`errors{service="${service}"}`, 0.01);
    const [fix] = (await s.view()).proposals;
    if (!fix) throw new Error('no fix is proposed');
    expect(fix.confidence.record).toContain('not yet calibrated: 0 of 20 labels');
    await s.loop.approve({ proposalId: fix.id, digest: fix.digest, person: APPROVER });
    await s.turn();
    await s.fire({ status: 'resolved' });
    for (let i = 0; i < 5; i++) await s.pass();
    expect((await s.view()).proposals.find(({ id }) => id === fix.id)?.state).toBe('succeeded');
    await s.transaction(refitAll);
    const learnt = await s.transaction((store) => store.learnt('fix'));
    expect(learnt).toMatchObject({ labels: 1, answers: [{ right: true }] });
  });
});

describe('the correction', () => {
  it('is stored with its version and the same for every process', async () => {
    const { s, asked } = await incident();
    await s.loop.label({ ...asked, verdict: 'right', person: ONCALL });
    await s.loop.label({ ...asked, verdict: 'wrong', person: ONCALL });
    const { rows } = await db.query(`select kind, version, labels from recalibration`);
    expect(rows).toEqual([{ kind: 'runbook', version: 2, labels: 1 }]);
    const other = await stage(db);
    expect(await other.transaction((store) => store.learnt('runbook'))).toEqual(
      await s.transaction((store) => store.learnt('runbook')),
    );
  });

  it('goes when the last label is taken back', async () => {
    const { s, asked } = await incident();
    await s.loop.label({ ...asked, verdict: 'wrong', person: ONCALL });
    await s.transaction((store) => label(store, { ...asked, verdict: null, person: ONCALL }));
    expect(await s.transaction((store) => store.learnt('runbook'))).toMatchObject({
      shift: 0,
      slope: 1,
      labels: 0,
    });
  });
});
