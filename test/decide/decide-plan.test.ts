import { expect, it } from 'vitest';
import { autoApprove } from '../../src/decide/by-policy.ts';
import { approve } from '../../src/decide/decide.ts';
import { reject } from '../../src/decide/reject.ts';
import type { Person } from '../../src/incident/person.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import { planDigest } from '../../src/incident/plan.ts';
import { aProposal, NOON, proposalId } from '../support/incident-view.ts';
import { fakeDecideStore } from '../support/fake-decide-store.ts';
import { aPolicy } from '../support/policy.ts';
import { rendered } from '../support/rendered.ts';

const APPROVERS = ['U1', 'U2'];
const PEOPLE: Person[] = APPROVERS.map((slackId) => ({
  slackId,
  name: slackId,
  mayApprove: true,
  denied: false,
  keyHash: null,
}));

/** One of two steps; each acts on a target of its own. */
function step(
  place: 1 | 2,
  over: Partial<Proposal> = {},
  consent: Partial<Proposal['consent']> = {},
): Proposal {
  const proposal = aProposal({ id: proposalId(place), title: `Step ${place} of 2: do ${place}`, ...over });
  const consented = rendered({
    ...proposal.consent,
    approvers: APPROVERS,
    plan: { id: proposalId(1), step: place, of: 2 },
    target: { identity: `deployment ${place}`, observedVersion: '1' },
    ...consent,
  });
  return { ...proposal, consent: consented, digest: consentDigest(consented) };
}

const [one, two] = [step(1), step(2)];
const digest = planDigest([one, two]);
const of = (steps: Proposal[], over: Parameters<typeof fakeDecideStore>[1] = {}) => {
  const fake = fakeDecideStore(steps, over);
  const say = (person = 'U1', named = planDigest(steps)) =>
    approve(fake.store, { proposalId: one.id, digest: named, person }, PEOPLE);
  return { ...fake, say, states: () => steps.map(({ id }) => fake.stateOf(id)) };
};

it('looks at each later step when its approval has ended, in case nothing wakes it', async () => {
  const looks: [string, number | undefined][] = [];
  const late = step(2, { expiresAt: new Date(NOON.getTime() + 90_500) });
  const plan = of([one, late], {
    enqueue: async ({ id }, afterS) => void looks.push([String(id), afterS]),
  });
  expect(await plan.say()).toMatchObject({ ok: true });
  expect(looks).toEqual([
    [one.id, undefined],
    [late.id, 92],
  ]);
});

it('approves all steps at once, and begins with the first', async () => {
  const plan = of([one, two]);
  expect(await plan.say()).toEqual({
    ok: true,
    text: 'Approved: Plan of 2 steps: do 1; do 2. Sitrep carries it out now, unless its target has changed, and checks the effect.',
  });
  expect(plan.states()).toEqual(['approved', 'approved']);
  expect(plan.entries).toEqual(
    [one, two].map((each) => ({
      kind: 'approval.given',
      incidentId: 12,
      proposal: each.id,
      title: each.title,
      plan: each.consent.plan,
      actor: 'U1',
      digest: each.digest,
      given: 1,
      needed: 1,
      planDigest: digest,
    })),
  );
  // The second is looked at when it expires, in case that the success of the first does not wake it.
  expect(plan.steps).toEqual([
    { kind: 'proposal', id: one.id },
    { kind: 'proposal', id: two.id },
  ]);
});

it('needs as many people as the step that needs most', async () => {
  const plan = of([one, step(2, {}, { approvalsNeeded: 2 })]);
  expect(await plan.say('U1')).toEqual({ ok: true, text: 'Noted. Still needed: 1 more approval.' });
  expect(plan.states()).toEqual(['proposed', 'proposed']);
  expect((await plan.say('U2')).text).toContain('Approved');
  expect(plan.states()).toEqual(['approved', 'approved']);
});

