import { aboutProposal } from '../incident/about-proposal.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Proposal, ProposalState } from '../incident/proposal.ts';
import type { Action, ToolName } from '../incident/action.ts';
import { canonicalJson } from '../incident/canonical.ts';
import type { ActionRecord, Limits } from '../incident/policy.ts';
import type { Step } from '../incident/step.ts';
import { messageOf } from '../incident/text.ts';
import { bind } from './catalogue.ts';
import { lookBack, permitOf } from './look-back.ts';
import { NotApplicable, type ReadBack } from './tool.ts';
import { whyNotResend, type ResendStore } from './why-not-resend.ts';
import { whyAltered, whyNotSend } from './why-not-send.ts';
import { wasRefused, type World, type WorldFor } from './world.ts';

export interface ExecuteStore extends ResendStore {
  /**
   * Takes an approved proposal for execution: in one statement that also reads the kill switch and the
   * approvals, and only if it was never taken before. Resolves to whether this call got it.
   */
  claim(proposalId: string, leaseS: number): Promise<boolean>;
  /**
   * Why an approved proposal has to wait for others of its kind or on its target; null where it need not. Holds every
   * other claim back until the transaction ends, so that what is claimed in it is within the limits.
   */
  whyHeld(proposalId: string, limits: Limits): Promise<string | null>;
  /** Why it had to wait when that was last noted. */
  lastHeld(proposalId: string): Promise<string | null>;
  /** Moves claimed → sent in one statement that reads all that again; the intent is on record then. */
  markSent(proposalId: string, request: string, leaseS: number): Promise<boolean>;
  /** How the steps before it in its plan stand; `succeeded` where there are none. */
  earlierSteps(proposalId: string): Promise<'succeeded' | 'under way' | 'stopped'>;
  /** Ends every step after this one that is not begun, on record, and has its plan looked at; `what` has happened to it. */
  stopPlan(step: Proposal, what: string): Promise<void>;
  /** Takes over an execution whose holder has gone; false while its lease still runs. */
  takeOver(proposalId: string, leaseS: number): Promise<boolean>;
  /** Who gave the approvals that count. */
  approvedBy(proposalId: string): Promise<string[]>;
  endExecution(proposalId: string, result: string): Promise<void>;
  setInverse(proposalId: string, inverse: Action): Promise<void>;
  /** Only from the given state; resolves to whether it was this call. */
  moveProposal(proposalId: string, from: ProposalState, to: ProposalState): Promise<boolean>;
  proposal(id: string): Promise<Proposal | null>;
  /** How a tool has done, on this service and lately, one proposal left out. */
  actionRecord(tool: ToolName, service: string, without: string | null): Promise<ActionRecord>;
  now(): Promise<Date>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step, afterS?: number): Promise<void>;
}

export type ExecutePorts = {
  transaction: <T>(work: (store: ExecuteStore) => Promise<T>) => Promise<T>;
  world: WorldFor;
  limits: Limits;
  /** Why the policy in force forbids the action now; null where it does not. */
  whyForbidden: (store: ExecuteStore, proposal: Proposal) => Promise<string | null>;
};

/** Longer than its holder may look, write and read back, so that nobody is still at work when a lease ends. */
const LEASE_S = 30;

/** For looking and writing, counted from before the lease begins; then nothing of it is sent any more. */
const WRITE_S = 20;

/** Longer than a request may still be under way that nobody saw the end of. */
const LOOK_AGAIN_S = 30;

/** How long a proposal that had to wait is left alone. */
const HELD_S = 10;

/** How soon a step whose approval has expired is looked at again while those before it are under way. */
const EXPIRED_S = 60;

/** `approved` → `claimed`, held back, or ended where the switch or somebody else was faster. */
export async function claim(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  await ports.transaction(async (store) => {
    if (await mustWait(store, proposal, 'approved')) return;
    const forbidden = await ports.whyForbidden(store, proposal);
    if (forbidden !== null) return end(store, proposal, 'approved', forbidden);
    const held = await store.whyHeld(proposal.id, ports.limits);
    if (held !== null) return holdBack(store, proposal, held);
    if (await store.claim(proposal.id, LEASE_S)) {
      await store.record({ kind: 'action.claimed', ...about(proposal), digest: proposal.digest });
      await store.enqueue({ kind: 'execute', id: proposal.id });
      return;
    }
    await endOrTryAgain(store, proposal, 'approved');
  });
}

/**
 * Whether it cannot begin because of the steps before it in its plan. Where they are still under way it is left alone
 * for as long as its approval lasts: the success of the last of them brings it here again.
 */
