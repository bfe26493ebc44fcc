import { describe, expect, it, vi } from 'vitest';
import { autoApprove, whyNotByPolicy } from '../../src/decide/by-policy.ts';
import { approve, type AskedApproval } from '../../src/decide/decide.ts';
import { reject } from '../../src/decide/reject.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import { aProposal, minutesAfter, NOON } from '../support/incident-view.ts';
import { FOUR_PEOPLE } from '../support/four-people.ts';
import { fakeDecideStore } from '../support/fake-decide-store.ts';
import { aPolicy, NO_RECORD } from '../support/policy.ts';
import { rendered } from '../support/rendered.ts';

const PEOPLE = FOUR_PEOPLE;
const APPROVERS = ['U1', 'U2', 'U3', 'U4'];

/** A proposal that these four may approve, with a card and a digest that fit. */
function waiting(over: Partial<Proposal> = {}, consent: Partial<Proposal['consent']> = {}): Proposal {
  const proposal = aProposal(over);
  const consented = rendered({ ...proposal.consent, approvers: APPROVERS, ...consent });
  return { ...proposal, consent: consented, digest: consentDigest(consented) };
}
const proposal = waiting();
const { id, digest, title } = proposal;
const about = { incidentId: 12, proposal: id };
const FINAL = 'it can be decided only once.';

