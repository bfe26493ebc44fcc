import { beforeEach, describe, expect, it, vi } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { claim } from '../../src/act/claim.ts';
import type { ExecutePorts, ExecuteStore } from '../../src/act/execute-ports.ts';
import { lookAgain } from '../../src/act/look-again.ts';
import { resume } from '../../src/act/resume.ts';
import { send } from '../../src/act/send.ts';
import { consentDigest, type Proposal, type ProposalState } from '../../src/incident/proposal.ts';
import { fakeCluster, type FakeCluster } from '../support/fake-cluster.ts';
import { fakeExecuteStore } from '../support/fake-execute-store.ts';
import { aProposal } from '../support/incident-view.ts';
import { worldOf } from '../support/world.ts';

const ACTION = {
  tool: 'kubernetes.rollback' as const,
  arguments: { namespace: 'shop', deployment: 'pricing', revision: 1 },
};
const REQUEST = 'kubernetes.rollback {"deployment":"pricing","namespace":"shop","revision":1}';
const STOPPED = { stopped: async () => ({ by: 'U1', why: 'fire' }) };
const VERSION = 'generation 2, revision 1 is template c7ba79ab0d80f6f9';
const AROUND = { service: 'pricing', dependants: ['checkout'] };
let cluster: FakeCluster;
let approved: Proposal;

/** The proposal with another consent, and the digest that fits it. */
function consenting(over: Partial<Proposal['consent']>): Proposal {
  const consent = { ...approved.consent, ...over };
  return { ...approved, consent, digest: consentDigest(consent) };
}

beforeEach(async () => {
  cluster = fakeCluster(['shop/pricing:good', 'shop/pricing:bad']);
  const tool = bind(ACTION);
  const { target, blastRadius } = await tool.prepare(worldOf({ cluster }), AROUND);
  const base = aProposal({ action: ACTION, state: 'approved' });
  const asked = { ...base.consent.asked, service: 'pricing', blastRadius };
  const { version: toolVersion, schemaHash } = tool;
  approved = base;
  approved = consenting({ arguments: ACTION.arguments, toolVersion, schemaHash, target, asked });
});

const about = () => ({ incidentId: 12, actor: 'sitrep', proposal: approved.id, title: approved.title });

/** One step of an execution from a state on, and all that it leaves behind. */
async function after(
  step: typeof claim,
  from: ProposalState,
  over: Partial<ExecuteStore> = {},
  more: Partial<ExecutePorts> = {},
  proposal: Proposal = approved,
) {
  const fake = fakeExecuteStore({ ...proposal, state: from }, over);
  await step({ ...proposal, state: from }, fake.ports(worldOf({ cluster }), more));
  const { entries, ended, inverses, requests, plansStopped, steps } = fake;
  const writes = cluster.writes.length;
  return { state: fake.state(), entries, ended, inverses, requests, plansStopped, steps, writes };
}

/** Nothing was written, and it ended with this reason. */
const refused = (why: string) => ({
  state: 'superseded',
  entries: [{ kind: 'action.refused', ...about(), why }],
  ended: [why],
  inverses: [],
  requests: [],
  plansStopped: [`it was not carried out: ${why}`],
  steps: [['incident', 12, 0]],
  writes: 0,
});
const unmoved = (state: ProposalState, steps: unknown[]) => ({
  state,
  entries: [],
  ended: [],
  inverses: [],
  requests: [],
  plansStopped: [],
  steps,
  writes: 0,
});

