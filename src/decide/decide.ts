import type { ToolName } from '../incident/action.ts';
import { whyCardMisfits } from '../incident/card.ts';
import { confirmationOf, whyNotConfirmed } from '../incident/confirmation.ts';
import type { NewEntry, Via } from '../incident/journal.ts';
import { mayDecide, type Person } from '../incident/person.ts';
import type { ActionRecord, Policy } from '../incident/policy.ts';
import { consentDigest, type Proposal } from '../incident/proposal.ts';
import type { Step } from '../incident/step.ts';
import { counted } from '../incident/text.ts';
import { evaluate } from './policy.ts';

export interface DecideStore {
  /** The proposal, its row locked until the transaction ends. */
  lockProposal(id: string): Promise<Proposal | null>;
  /** Why all actions are stopped; null while they are allowed, or where this proposal may pass all the same. */
  stopped(proposalId?: string): Promise<{ by: string; why: string } | null>;
  /** Adds this person's approval of this digest; resolves to how many people have now given theirs. */
  giveApproval(proposalId: string, person: string, digest: string): Promise<number>;
  /**
   * Consumes the consent in one statement: only from `proposed`, only for this digest, only unexpired by
   * the database's clock. Resolves to whether this call was the one that did it.
   */
  consume(proposalId: string, digest: string, person: string): Promise<boolean>;
  rejectProposal(proposalId: string, person: string, reason: string): Promise<boolean>;
  record(entry: NewEntry): Promise<void>;
  /** How a tool has done, on this service and lately, one proposal left out. What is under way counts as begun. */
  actionRecord(tool: ToolName, service: string, without: string | null): Promise<ActionRecord>;
  /** Holds back everybody else who would spend a budget, until the transaction ends. */
  lockBudgets(): Promise<void>;
  enqueue(step: Step): Promise<void>;
  now(): Promise<Date>;
}

/** What a person is told. */
export type Answer = { ok: boolean; text: string };

/** One person's consent to the bytes behind `digest`, and what they typed besides, where a click is not enough. */
export type AskedApproval = {
  proposalId: string;
  digest: string;
  person: string;
  typed?: string | null;
  via?: Via;
};

/** Why nobody may decide this any more, for people; null while it is open. */
function whyClosed(proposal: Proposal): string | null {
  if (proposal.state === 'proposed') return null;
  const who = proposal.decidedBy ? ` by <@${proposal.decidedBy}>` : '';
  return `This proposal is already ${proposal.state}${who}; it can be decided only once.`;
}

/**
 * Takes one person's approval of exactly the bytes behind `digest`. Every refusal says why and is
 * recorded; nothing is executed here.
 */
export async function approve(
  store: DecideStore,
  asked: AskedApproval,
  people: readonly Person[],
): Promise<Answer> {
  const proposal = await store.lockProposal(asked.proposalId);
  if (!proposal) return { ok: false, text: 'There is no such proposal.' };
  const refusal = await whyNot(store, proposal, asked, people);
  if (refusal) {
    await store.record({
      kind: 'approval.refused',
      incidentId: proposal.incidentId,
      actor: asked.person,
      proposal: proposal.id,
      why: refusal,
      digest: asked.digest,
      ...by(asked.via),
    });
    return { ok: false, text: refusal };
  }
  const given = await store.giveApproval(proposal.id, asked.person, asked.digest);
  const needed = proposal.consent.approvalsNeeded;
  const entry = {
    incidentId: proposal.incidentId,
    actor: asked.person,
    proposal: proposal.id,
    title: proposal.title,
  };
  await store.record({
    kind: 'approval.given',
    ...entry,
    digest: asked.digest,
    given,
    needed,
    ...by(asked.via),
    ...(asked.typed ? { typed: asked.typed.trim() } : {}),
  });
  if (given < needed)
    return { ok: true, text: `Noted. Still needed: ${counted(needed - given, 'more approval')}.` };
  if (!(await store.consume(proposal.id, asked.digest, asked.person))) {
    // The row is locked and was checked above, so only the clock can have come between.
    return { ok: false, text: 'The proposal expired at this moment. Ask for a fresh one.' };
  }
  await store.enqueue({ kind: 'proposal', id: proposal.id });
  return { ok: true, text: `Approved: ${proposal.title}. Sitrep carries it out now and checks the effect.` };
}

async function whyNot(
  store: DecideStore,
  proposal: Proposal,
  asked: AskedApproval,
  people: readonly Person[],
): Promise<string | null> {
  const stopped = await store.stopped(proposal.id);
  if (stopped) return whileStopped(stopped.why, proposal);
  const closed = whyClosed(proposal);
  if (closed !== null) return closed;
  if (proposal.autonomy === 'suggest')
    return `Policy “${proposal.policyRule}” only suggests this; do it by hand if you think it right.`;
  if (asked.digest !== proposal.digest || consentDigest(proposal.consent) !== proposal.digest) {
    return 'The proposal is not the one that you saw. Look at the card again before you approve.';
  }
  const misfit = whyCardMisfits(proposal.consent);
  if (misfit !== null) return `This cannot be approved: ${misfit}. Ask for a fresh proposal.`;
  if (isPast(proposal, await store.now())) return 'The proposal has expired. Ask for a fresh one.';
  if (asked.person === proposal.requestedBy)
    return 'You asked for this action, so somebody else must approve it.';
  if (isDenied(people, asked.person)) return DENIED;
  const person = people.find((one) => one.slackId === asked.person);
  if (!person?.mayApprove || !proposal.consent.approvers.includes(asked.person)) {
    const names = people
      .filter((one) => proposal.consent.approvers.includes(one.slackId))
      .map((one) => one.name);
    return `You are not listed as an approver for this. Ask ${names.join(' or ') || 'whoever keeps sitrep.yaml'}.`;
  }
  return whyNotConfirmed(confirmationOf(proposal), asked.typed ?? null);
}