describe('an approval', () => {
  const ask = (over: Partial<AskedApproval> = {}): AskedApproval => ({
    proposalId: id,
    digest,
    person: 'U1',
    ...over,
  });

  it('is taken, put on record, and carried out', async () => {
    const { store, entries, steps, stateOf } = fakeDecideStore([proposal]);
    const asked = ask({ via: 'slack', typed: ' shop/checkout ' });
    expect(await approve(store, asked, PEOPLE)).toEqual({
      ok: true,
      text: `Approved: ${title}. Sitrep carries it out now, unless its target has changed, and checks the effect.`,
    });
    expect(entries).toEqual([
      {
        kind: 'approval.given',
        ...about,
        actor: 'U1',
        title,
        digest,
        given: 1,
        needed: 1,
        via: 'slack',
        typed: 'shop/checkout',
      },
    ]);
    expect(steps).toEqual([{ kind: 'proposal', id }]);
    expect(stateOf(id)).toBe('approved');
  });

  it('says nothing on record of what was not said', async () => {
    const { store, entries } = fakeDecideStore([proposal]);
    await approve(store, ask({ typed: '' }), PEOPLE);
    expect(Object.keys(entries[0] ?? {})).not.toContain('via');
    expect(Object.keys(entries[0] ?? {})).not.toContain('typed');
  });

  it('waits for the others where several must give theirs', async () => {
    const two = waiting({}, { approvalsNeeded: 3 });
    const { store, steps, stateOf } = fakeDecideStore([two]);
    const asked = (who: string) => approve(store, ask({ digest: two.digest, person: who }), PEOPLE);
    expect(await asked('U1')).toEqual({ ok: true, text: 'Noted. Still needed: 2 more approvals.' });
    expect(await asked('U2')).toEqual({ ok: true, text: 'Noted. Still needed: 1 more approval.' });
    expect(await asked('U1')).toEqual({ ok: true, text: 'Noted. Still needed: 1 more approval.' });
    expect(steps).toEqual([]);
    expect(stateOf(id)).toBe('proposed');
  });

  it('counts only with those of people who may approve now', async () => {
    const two = waiting({}, { approvalsNeeded: 2 });
    const { store, stateOf } = fakeDecideStore([two]);
    for (const gone of ['U3', 'U4', 'U9']) await store.giveApproval(id, gone, two.digest);
    const asked = (who: string) => approve(store, ask({ digest: two.digest, person: who }), PEOPLE);
    expect(await asked('U1')).toEqual({ ok: true, text: 'Noted. Still needed: 1 more approval.' });
    await asked('U2');
    expect(stateOf(id)).toBe('approved');
  });

  it('comes too late where the clock was faster', async () => {
    const { store, steps } = fakeDecideStore([proposal], { consume: async () => false });
    expect(await approve(store, ask(), PEOPLE)).toEqual({
      ok: false,
      text: 'The proposal expired at this moment. Ask for a fresh one.',
    });
    expect(steps).toEqual([]);
  });

  it('of nothing is refused', async () => {
    const { store, entries } = fakeDecideStore([]);
    expect(await approve(store, ask(), PEOPLE)).toEqual({ ok: false, text: 'There is no such proposal.' });
    expect(entries).toEqual([]);
  });

  const notListed = 'You are not listed as an approver for this. Ask ';
  const notSeen = 'The proposal is not the one that you saw. Look at the card again before you approve.';
  const expired = 'The proposal has expired. Ask for a fresh one.';
  const typed = waiting({}, { confirm: 'typed' });
  const unlisted = waiting({}, { approvers: ['U2', 'U3'] });
  it.each<[string, Proposal, Partial<AskedApproval>]>([
    [
      `This proposal is already approved by <@U2>; ${FINAL}`,
      waiting({ state: 'approved', decidedBy: 'U2' }),
      {},
    ],
    [`This proposal is already expired; ${FINAL}`, waiting({ state: 'expired' }), {}],
    [
      'Policy “people approve” only suggests this; do it by hand if you think it right.',
      waiting({ autonomy: 'suggest' }),
      {},
    ],
    [notSeen, proposal, { digest: 'ab' }],
    [notSeen, { ...proposal, digest: 'ab' }, { digest: 'ab' }],
    [expired, waiting({ expiresAt: NOON }), {}],
    [expired, waiting({}, { expiresAt: NOON.toISOString() }), {}],
    ['You asked for this action, so somebody else must approve it.', waiting({ requestedBy: 'U1' }), {}],
    [
      'You asked for this action, so somebody else must approve it.',
      waiting({ requestedBy: 'cli:ops (says it is U1)' }),
      {},
    ],
    ['You are denied in sitrep.yaml, so you cannot decide here.', proposal, { person: 'U4' }],
    [`${notListed}u1 or u2.`, proposal, { person: 'U3' }],
    [`${notListed}u1 or u2.`, proposal, { person: 'U9' }],
    [`${notListed}u2.`, unlisted, { digest: unlisted.digest }],
    [`${notListed}whoever keeps sitrep.yaml.`, waiting({}, { approvers: [] }), {}],
    [
      'This takes more than a click. Type the name of the target: shop/checkout.',
      typed,
      { digest: typed.digest },
    ],
  ])('is refused, with the reason on record: %s', async (why, before, over) => {
    const { store, entries, steps, stateOf } = fakeDecideStore([before]);
    const giveApproval = vi.spyOn(store, 'giveApproval');
    const asked = ask({ digest: before.digest, via: 'cli', ...over });
    expect(await approve(store, asked, PEOPLE)).toEqual({ ok: false, text: why });
    const { person: actor, digest: named } = asked;
    expect(entries).toEqual([{ kind: 'approval.refused', ...about, actor, why, digest: named, via: 'cli' }]);
    expect([giveApproval.mock.calls, steps, stateOf(id)]).toEqual([[], [], before.state]);
  });

  it('of a card that is not the one of its consent withdraws the proposal', async () => {
    const consent = { ...proposal.consent, card: ['another'] };
    const misfit = { ...proposal, consent, digest: consentDigest(consent) };
    const { store, entries, steps, stateOf } = fakeDecideStore([misfit]);
    const because = 'its card is not what this version of Sitrep shows for it';
    const why = `This cannot be approved: ${because}. It is withdrawn; while its alerts fire, a fresh one follows.`;
    expect(await approve(store, ask({ digest: misfit.digest }), PEOPLE)).toEqual({ ok: false, text: why });
    expect(entries).toEqual([
      { kind: 'approval.refused', ...about, actor: 'U1', why, digest: misfit.digest },
      { kind: 'action.refused', ...about, actor: 'sitrep', title, why: because },
    ]);
    expect(steps).toEqual([{ kind: 'incident', id: 12 }]);
    expect(stateOf(id)).toBe('superseded');
  });

  it('by somebody who may not withdraws nothing, whatever the card says', async () => {
    const consent = { ...proposal.consent, card: ['another'] };
    const misfit = { ...proposal, consent, digest: consentDigest(consent) };
    const { store, stateOf } = fakeDecideStore([misfit]);
    const asked = ask({ digest: misfit.digest, person: 'U9' });
    expect((await approve(store, asked, PEOPLE)).text).toContain('You are not listed as an approver');
    expect(stateOf(id)).toBe('proposed');
  });

  it('is open until the last moment', async () => {
    const at = minutesAfter(30).getTime() - 1;
    const { store } = fakeDecideStore([proposal], { now: async () => new Date(at) });
    expect((await approve(store, ask(), PEOPLE)).ok).toBe(true);
  });

  it('is refused with the words of what stops all actions from outside', async () => {
    const stopped = async () => ({
      by: 'STOPPED',
      why: 'the file is there, and “sitrep resume” removes it',
      isOutside: true,
    });
    expect(await approve(fakeDecideStore([proposal], { stopped }).store, ask(), PEOPLE)).toMatchObject({
      ok: false,
      text: 'All actions are stopped: the file is there, and “sitrep resume” removes it.',
    });
  });

  it('is refused while all actions are stopped, and an undo is told of the way out', async () => {
    const stopped = async () => ({ by: 'U1', why: 'fire' });
    const start = 'All actions are stopped (fire).';
    const end = ' “/sitrep resume” allows them again.';
    expect(await approve(fakeDecideStore([proposal], { stopped }).store, ask(), PEOPLE)).toEqual({
      ok: false,
      text: `${start}${end}`,
    });
    const undo = waiting({ undoes: 'p0' });
    expect((await approve(fakeDecideStore([undo], { stopped }).store, ask(), PEOPLE)).text).toBe(
      `${start} “/sitrep stop undo” lets what is under way be undone first.${end}`,
    );
  });
});