describe('claiming', () => {
  it('takes what was approved, and goes on', async () => {
    expect(await after(claim, 'approved')).toEqual({
      ...unmoved('claimed', [['execute', approved.id, 0]]),
      entries: [{ kind: 'action.claimed', ...about(), digest: approved.digest }],
    });
  });

  it('asks for a lease that outlasts every write, within the limits', async () => {
    const { store, ports } = fakeExecuteStore({ ...approved, state: 'approved' });
    const [claimed, held] = [vi.spyOn(store, 'claim'), vi.spyOn(store, 'whyHeld')];
    const all = ports(worldOf({ cluster }));
    await claim(approved, all);
    expect(claimed.mock.calls).toEqual([[approved.id, 30]]);
    expect(held.mock.calls).toEqual([[approved.id, all.limits]]);
  });

  it('ends what the policy forbids by now', async () => {
    const whyForbidden = async () => 'policy “x” says no now';
    expect(await after(claim, 'approved', {}, { whyForbidden })).toEqual(refused('policy “x” says no now'));
  });

  const late = { claim: async () => false };
  it('ends where the switch or the clock was faster', async () => {
    expect(await after(claim, 'approved', { ...late, ...STOPPED })).toEqual(
      refused('all actions were stopped before it began (fire)'),
    );
    expect(await after(claim, 'approved', { ...late, isConsented: async () => false })).toEqual(
      refused('its approval had expired, or was of other bytes, before it began'),
    );
  });

  it('looks again where nothing speaks against it any more', async () => {
    expect(await after(claim, 'approved', late)).toEqual(unmoved('approved', [['execute', approved.id, 1]]));
  });

  it('waits for the steps before it in its plan, and ends where one of them did not succeed', async () => {
    const why = 'a step of its plan before it has not succeeded, or is being undone';
    for (const over of [{}, late]) {
      const waits = { ...over, earlierSteps: async () => 'under way' as const };
      expect(await after(claim, 'approved', waits)).toEqual(unmoved('approved', []));
      const stopped = { ...over, earlierSteps: async () => 'stopped' as const };
      expect(await after(claim, 'approved', stopped)).toEqual(refused(why));
    }
    const markSent = async () => false;
    const under = { markSent, earlierSteps: async () => 'under way' as const };
    expect(await after(send, 'claimed', under)).toEqual(unmoved('claimed', []));
    const stopped = { markSent, earlierSteps: async () => 'stopped' as const };
    expect(await after(send, 'claimed', stopped)).toEqual(refused(why));
  });

  it('is looked at again where its approval has expired and the steps before it are under way', async () => {
    const expired = { earlierSteps: async () => 'under way' as const, isConsented: async () => false };
    const waits = [['execute', approved.id, 60]];
    expect(await after(claim, 'approved', expired)).toEqual(unmoved('approved', waits));
  });

  const held = { whyHeld: async () => 'too many at once' };
  it('is held back, which is said once, and looked at again', async () => {
    const waits = unmoved('approved', [['execute', approved.id, 10]]);
    expect(await after(claim, 'approved', held)).toEqual({
      ...waits,
      entries: [{ kind: 'action.held', ...about(), why: 'too many at once' }],
    });
    expect(await after(claim, 'approved', { ...held, lastHeld: async () => 'too many at once' })).toEqual(
      waits,
    );
    const other = { ...held, lastHeld: async () => 'another reason' };
    expect((await after(claim, 'approved', other)).entries).toHaveLength(1);
  });

  it('ends what was held back for too long, or until all was stopped', async () => {
    expect(await after(claim, 'approved', { ...held, isConsented: async () => false })).toEqual(
      refused('its approval expired while it was held back: too many at once'),
    );
    expect(await after(claim, 'approved', { ...held, ...STOPPED })).toEqual(
      refused('all actions were stopped before it began (fire)'),
    );
  });

  it('leaves alone what has moved on', async () => {
    const whyForbidden = async () => 'no';
    expect(await after(claim, 'rejected', {}, { whyForbidden })).toEqual(unmoved('rejected', []));
  });
});