const notSeen = 'The proposal is not the one that you saw. Look at the card again before you approve.';
const notWhole = 'The plan is not whole any more. Ask for a fresh one.';
it.each<[string, Proposal[], string?]>([
  [notSeen, [one, two], one.digest],
  [notSeen, [one, { ...two, digest: 'ab' }]],
  ['This proposal is already expired; it can be decided only once.', [one, step(2, { state: 'expired' })]],
  [
    'Policy “people approve” only suggests this; do it by hand if you think it right.',
    [one, step(2, { autonomy: 'suggest' })],
  ],
  [notWhole, [one]],
  ['The proposal has expired. Ask for a fresh one.', [one, step(2, { expiresAt: NOON })]],
  ['You asked for this action, so somebody else must approve it.', [one, step(2, { requestedBy: 'U1' })]],
  ['You are not listed as an approver for this. Ask U2.', [one, step(2, {}, { approvers: ['U2'] })]],
])('refuses the whole for what is wrong with one step: %s', async (why, steps, named) => {
  const plan = of(steps);
  expect(await (named === undefined ? plan.say() : plan.say('U1', named))).toEqual({ ok: false, text: why });
  expect(plan.entries).toEqual([
    expect.objectContaining({ kind: 'approval.refused', proposal: one.id, why }),
  ]);
  expect(plan.states()).toEqual(steps.map(({ state }) => state));
});

it('withdraws all steps where the card of one is not the one of its consent', async () => {
  const consent = { ...two.consent, card: ['another'] };
  const plan = of([one, { ...two, consent, digest: consentDigest(consent) }]);
  expect((await plan.say()).ok).toBe(false);
  expect(plan.states()).toEqual(['superseded', 'superseded']);
});

it('takes no step where one cannot be taken', async () => {
  const late = of([one, two], { consume: async (id) => id === one.id });
  await expect(late.say()).rejects.toThrow('step 2 could not be approved together with the steps before it');
  const tooLate = of([one, two], { consume: async () => false });
  expect(await tooLate.say()).toEqual({
    ok: false,
    text: 'The proposal expired at this moment. Ask for a fresh one.',
  });
});

it('never approves a plan in the name of the policy', async () => {
  const auto = step(1, { autonomy: 'auto' }, { asked: { ...one.consent.asked, risk: 'low' } });
  const policy = aPolicy([{ name: 'people approve', then: 'auto' }], { earnedAt: 0 });
  const { plan: _, ...alone } = auto.consent;
  const single = rendered(alone);
  const lone = { ...auto, consent: single, digest: consentDigest(single) };
  expect(await autoApprove(fakeDecideStore([lone]).store, one.id, policy)).toBe(true);
  expect(await autoApprove(fakeDecideStore([auto, two]).store, one.id, policy)).toBe(false);
});

it('rejects all steps at once', async () => {
  const plan = of([one, two]);
  expect(await reject(plan.store, { proposalId: two.id, person: 'U2', reason: 'not now' }, PEOPLE)).toEqual({
    ok: true,
    text: 'Rejected: Plan of 2 steps: do 1; do 2.',
  });
  expect(plan.states()).toEqual(['rejected', 'rejected']);
  expect(plan.entries.map((entry) => entry.kind)).toEqual(['proposal.rejected', 'proposal.rejected']);
});

it('rejects no step where one cannot be rejected', async () => {
  const plan = of([one, two], { rejectProposal: async (id) => id === one.id });
  await expect(
    reject(plan.store, { proposalId: one.id, person: 'U2', reason: 'not now' }, PEOPLE),
  ).rejects.toThrow('step 2 could not be rejected together with those before it');
});

it('rejects nothing where one step is decided', async () => {
  const plan = of([one, step(2, { state: 'expired' })]);
  expect(await reject(plan.store, { proposalId: one.id, person: 'U2', reason: 'not now' }, PEOPLE)).toEqual({
    ok: false,
    text: 'This proposal is already expired; it can be decided only once.',
  });
  expect(plan.states()).toEqual(['proposed', 'expired']);
});
