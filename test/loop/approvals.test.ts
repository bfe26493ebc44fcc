import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createButtonTokens } from '../../src/adapters/postgres/button-tokens.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { digestOf } from '../../src/incident/canonical.ts';
import { renderSummary } from '../../src/adapters/slack/render/summary.ts';
import { consentDigest, type Consent } from '../../src/incident/proposal.ts';
import type { LoopPorts } from '../../src/loop/ports.ts';
import { addProposal } from '../../src/loop/proposals.ts';
import { readable } from '../support/blocks.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { APPROVER, ONCALL, PEOPLE, SECOND, stage, type Stage } from '../support/loop.ts';
import { anAnswer, aPolicy } from '../support/policy.ts';
import { rendered } from '../support/rendered.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

async function begin(over: Parameters<typeof stage>[1] = {}) {
  const s = await stage(db, over);
  await s.fire();
  await s.turn();
  return s;
}

async function rollback(s: Stage) {
  const found = (await s.view()).proposals.find((one) => one.action.tool === 'kubernetes.rollback');
  if (!found) throw new Error('no rollback is proposed');
  return found;
}

async function approve(s: Stage, person: string, typed?: string) {
  const { id, digest } = await rollback(s);
  return s.loop.approve({
    proposalId: id,
    digest,
    person,
    via: 'cli',
    ...(typed === undefined ? {} : { typed }),
  });
}

describe('an approval that takes more than a click', () => {
  const TYPED = aPolicy([{ name: 'typed', confirm: 'typed' }]);

  it.each([
    ['nothing', undefined, 'more than a click. Type the name of the target: shop/pricing'],
    ['another name', 'shop/checkout', 'What you typed is not the name of the target'],
    ['nearly the name', 'shop/pric\u0456ng', 'nothing was approved'],
  ])('is refused when %s was typed, and that is on record', async (_, typed, why) => {
    const s = await begin({ policy: TYPED });
    expect(await approve(s, APPROVER, typed)).toMatchObject({
      ok: false,
      text: expect.stringContaining(why) as string,
    });
    expect((await rollback(s)).state).toBe('proposed');
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'approval.refused', actor: APPROVER, via: 'cli' }),
    );
  });

  it('is taken with the name of the target, which is on record', async () => {
    const s = await begin({ policy: TYPED });
    expect(await approve(s, APPROVER, ' shop/pricing ')).toMatchObject({ ok: true });
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'approval.given', via: 'cli', typed: 'shop/pricing' }),
    );
  });

  it('takes the beginning of the digest where the card is too long for a message', async () => {
    const s = await begin();
    const { id, consent: old } = await rollback(s);
    if (!old.shown) throw new Error('nothing is shown');
    const consent = rendered({ ...old, shown: { ...old.shown, dryRun: 'x'.repeat(6_000) } });
    const digest = consentDigest(consent);
    await db.query(`update proposal set consent = $2, digest = $3 where id = $1`, [
      id,
      JSON.stringify(consent),
      digest,
    ]);
    const refused = await approve(s, APPROVER);
    expect(refused).toMatchObject({
      ok: false,
      text: expect.stringContaining('the first 8 characters') as string,
    });
    expect(refused.text).not.toContain(digest.slice(0, 8));
    expect(await approve(s, APPROVER, digest.slice(0, 8))).toMatchObject({ ok: true });
  });
});

describe('somebody who is denied', () => {
  it('decides nothing, though the list of approvers still names them', async () => {
    const s = await begin();
    const people = PEOPLE.map((one) => (one.slackId === APPROVER ? { ...one, denied: true } : one));
    const later = await stage(db, { people });
    expect(await approve(later, APPROVER)).toMatchObject({
      ok: false,
      text: expect.stringContaining('denied') as string,
    });
    const { id: proposalId } = await rollback(s);
    expect(await later.loop.reject({ proposalId, person: APPROVER, reason: 'because' })).toMatchObject({
      ok: false,
    });
    expect(await later.loop.resume({ person: APPROVER })).toMatchObject({ ok: false });
    expect(await later.loop.resolve({ incidentId: 1, person: APPROVER })).toMatchObject({ ok: false });
    expect((await s.view()).journal.filter((one) => one.kind === 'approval.refused')).toHaveLength(2);
    expect(await approve(later, SECOND)).toMatchObject({ ok: true });
  });

  it('is named by no new proposal', async () => {
    const s = await begin({
      people: PEOPLE.map((one) => (one.slackId === APPROVER ? { ...one, denied: true } : one)),
    });
    expect((await rollback(s)).consent.approvers).toEqual([SECOND]);
  });
});

describe('how much people are asked', () => {
  it.each([
    ['of one incident', { pendingPerIncident: 1, perHour: 30 }, 'pending_per_incident'],
    ['in an hour', { pendingPerIncident: 4, perHour: 1 }, 'per_hour'],
  ])('is bounded %s; what is above is withheld with the reason', async (_, approvals, setting) => {
    const s = await begin();
    const proposal = await rollback(s);
    const ports = { settings: { approvals, approvalS: 60 } } as LoopPorts;
    const another = { ...proposal, id: randomUUID(), policy: anAnswer(proposal) };
    await s.transaction((store) => addProposal(ports, store, another));
    const { proposals, journal } = await s.view();
    expect(proposals).toHaveLength(1);
    const withheld = journal.filter((one) => one.kind === 'proposal.withheld' && one.why.includes(setting));
    expect(withheld).toHaveLength(1);
    expect(readable(renderSummary(await s.view()).blocks)).toMatch(
      /1 more fix is held back: .*(asked|wait for people)/,
    );
    expect(await s.transaction((store) => store.heldBack())).toEqual(
      new Map([[1, { count: 1, why: expect.stringContaining(setting) }]]),
    );
    // A way back is never withheld.
    await s.transaction((store) => addProposal(ports, store, { ...another, undoes: proposal.id }));
    expect((await s.view()).proposals).toHaveLength(2);
  });
});