describe('the policy', () => {
  const auto = waiting({ autonomy: 'auto' });
  const POLICY = aPolicy([{ name: 'people approve', then: 'auto' }], { earnedAt: 0 });
  const low = waiting({ autonomy: 'auto' }, { asked: { ...auto.consent.asked, risk: 'low' } });

  it('approves what it lets run by itself, once', async () => {
    const { store, entries, steps, stateOf } = fakeDecideStore([low]);
    const lockBudgets = vi.spyOn(store, 'lockBudgets');
    const consume = vi.spyOn(store, 'consume');
    expect(await autoApprove(store, id, POLICY)).toBe(true);
    expect(lockBudgets).toHaveBeenCalledTimes(1);
    expect(consume.mock.calls).toEqual([[id, low.digest, 'policy']]);
    expect(entries).toEqual([
      {
        kind: 'proposal.moved',
        ...about,
        actor: 'policy',
        title,
        from: 'proposed',
        to: 'approved',
        why: 'policy “people approve” allows it',
      },
    ]);
    expect(steps).toEqual([{ kind: 'proposal', id }]);
    expect(stateOf(id)).toBe('approved');
    expect(await autoApprove(store, id, POLICY)).toBe(false);
  });

  it.each<[string, Proposal[], Parameters<typeof fakeDecideStore>[1]]>([
    ['is not there', [], {}],
    ['is decided', [{ ...low, state: 'rejected' }], {}],
    ['waits for people', [{ ...low, autonomy: 'approve' }], {}],
    ['is stopped', [low], { stopped: async () => ({ by: 'U1', why: 'fire' }) }],
    ['is not allowed any more', [auto], {}],
    ['has expired', [low], { consume: async () => false }],
  ])('leaves alone what %s', async (_, proposals, over) => {
    const { store, entries, steps } = fakeDecideStore(proposals, over);
    expect(await autoApprove(store, id, POLICY)).toBe(false);
    expect([entries, steps]).toEqual([[], []]);
  });

  const why = (
    rule: Parameters<typeof aPolicy>[0][number],
    by: 'people' | 'auto',
    over: Partial<Proposal> = {},
  ) => whyNotByPolicy(fakeDecideStore([]).store, { ...low, ...over }, aPolicy([rule], { earnedAt: 0 }), by);

  it.each<[string | null, Promise<string | null>]>([
    [null, why({ then: 'approve' }, 'people')],
    [null, why({ then: 'auto', approvals: 2 }, 'people')],
    ['policy “a rule” says no now', why({ then: 'suggest' }, 'people')],
    ['policy “a rule” says no now', why({ then: 'off' }, 'people')],
    [null, why({ name: 'people approve', then: 'auto' }, 'auto')],
    ['policy “people approve” does not let it run by itself now', why({ name: 'people approve' }, 'auto')],
    ['policy “a rule” does not let it run by itself now', why({ then: 'auto' }, 'auto')],
    ['its bytes are not the ones that were proposed', why({}, 'people', { digest: 'ab' })],
  ])('says of what was proposed: %s', async (says, told) => {
    expect(await told).toBe(says);
  });

  const strict = (
    rule: Parameters<typeof aPolicy>[0][number],
    given?: string[],
    consent: Partial<Proposal['consent']> = {},
  ) => {
    const asked = waiting({}, { policyVersion: POLICY.version, ...consent });
    return whyNotByPolicy(fakeDecideStore([]).store, asked, aPolicy([rule]), 'people', given);
  };
  const typedNow = 'policy “a rule” asks to type the name of the target now; it was approved with a click';
  it.each<[string | null, Promise<string | null>]>([
    [null, strict({ approvals: 2 }, ['U1', 'U2'], { approvalsNeeded: 2 })],
    [null, strict({ approvals: 2 }, ['U1', 'U2'])],
    [null, strict({ approvals: 2 }, undefined, { approvalsNeeded: 2 })],
    ['policy “a rule” asks 2 approvals now; 1 was given', strict({ approvals: 2 }, ['U1'])],
    ['policy “a rule” asks 2 approvals now; 1 was given', strict({ approvals: 2 })],
    [
      'policy “a rule” asks 3 approvals now; 2 were given',
      strict({ approvals: 3 }, ['U1', 'U2'], { approvalsNeeded: 2 }),
    ],
    [null, strict({ approvers: ['U1'] }, ['U1'])],
    [null, strict({ approvers: ['U1'] }, ['U1', 'U2'])],
    [null, strict({ approvers: ['U1'] })],
    [
      'policy “a rule” names other approvers now; of 1 approval 0 still counts',
      strict({ approvers: ['U2'] }, ['U1']),
    ],
    [
      'policy “a rule” names other approvers now; of 2 approvals 1 still counts',
      strict({ approvers: ['U2'] }, ['U1', 'U2'], { approvalsNeeded: 2 }),
    ],
    [
      'policy “a rule” names other approvers now; of 2 approvals 1 still counts',
      strict({ approvers: ['U2'], approvals: 2 }, ['U1', 'U2']),
    ],
    [typedNow, strict({ confirm: 'typed' }, ['U1'])],
    [null, strict({ confirm: 'typed' }, ['U1'], { confirm: 'typed' })],
  ])('asks no more of people than was given: %s', async (says, told) => {
    expect(await told).toBe(says);
  });

  it('of another version says nothing about it', async () => {
    const { store } = fakeDecideStore([]);
    expect(await whyNotByPolicy(store, low, aPolicy([{}], { version: 'p2' }), 'people')).toBe(
      'the policy has changed since it was proposed; ask for a fresh proposal',
    );
  });

  it('does not look past a card that is not the one of the consent', async () => {
    const consent = { ...low.consent, card: ['another'] };
    const misfit = { ...low, consent, digest: consentDigest(consent) };
    expect(await whyNotByPolicy(fakeDecideStore([]).store, misfit, POLICY, 'people')).toBe(
      'its card is not what this version of Sitrep shows for it; ask for a fresh proposal',
    );
  });

  it('is asked with the record of the action without itself, and the time of the store', async () => {
    const { store } = fakeDecideStore([], {
      actionRecord: async () => ({ ...NO_RECORD, runs: [{ at: NOON, rule: 'a rule' }] }),
    });
    const actionRecord = vi.spyOn(store, 'actionRecord');
    const budget = aPolicy([{ when: { budget: { runs: 1, hours: 1 } } }]);
    expect(await whyNotByPolicy(store, low, budget, 'people')).toBe('policy “no rule matches” says no now');
    expect(actionRecord.mock.calls).toEqual([['kubernetes.rollback', 'checkout', id]]);
    store.now = async () => minutesAfter(61);
    expect(await whyNotByPolicy(store, low, budget, 'people')).toBeNull();
  });
});