async function mustWait(
  store: ExecuteStore,
  proposal: Proposal,
  from: 'approved' | 'claimed',
): Promise<boolean> {
  const before = await store.earlierSteps(proposal.id);
  if (before === 'stopped')
    await end(store, proposal, from, 'a step of its plan before it has not succeeded, or is being undone');
  // It ends once they have ended; until then it is looked at, for the success that should wake it may be lost.
  if (before === 'under way' && !(await store.isConsented(proposal.id)))
    await store.enqueue({ kind: 'execute', id: proposal.id }, EXPIRED_S);
  return before !== 'succeeded';
}

/** Leaves it `approved`, says once why, and looks again; the switch and the end of its approval end it all the same. */
async function holdBack(store: ExecuteStore, proposal: Proposal, why: string): Promise<void> {
  if (await store.stopped(proposal.id)) return endOrTryAgain(store, proposal, 'approved');
  if (!(await store.isConsented(proposal.id)))
    return end(store, proposal, 'approved', `its approval expired while it was held back: ${why}`);
  if ((await store.lastHeld(proposal.id)) !== why)
    await store.record({ kind: 'action.held', ...about(proposal), why });
  await store.enqueue({ kind: 'execute', id: proposal.id }, HELD_S);
}

/**
 * `claimed` → `sent` → `confirmed` or `unknown`. Nothing is written unless the consent still has its
 * digest and the target is as it was consented to; the intent is committed before the one write, and
 * what has become of it is read back.
 */
export async function send(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const refusal = await whyNotSend(proposal, ports.world(WRITE_S));
  if (refusal) {
    await ports.transaction((store) => end(store, proposal, 'claimed', refusal));
    return;
  }
  const { digest, consent } = proposal;
  const request = `${proposal.action.tool} ${canonicalJson(proposal.action.arguments)}`;
  const world = ports.world(WRITE_S);
  const begun = await ports.transaction(async (store): Promise<boolean> => {
    const forbidden = await ports.whyForbidden(store, proposal);
    if (forbidden !== null) await end(store, proposal, 'claimed', forbidden);
    else if (await store.markSent(proposal.id, request, LEASE_S)) {
      await store.record({
        kind: 'action.sent',
        ...about(proposal),
        request,
        digest,
        target: consent.target,
      });
      return true;
    } else await endOrTryAgain(store, proposal, 'claimed');
    return false;
  });
  if (begun && !(await wasStoppedMeanwhile(proposal, ports))) await write(proposal, ports, world, 'first');
}

/** A stop by a file is no part of the transaction that begins a write: where it came in the middle of that, nothing is sent. */
function wasStoppedMeanwhile(proposal: Proposal, { transaction }: ExecutePorts): Promise<boolean> {
  return transaction(async (store) => {
    const stopped = await store.stopped(proposal.id);
    if (!stopped) return false;
    await end(store, proposal, 'sent', `all actions were stopped before it was sent (${stopped.why})`);
    return true;
  });
}

/**
 * A proposal found in `sent`: whoever sent it has gone. The world is looked at first. Only a write that
 * has visibly not happened is sent again, if it may still be sent; every write of ours refuses a target that has changed.
 */
export async function resume(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const world = ports.world(WRITE_S);
  const mine = await ports.transaction((store) => store.takeOver(proposal.id, LEASE_S));
  if (!mine) {
    await ports.transaction((store) => store.enqueue({ kind: 'execute', id: proposal.id }, 5));
    return;
  }
  const back = await lookBack(proposal, ports);
  if (back.state !== 'not done') return settle(proposal, ports, back);
  const forbidden =
    whyAltered(proposal) ??
    (await ports.transaction(
      async (store) =>
        (await ports.whyForbidden(store, proposal)) ?? (await whyNotResend(store, proposal.id)),
    ));
  if (forbidden === null) return write(proposal, ports, world, 'again');
  // What nobody saw the end of may still arrive.
  const text = `it is not sent again: ${forbidden}; ${back.text}`;
  await settle(proposal, ports, { state: 'unclear', text });
}

/**
 * An `unknown` proposal is looked at again, until its consent expires: a cluster that was away is perhaps
 * back. Nothing is ever sent here; what has visibly not happened ends, and makes way for a fresh proposal.
 */