describe('the token of a button', () => {
  it('is the same as long as the card is, and is used up by a decision', async () => {
    const s = await begin();
    const proposal = await rollback(s);
    const tokens = createButtonTokens(db);
    const minted = await tokens.mint(proposal);
    expect(new Set(Object.values(minted)).size).toBe(3);
    expect(await tokens.mint(proposal)).toEqual(minted);
    expect(await tokens.mint({ ...proposal, digest: 'f'.repeat(64) })).not.toEqual(minted);
    await db.query(`update message set channel = 'C1', ts = '1.2' where slot = $1`, [
      `proposal:${proposal.id}`,
    ]);
    const here = { channel: 'C1', ts: '1.2' };
    expect(await tokens.resolve(minted.approve, here)).toMatchObject({
      kind: 'approve',
      digest: proposal.digest,
    });
    for (const elsewhere of [null, { channel: 'C2', ts: '1.2' }, { channel: 'C1', ts: '1.3' }])
      expect(await tokens.resolve(minted.approve, elsewhere)).toMatchObject({ proposalId: proposal.id });
    expect(await tokens.resolve('x'.repeat(32), here)).toMatchObject({ proposalId: null });

    await approve(s, APPROVER);
    for (const kind of ['approve', 'reject'] as const)
      expect(await tokens.resolve(minted[kind], here)).toMatchObject({
        refused: expect.stringContaining('has been used') as string,
      });
  });

  it('is used up by a rejection as well, and not by what was refused', async () => {
    const s = await begin();
    const proposal = await rollback(s);
    const tokens = createButtonTokens(db);
    const { approve: token } = await tokens.mint(proposal);
    await approve(s, ONCALL);
    expect(await tokens.resolve(token, null)).toMatchObject({ kind: 'approve' });
    await s.loop.reject({ proposalId: proposal.id, person: ONCALL, reason: 'too risky' });
    expect(await tokens.resolve(token, null)).toMatchObject({ proposalId: proposal.id });
  });
});

describe('the card of a consent', () => {
  /** Stores a consent as it is, with a digest that fits it. */
  async function store(id: string, consent: Consent): Promise<string> {
    const digest = consentDigest(consent);
    const changed = [id, JSON.stringify(consent), digest];
    await db.query(`update proposal set consent = $2, digest = $3 where id = $1`, changed);
    return digest;
  }

  it('ends with a hash of everything else, so that what has no line of its own shows too', async () => {
    const s = await begin();
    const { consent } = await rollback(s);
    const { card, ...others } = consent;
    expect(card.at(-1)).toBe(`Everything else that is consented to: sha256:${digestOf(others)}`);
    const other = rendered({ ...consent, policyVersion: 'p2' });
    expect(other.card.slice(0, -1)).toEqual(card.slice(0, -1));
    expect(other.card.at(-1)).not.toBe(card.at(-1));
  });

  it.each<[string, (consent: Consent) => Consent]>([
    ['a line of other arguments', (c) => ({ ...c, arguments: { ...c.arguments, revision: 1 } })],
    ['the hash of another policy', (c) => ({ ...c, policyVersion: 'p2' })],
    ['no hash', (c) => ({ ...c, card: c.card.slice(0, -1) })],
    ['a line too many', (c) => ({ ...c, card: [...c.card, 'Undo: none'] })],
  ])('is approved by no click where it has %s, though its digest is right', async (_, change) => {
    const s = await begin();
    const { id, consent } = await rollback(s);
    const digest = await store(id, change(consent));
    expect(await s.loop.approve({ proposalId: id, digest, person: APPROVER })).toMatchObject({
      ok: false,
      text: expect.stringContaining('its card is not what this version of Sitrep shows for it') as string,
    });
    expect((await rollback(s)).state).toBe('superseded');
  });

  it('of an earlier version, without the hash, is refused with that reason', async () => {
    const s = await begin();
    const { id, consent } = await rollback(s);
    const { shown: _, ...old } = consent;
    const digest = await store(id, { ...old, card: old.card.slice(0, -1) });
    expect(await s.loop.approve({ proposalId: id, digest, person: APPROVER })).toMatchObject({
      ok: false,
      text: expect.stringContaining('made by an earlier version of Sitrep') as string,
    });
  });

  it('that does not fit is not carried out either, whoever approved it', async () => {
    const s = await begin();
    const { id, consent } = await rollback(s);
    const digest = await store(id, { ...consent, card: consent.card.slice(0, -1) });
    await db.query(`insert into approval (proposal_id, person, digest) values ($1, $2, $3)`, [
      id,
      APPROVER,
      digest,
    ]);
    await db.query(`update proposal set state = 'approved', decided_by = $2 where id = $1`, [id, APPROVER]);
    await s.loop.run({ kind: 'execute', id });
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.refused',
        why: expect.stringContaining('its card is not') as string,
      }),
    );
  });
});