describe('sending', () => {
  const sent = () => ({
    kind: 'action.sent',
    ...about(),
    request: REQUEST,
    digest: approved.digest,
    target: approved.consent.target,
  });
  const answered = (answer: string, text: string) => ({ kind: 'action.answered', ...about(), answer, text });

  it('writes once, after its intent, and reads back what came of it', async () => {
    const done = await after(send, 'claimed');
    const [, , confirmed] = done.entries as { readBack?: string }[];
    expect(done).toEqual({
      state: 'confirmed',
      entries: [
        sent(),
        answered('accepted', 'the request was accepted'),
        { kind: 'action.confirmed', ...about(), readBack: expect.stringMatching(/pricing/) },
      ],
      ended: [confirmed?.readBack],
      inverses: [],
      requests: [REQUEST],
      plansStopped: [],
      steps: [
        ['proposal', approved.id, 0],
        ['incident', 12, 0],
      ],
      writes: 1,
    });
    expect(cluster.writtenFor).toEqual([['U1']]);
    expect(cluster.running()).toBe('shop/pricing:good');
  });

  it('commits the intent with its lease before it writes', async () => {
    const { store, ports } = fakeExecuteStore({ ...approved, state: 'claimed' });
    const order: string[] = [];
    const mark = vi.spyOn(store, 'markSent').mockImplementation(async () => order.push('intent') > 0);
    const { patch } = cluster;
    vi.spyOn(cluster, 'patch').mockImplementation(async (...asked) => {
      order.push(asked[3].dryRun ? 'dry run' : 'write');
      return patch.apply(cluster, asked);
    });
    await send({ ...approved, state: 'claimed' }, ports(worldOf({ cluster })));
    expect(order).toEqual(['dry run', 'intent', 'write']);
    expect(mark.mock.calls).toEqual([[approved.id, REQUEST, 30]]);
  });

  it('counts what the world shows, whatever the connection said', async () => {
    cluster.failNextWrite('lost after');
    expect(await after(send, 'claimed')).toMatchObject({
      state: 'confirmed',
      entries: [sent(), answered('failed', 'connection lost'), { kind: 'action.confirmed' }],
      writes: 1,
    });
  });

  it('does not know what became of a write that nobody saw the end of', async () => {
    cluster.failNextWrite('lost before');
    const lost = await after(send, 'claimed');
    const why = (lost.entries[2] as { why: string }).why;
    expect(why).toMatch(/^connection lost; /);
    expect(lost).toEqual({
      state: 'unknown',
      entries: [sent(), answered('failed', 'connection lost'), { kind: 'action.unknown', ...about(), why }],
      ended: [why],
      inverses: [],
      requests: [REQUEST],
      plansStopped: [`nobody knows whether it took effect: ${why}`],
      steps: [
        ['execute', approved.id, 30],
        ['incident', 12, 0],
      ],
      writes: 0,
    });
  });

  it('does not know what became of a write that was accepted and does not show', async () => {
    const { patch } = cluster;
    vi.spyOn(cluster, 'patch').mockImplementation(async (...asked) =>
      patch.apply(cluster, [asked[0], asked[1], asked[2], { ...asked[3], dryRun: true }]),
    );
    const { state, ended, entries } = await after(send, 'claimed');
    expect([state, ended]).toEqual(['unknown', [expect.stringMatching(/^pricing/)]]);
    expect(entries[1]).toEqual(answered('accepted', 'the request was accepted'));
  });

  it('ends what was refused and visibly not carried out', async () => {
    cluster.failNextWrite('refused');
    const why = 'refused: forbidden';
    expect(await after(send, 'claimed')).toEqual({
      ...refused(why),
      entries: [sent(), answered('refused', 'forbidden'), { kind: 'action.refused', ...about(), why }],
      requests: [REQUEST],
    });
  });

  it('takes no merit in what was refused and somebody else has done', async () => {
    const { patch } = cluster;
    vi.spyOn(cluster, 'patch').mockImplementation(async (...asked) => {
      if (asked[3].dryRun) return patch.apply(cluster, asked);
      cluster.changeByOthers('shop/pricing:good');
      throw Object.assign(new Error('forbidden'), { outcome: 'refused' });
    });
    const { state, ended, inverses } = await after(send, 'claimed');
    expect([state, inverses]).toEqual(['superseded', []]);
    expect(ended[0]).toMatch(
      /^refused: forbidden; somebody else has done it: pricing runs shop\/pricing:good/,
    );
  });

  it('ends what was refused, also where the world cannot be looked at any more', async () => {
    cluster.failNextWrite('refused');
    const fake = fakeExecuteStore({ ...approved, state: 'claimed' });
    const approvedBy = vi.spyOn(fake.store, 'approvedBy');
    approvedBy.mockResolvedValueOnce(['U1']).mockRejectedValueOnce('away');
    await send({ ...approved, state: 'claimed' }, fake.ports(worldOf({ cluster })));
    expect([fake.state(), fake.ended]).toEqual(['superseded', ['refused: forbidden']]);
  });

  it('does not end what was refused here and was taken over meanwhile: the other one may have sent it', async () => {
    cluster.failNextWrite('refused');
    const left = await after(send, 'claimed', { holdSent: async () => false });
    expect(left).toMatchObject({ state: 'sent', ended: [], plansStopped: [] });
  });

  it('has time to look and write, and to look once afterwards', async () => {
    const fake = fakeExecuteStore({ ...approved, state: 'claimed' });
    const world = vi.fn((_: number) => worldOf({ cluster }));
    await send({ ...approved, state: 'claimed' }, fake.ports(worldOf({}), { world }));
    expect(world.mock.calls).toEqual([[20], [20], [8]]);
  });

  it('sends nothing where the policy, the switch or the clock was faster', async () => {
    const whyForbidden = async () => 'policy “x” says no now';
    const late = { markSent: async () => false };
    expect(await after(send, 'claimed', {}, { whyForbidden })).toEqual(refused('policy “x” says no now'));
    expect(await after(send, 'claimed', { ...late, ...STOPPED })).toEqual(
      refused('all actions were stopped before it was sent (fire)'),
    );
    expect(await after(send, 'claimed', { ...late, isConsented: async () => false })).toEqual(
      refused('its approval had expired, or was of other bytes, before it was sent'),
    );
    expect(await after(send, 'claimed', late)).toEqual(unmoved('claimed', [['execute', approved.id, 1]]));
  });

  it('sends nothing where all was stopped while its intent was being committed', async () => {
    const why = 'all actions were stopped before it was sent (fire)';
    expect(await after(send, 'claimed', STOPPED)).toMatchObject({
      state: 'superseded',
      ended: [why],
      plansStopped: [`it was not carried out: ${why}`],
      steps: [['incident', 12, 0]],
      writes: 0,
    });
  });

  it('says nothing of what somebody else has taken over while it looked at the switch, and sends nothing', async () => {
    const over = { ...STOPPED, holdSent: async () => false };
    expect(await after(send, 'claimed', over)).toMatchObject({
      state: 'sent',
      ended: [],
      plansStopped: [],
      steps: [],
      writes: 0,
    });
  });

  const changed = 'the tool has changed since the approval; ask for a fresh proposal';
  it.each<[string, () => Proposal]>([
    ['its bytes are not the ones that were approved', () => ({ ...approved, digest: 'ab' })],
    ['its action is not the one that was approved', () => consenting({ tool: 'kubernetes.restart' })],
    [
      'its action is not the one that was approved',
      () => consenting({ arguments: { ...ACTION.arguments, revision: 2 } }),
    ],
    [changed, () => consenting({ toolVersion: 99 })],
    [changed, () => consenting({ schemaHash: 'ab' })],
    [
      `stale: deployment shop/other was at ${VERSION} and is now deployment shop/pricing uid uid-1 at ${VERSION}`,
      () => consenting({ target: { ...approved.consent.target, identity: 'deployment shop/other' } }),
    ],
    [
      `stale: deployment shop/pricing uid uid-1 was at 1 and is now deployment shop/pricing uid uid-1 at ${VERSION}`,
      () => consenting({ target: { ...approved.consent.target, observedVersion: '1' } }),
    ],
  ])('sends nothing: %s', async (why, proposal) => {
    expect(await after(send, 'claimed', {}, {}, proposal())).toEqual(refused(why));
  });

  it.each([
    [new Error('away'), 'away'],
    ['no error', 'no error'],
  ])('sends nothing where the target cannot be looked at, or refuses a dry run: %s', async (thrown, text) => {
    vi.spyOn(cluster, 'deployment').mockRejectedValueOnce(thrown);
    expect(await after(send, 'claimed')).toEqual(refused(`its target could not be looked at: ${text}`));
    vi.spyOn(cluster, 'tryPatch').mockRejectedValueOnce(thrown);
    expect(await after(send, 'claimed')).toEqual(refused(`its dry run failed: ${text}`));
  });
});