function whileStopped(why: string, { undoes }: Proposal): string {
  const undo = undoes === null ? '' : ' “/sitrep stop undo” lets what is under way be undone first.';
  return `All actions are stopped (${why}).${undo} “/sitrep resume” allows them again.`;
}

const DENIED = 'You are denied in sitrep.yaml, so you cannot decide here.';

function isDenied(people: readonly Person[], slackId: string): boolean {
  return people.some((one) => one.slackId === slackId && one.denied);
}

function by(via: Via | undefined): { via?: Via } {
  return via === undefined ? {} : { via };
}

// The expiry that people consented to counts as well: the column beside it is not part of the digest.
function isPast({ expiresAt, consent }: Proposal, now: Date): boolean {
  return now >= expiresAt || now >= new Date(consent.expiresAt);
}

/**
 * Approves in the name of the policy what the policy lets run by itself, if it still does: the budget may be spent, a
 * window open or a failure come in since it was proposed. Then it waits for people like every other. Single use holds
 * here as well.
 */
export async function autoApprove(store: DecideStore, proposalId: string, policy: Policy): Promise<boolean> {
  await store.lockBudgets();
  const proposal = await store.lockProposal(proposalId);
  if (proposal?.state !== 'proposed' || proposal.autonomy !== 'auto' || (await store.stopped())) return false;
  if ((await whyNotByPolicy(store, proposal, policy, 'auto')) !== null) return false;
  if (!(await store.consume(proposal.id, proposal.digest, 'policy'))) return false;
  await store.record({
    kind: 'proposal.moved',
    incidentId: proposal.incidentId,
    actor: 'policy',
    proposal: proposal.id,
    title: proposal.title,
    from: 'proposed',
    to: 'approved',
    why: `policy “${proposal.policyRule}” allows it`,
  });
  await store.enqueue({ kind: 'proposal', id: proposal.id });
  return true;
}

/**
 * Why the policy in force forbids exactly these bytes now; null where it does not. What people have approved may go on
 * unless it says no or only suggests by now; what nobody approved must still be allowed to run by itself.
 */
export async function whyNotByPolicy(
  store: Pick<DecideStore, 'actionRecord' | 'now'>,
  { id, consent, digest, policyRule }: Proposal,
  policy: Policy,
  by: 'people' | 'auto',
): Promise<string | null> {
  if (consentDigest(consent) !== digest) return 'its bytes are not the ones that were proposed';
  const misfit = whyCardMisfits(consent);
  if (misfit !== null) return `${misfit}; ask for a fresh proposal`;
  if (consent.policyVersion !== policy.version)
    return 'the policy has changed since it was proposed; ask for a fresh proposal';
  const record = await store.actionRecord(consent.asked.tool, consent.asked.service, id);
  const verdict = evaluate(policy, { ...consent.asked, at: await store.now(), record });
  if (by === 'auto') {
    return verdict.autonomy === 'auto' && verdict.rule === policyRule
      ? null
      : `policy “${verdict.rule}” does not let it run by itself now`;
  }
  return verdict.autonomy === 'approve' || verdict.autonomy === 'auto'
    ? null
    : `policy “${verdict.rule}” says no now`;
}

/** Takes one person's no, with its reason. Everybody who is listed may say no. */
export async function reject(
  store: DecideStore,
  asked: { proposalId: string; person: string; reason: string; via?: Via },
  people: readonly Person[],
): Promise<Answer> {
  const reason = asked.reason.trim();
  if (!reason)
    return { ok: false, text: 'Please say why, in a few words: the next proposals learn from it.' };
  const proposal = await store.lockProposal(asked.proposalId);
  if (!proposal) return { ok: false, text: 'There is no such proposal.' };
  const refusal = whyNotReject(proposal, asked.person, people);
  if (refusal !== null) {
    await store.record({
      kind: 'approval.refused',
      incidentId: proposal.incidentId,
      actor: asked.person,
      proposal: proposal.id,
      why: refusal,
      ...by(asked.via),
    });
    return { ok: false, text: refusal };
  }
  if (!(await store.rejectProposal(proposal.id, asked.person, reason))) {
    return { ok: false, text: `This proposal is already ${proposal.state}; it can be decided only once.` };
  }
  await store.record({
    kind: 'proposal.rejected',
    incidentId: proposal.incidentId,
    actor: asked.person,
    proposal: proposal.id,
    title: proposal.title,
    why: reason,
    digest: proposal.digest,
    ...by(asked.via),
  });
  return { ok: true, text: `Rejected: ${proposal.title}.` };
}

function whyNotReject(proposal: Proposal, person: string, people: readonly Person[]): string | null {
  if (isDenied(people, person)) return DENIED;
  if (!mayDecide(people, person)) return 'You are not listed in sitrep.yaml, so you cannot decide here.';
  return whyClosed(proposal);
}