export async function lookAgain(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const back = await lookBack(proposal, ports);
  await ports.transaction(async (store) => {
    if (back.state === 'not done')
      return end(store, proposal, 'unknown', `it did not arrive: ${back.text}; nothing was sent again`);
    if (back.state === 'unclear') {
      if (await store.isConsented(proposal.id))
        await store.enqueue({ kind: 'execute', id: proposal.id }, LOOK_AGAIN_S);
      return;
    }
    if (!(await store.moveProposal(proposal.id, 'unknown', 'confirmed'))) return;
    await store.endExecution(proposal.id, back.text);
    if (back.inverse) await store.setInverse(proposal.id, back.inverse);
    await store.record({ kind: 'action.confirmed', ...about(proposal), readBack: back.text });
    await store.enqueue({ kind: 'proposal', id: proposal.id });
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}

/** `again`: somebody has sent it before, and what became of that is known from looking only. */
async function write(
  proposal: Proposal,
  ports: ExecutePorts,
  world: World,
  time: 'first' | 'again',
): Promise<void> {
  const permit = await permitOf(proposal, ports);
  let failure: unknown = null;
  try {
    await bind(proposal.action).run(proposal.consent.target, world, permit);
  } catch (error) {
    failure = error;
  }
  const refused = failure instanceof NotApplicable || wasRefused(failure);
  const text = failure === null ? 'the request was accepted' : messageOf(failure);
  const answer = failure === null ? 'accepted' : refused ? 'refused' : 'failed';
  await ports.transaction((store) =>
    store.record({ kind: 'action.answered', ...about(proposal), answer, text }),
  );
  const back = await lookBack(proposal, ports);
  // What was refused the first time is not ours, whatever is found: there is nothing to undo, and no merit in it.
  if (refused && (time === 'first' || back.state === 'not done')) {
    const found = back.state === 'done' ? `; somebody else has done it: ${back.text}` : '';
    await ports.transaction((store) => end(store, proposal, 'sent', `refused: ${text}${found}`));
    return;
  }
  if (failure === null || back.state === 'done') return settle(proposal, ports, back);
  return settle(proposal, ports, { state: 'unclear', text: `${text}; ${back.text}` });
}

async function settle(proposal: Proposal, { transaction }: ExecutePorts, back: ReadBack): Promise<void> {
  await transaction(async (store) => {
    const to = back.state === 'done' ? 'confirmed' : 'unknown';
    if (!(await store.moveProposal(proposal.id, 'sent', to))) return;
    await store.endExecution(proposal.id, back.text);
    if (back.state === 'done') {
      if (back.inverse) await store.setInverse(proposal.id, back.inverse);
      await store.record({ kind: 'action.confirmed', ...about(proposal), readBack: back.text });
    } else {
      await store.record({ kind: 'action.unknown', ...about(proposal), why: back.text });
      await store.stopPlan(proposal, `nobody knows whether it took effect: ${back.text}`);
      await store.enqueue({ kind: 'execute', id: proposal.id }, LOOK_AGAIN_S);
      await store.enqueue({ kind: 'incident', id: proposal.incidentId });
      return;
    }
    await store.enqueue({ kind: 'proposal', id: proposal.id });
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}

/**
 * What follows when an execution could not begin. Where nothing speaks against it any more, the switch was
 * released at that very moment or somebody else was faster; another look, which changes nothing that has
 * moved on, keeps it from waiting for ever.
 */
async function endOrTryAgain(
  store: ExecuteStore,
  proposal: Proposal,
  from: 'approved' | 'claimed',
): Promise<void> {
  if (await mustWait(store, proposal, from)) return;
  const before = from === 'approved' ? 'it began' : 'it was sent';
  const stopped = await store.stopped(proposal.id);
  if (stopped)
    return end(store, proposal, from, `all actions were stopped before ${before} (${stopped.why})`);
  if (!(await store.isConsented(proposal.id)))
    return end(store, proposal, from, `its approval had expired, or was of other bytes, before ${before}`);
  return store.enqueue({ kind: 'execute', id: proposal.id }, 1);
}

/** Ends a proposal that was not carried out, with its reason. The incident is triaged anew, for fresh proposals. */
async function end(store: ExecuteStore, proposal: Proposal, from: ProposalState, why: string): Promise<void> {
  if (!(await store.moveProposal(proposal.id, from, 'superseded'))) return;
  await store.endExecution(proposal.id, why);
  await store.record({ kind: 'action.refused', ...about(proposal), why });
  await store.stopPlan(proposal, `it was not carried out: ${why}`);
  await store.enqueue({ kind: 'incident', id: proposal.incidentId });
}

function about(proposal: Proposal) {
  return { ...aboutProposal(proposal), actor: 'sitrep' };
}