describe('taking over what somebody else sent', () => {
  it('waits while the lease of the other runs', async () => {
    expect(await after(resume, 'sent', { takeOver: async () => false })).toEqual(
      unmoved('sent', [['execute', approved.id, 5]]),
    );
  });

  it('ends what was refused again, which it has taken over itself', async () => {
    cluster.failNextWrite('refused');
    const ended = await after(resume, 'sent', { holdSent: async () => false });
    expect(ended).toMatchObject({ state: 'superseded', ended: ['refused: forbidden'] });
  });

  it('sends again what has visibly not happened', async () => {
    const again = await after(resume, 'sent');
    expect(again).toMatchObject({ state: 'confirmed', requests: [], writes: 1 });
    expect(again.entries.map(({ kind }) => kind)).toEqual(['action.answered', 'action.confirmed']);
  });

  it('counts what was done, though the second try was refused', async () => {
    const { patch } = cluster;
    vi.spyOn(cluster, 'patch').mockImplementation(async (...asked) => {
      await patch.apply(cluster, asked);
      throw Object.assign(new Error('the object has been modified'), { outcome: 'refused' });
    });
    expect(await after(resume, 'sent')).toMatchObject({ state: 'confirmed', writes: 1 });
  });

  it('ends where the second try is refused and it was visibly not done', async () => {
    cluster.failNextWrite('refused');
    expect(await after(resume, 'sent')).toMatchObject({ state: 'superseded', ended: ['refused: forbidden'] });
  });

  it('leaves it to people where the second try is refused and nobody can look', async () => {
    cluster.failNextWrite('refused');
    const fake = fakeExecuteStore({ ...approved, state: 'sent' });
    const approvedBy = vi.spyOn(fake.store, 'approvedBy');
    for (const _ of [1, 2]) approvedBy.mockResolvedValueOnce(['U1']);
    approvedBy.mockRejectedValueOnce('away');
    await resume({ ...approved, state: 'sent' }, fake.ports(worldOf({ cluster })));
    expect([fake.state(), fake.ended]).toEqual(['unknown', ['forbidden; reading back failed: away']]);
  });

  const late = { mayResend: async () => false };
  const forbidding = { whyForbidden: async () => 'policy “x” says no now' };
  it.each<[string, Partial<ExecuteStore>, Partial<ExecutePorts>, () => Proposal]>([
    ['all actions are stopped (fire)', { ...late, ...STOPPED }, {}, () => approved],
    // Between the look that allows it and the write.
    ['all actions are stopped (fire)', STOPPED, {}, () => approved],
    [
      'its approval has expired, or was of other bytes',
      { ...late, isConsented: async () => false },
      {},
      () => approved,
    ],
    [
      'all actions were stopped since it was sent, or a step of its plan before it no longer stands',
      late,
      {},
      () => approved,
    ],
    ['policy “x” says no now', {}, forbidding, () => approved],
    ['its bytes are not the ones that were approved', {}, {}, () => ({ ...approved, digest: 'ab' })],
  ])('does not, and leaves it to people: %s', async (why, over, more, proposal) => {
    const left = await after(resume, 'sent', over, more, proposal());
    expect(left).toMatchObject({ state: 'unknown', writes: 0, entries: [{ kind: 'action.unknown' }] });
    expect(left.ended[0]).toMatch(/pricing/);
    expect(left.ended[0]?.startsWith(`it is not sent again: ${why}; `)).toBe(true);
  });

  it('finishes what has happened', async () => {
    await bind(ACTION).run(approved.consent.target, worldOf({ cluster }), { key: 'k', approvedBy: [] });
    const done = await after(resume, 'sent', STOPPED);
    expect(done).toMatchObject({ state: 'confirmed', writes: 1 });
    expect(done.entries.map(({ kind }) => kind)).toEqual(['action.confirmed']);
  });

  it('does not know what somebody else has changed since', async () => {
    cluster.changeByOthers('shop/pricing:other');
    expect(await after(resume, 'sent')).toMatchObject({
      state: 'unknown',
      entries: [{ kind: 'action.unknown' }],
      steps: [
        ['execute', approved.id, 30],
        ['incident', 12, 0],
      ],
      writes: 0,
    });
  });

  it('leaves alone what has moved on meanwhile', async () => {
    cluster.changeByOthers('shop/pricing:other');
    expect(await after(resume, 'confirmed')).toEqual(unmoved('confirmed', []));
  });

  it('takes it over with a lease that outlasts every write', async () => {
    const { store, ports } = fakeExecuteStore({ ...approved, state: 'sent' });
    const takeOver = vi.spyOn(store, 'takeOver');
    await resume({ ...approved, state: 'sent' }, ports(worldOf({ cluster })));
    expect(takeOver.mock.calls).toEqual([[approved.id, 30]]);
  });
});