describe('a no', () => {
  const ask = { proposalId: id, person: 'U3', reason: ' too early ' };

  it('is taken from everybody who is listed, with its reason', async () => {
    const { store, entries, stateOf } = fakeDecideStore([proposal]);
    const rejectProposal = vi.spyOn(store, 'rejectProposal');
    expect(await reject(store, { ...ask, via: 'slack' }, PEOPLE)).toEqual({
      ok: true,
      text: `Rejected: ${title}.`,
    });
    expect(rejectProposal.mock.calls).toEqual([[id, 'U3', 'too early']]);
    expect(entries).toEqual([
      { kind: 'proposal.rejected', ...about, actor: 'U3', title, why: 'too early', digest, via: 'slack' },
    ]);
    expect(stateOf(id)).toBe('rejected');
  });

  it('is taken with three characters', async () => {
    const { store } = fakeDecideStore([proposal]);
    expect(await reject(store, { ...ask, reason: ' bad ' }, PEOPLE)).toMatchObject({ ok: true });
  });

  it.each<[string, Proposal[], Partial<typeof ask>]>([
    ['Say why in at least 3 characters, so that the others understand.', [proposal], { reason: ' no ' }],
    ['There is no such proposal.', [], {}],
  ])('is no answer, and leaves no trace: %s', async (text, proposals, over) => {
    const { store, entries } = fakeDecideStore(proposals);
    expect(await reject(store, { ...ask, ...over }, PEOPLE)).toEqual({ ok: false, text });
    expect(entries).toEqual([]);
  });

  it('comes too late where somebody was faster', async () => {
    const { store, entries } = fakeDecideStore([proposal], { rejectProposal: async () => false });
    const text = `This proposal is already proposed; ${FINAL}`;
    expect(await reject(store, ask, PEOPLE)).toEqual({ ok: false, text });
    expect(entries).toEqual([]);
  });

  it.each<[string, Proposal, Partial<typeof ask>]>([
    ['You are denied in sitrep.yaml, so you cannot decide here.', proposal, { person: 'U4' }],
    ['You are not listed in sitrep.yaml, so you cannot decide here.', proposal, { person: 'U9' }],
    [
      `This proposal is already approved by <@U2>; ${FINAL}`,
      waiting({ state: 'approved', decidedBy: 'U2' }),
      {},
    ],
  ])('is refused, with the reason on record: %s', async (why, before, over) => {
    const { store, entries, stateOf } = fakeDecideStore([before]);
    const asked = { ...ask, ...over };
    expect(await reject(store, { ...asked, via: 'cli' }, PEOPLE)).toEqual({ ok: false, text: why });
    expect(entries).toEqual([{ kind: 'approval.refused', ...about, actor: asked.person, why, via: 'cli' }]);
    expect(stateOf(id)).toBe(before.state);
  });
});