describe('looking again at what nobody knows the end of', () => {
  it('ends what did not arrive, and sends nothing', async () => {
    const ended = await after(lookAgain, 'unknown');
    expect(ended).toEqual(refused(ended.ended[0] ?? ''));
    expect(ended.ended[0]).toMatch(/^it did not arrive: .*; nothing was sent again$/);
  });

  it('goes on looking until the approval ends', async () => {
    cluster.changeByOthers('shop/pricing:other');
    expect(await after(lookAgain, 'unknown')).toEqual(unmoved('unknown', [['execute', approved.id, 30]]));
    expect(await after(lookAgain, 'unknown', { isConsented: async () => false })).toEqual(
      unmoved('unknown', []),
    );
  });

  it('confirms nothing where nobody can look', async () => {
    const approvedBy = () => Promise.reject(new Error('away'));
    expect(await after(lookAgain, 'unknown', { approvedBy })).toEqual(
      unmoved('unknown', [['execute', approved.id, 30]]),
    );
  });

  it('confirms what has arrived after all', async () => {
    await bind(ACTION).run(approved.consent.target, worldOf({ cluster }), { key: 'k', approvedBy: [] });
    const done = await after(lookAgain, 'unknown');
    const [confirmed] = done.entries as { readBack?: string }[];
    expect(done).toEqual({
      state: 'confirmed',
      entries: [{ kind: 'action.confirmed', ...about(), readBack: expect.stringMatching(/pricing/) }],
      ended: [confirmed?.readBack],
      inverses: [],
      requests: [],
      plansStopped: [],
      steps: [
        ['proposal', approved.id, 0],
        ['incident', 12, 0],
      ],
      writes: 1,
    });
    expect(await after(lookAgain, 'reverted')).toEqual({ ...unmoved('reverted', []), writes: 1 });
  });
});
