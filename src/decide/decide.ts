import { aboutProposal } from '../incident/about-proposal.ts';
import type { ToolName } from '../incident/action.ts';
import { whyCardMisfits } from '../incident/card.ts';
import { confirmationOf, whyNotConfirmed } from '../incident/confirmation.ts';
import type { NewEntry, Via } from '../incident/journal.ts';
import { approverNames, isRequester, mayApprove, type Person } from '../incident/person.ts';
import type { ActionRecord } from '../incident/policy.ts';
import { whyNotWhole } from '../incident/plan.ts';
import { consentDigest, type Proposal } from '../incident/proposal.ts';
import type { Question } from '../incident/question.ts';
import type { Step } from '../incident/step.ts';
import { counted } from '../incident/text.ts';
import { giveWay, type GiveWayStore } from './give-way.ts';
import { by, DENIED, isDenied, whyClosed } from './refusals.ts';

export interface DecideStore extends GiveWayStore {
  /** The proposal, its row locked until the transaction ends. */
  lockProposal(id: string): Promise<Proposal | null>;
  /** What people are asked when they are asked about it, the rows of all its steps locked until the transaction ends. */
  lockQuestion(proposalId: string): Promise<Question | null>;
  /** Why all actions are stopped; null while they are allowed, or where this proposal may pass all the same. */
  stopped(proposalId?: string): Promise<{ by: string; why: string; isOutside?: boolean } | null>;
  /** Adds this person's approval of this digest; resolves to everybody who has now given theirs. */
  giveApproval(proposalId: string, person: string, digest: string): Promise<string[]>;
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
  enqueue(step: Step, afterS?: number): Promise<void>;
  now(): Promise<Date>;
}

/** What a person is told. */
export type Answer = { ok: boolean; text: string };

/** One person's consent to the bytes behind `digest`, that of one action or of a whole plan, and what they typed besides, where a click is not enough. */
export type AskedApproval = {
  proposalId: string;
  digest: string;
  person: string;
  typed?: string | null;
  via?: Via;
};

/**
 * Takes one person's approval of exactly the bytes behind `digest`, of all steps of a plan at once or of none. Every
 * refusal says why and is recorded; nothing is executed here.
 */
export async function approve(
  store: DecideStore,
  asked: AskedApproval,
  people: readonly Person[],
): Promise<Answer> {
  const question = await store.lockQuestion(asked.proposalId);
  if (!question) return { ok: false, text: 'There is no such proposal.' };
  const { lead, steps } = question;
  const forbidden = await whyNot(store, question, asked, people);
  const misfit = forbidden === null ? firstMisfit(steps) : null;
  const refusal =
    forbidden ??
    (misfit &&
      `This cannot be approved: ${misfit}. It is withdrawn; while its alerts fire, a fresh one follows.`);
  if (refusal) {
    await store.record({
      kind: 'approval.refused',
      incidentId: lead.incidentId,
      actor: asked.person,
      proposal: lead.id,
      why: refusal,
      digest: asked.digest,
      ...by(asked.via),
    });
    if (misfit !== null) for (const step of steps) await giveWay(store, step, misfit);
    return { ok: false, text: refusal };
  }
  const needed = Math.max(...steps.map(({ consent }) => consent.approvalsNeeded));
  let given = needed;
  for (const step of steps) given = Math.min(given, await giveOne(store, step, question, asked, people));
  if (given < needed)
    return { ok: true, text: `Noted. Still needed: ${counted(needed - given, 'more approval')}.` };
  for (const [place, { id, digest }] of steps.entries()) {
    if (await store.consume(id, digest, asked.person)) continue;
    // The rows are locked and were checked above, so only the clock can have come between.
    if (place === 0) return { ok: false, text: 'The proposal expired at this moment. Ask for a fresh one.' };
    throw new Error(`step ${place + 1} could not be approved together with the steps before it`);
  }
  // The steps after it begin when it has succeeded. Where nothing wakes them then, they are looked at when they expire.
  await store.enqueue({ kind: 'proposal', id: lead.id });
  const now = (await store.now()).getTime();
  for (const { id, expiresAt } of steps.slice(1))
    await store.enqueue({ kind: 'proposal', id }, Math.ceil((expiresAt.getTime() - now) / 1000) + 1);
  return {
    ok: true,
    text: `Approved: ${question.title}. Sitrep carries it out now, unless its target has changed, and checks the effect.`,
  };
}

function firstMisfit(steps: readonly Proposal[]): string | null {
  for (const { consent } of steps) {
    const misfit = whyCardMisfits(consent);
    if (misfit !== null) return misfit;
  }
  return null;
}

/** Resolves to how many people have now approved this step, of those who may approve now. */
async function giveOne(
  store: DecideStore,
  step: Proposal,
  { steps, digest }: Question,
  asked: AskedApproval,
  people: readonly Person[],
): Promise<number> {
  const everybody = await store.giveApproval(step.id, asked.person, step.digest);
  const given = everybody.filter((one) => mayApprove(people, one, step.consent.approvers)).length;
  await store.record({
    kind: 'approval.given',
    ...aboutProposal(step),
    actor: asked.person,
    digest: step.digest,
    given,
    needed: step.consent.approvalsNeeded,
    ...(steps.length > 1 ? { planDigest: digest } : {}),
    ...by(asked.via),
    ...(asked.typed ? { typed: asked.typed.trim() } : {}),
  });
  return given;
}

async function whyNot(
  store: DecideStore,
  question: Question,
  asked: AskedApproval,
  people: readonly Person[],
): Promise<string | null> {
  const { lead, steps } = question;
  for (const step of steps) {
    const stopped = await store.stopped(step.id);
    if (stopped?.isOutside) return `All actions are stopped: ${stopped.why}.`;
    if (stopped) return whileStopped(stopped.why, step);
    const closed = whyClosed(step);
    if (closed !== null) return closed;
    if (step.autonomy === 'suggest')
      return `Policy “${step.policyRule}” only suggests this; do it by hand if you think it right.`;
  }
  if (asked.digest !== question.digest || steps.some((step) => consentDigest(step.consent) !== step.digest)) {
    return 'The proposal is not the one that you saw. Look at the card again before you approve.';
  }
  const broken = lead.consent.plan ? whyNotWhole(steps) : null;
  if (broken !== null) return broken;
  const now = await store.now();
  if (steps.some((step) => isPast(step, now))) return 'The proposal has expired. Ask for a fresh one.';
  for (const step of steps) {
    const why = whyNotBy(step, asked.person, people);
    if (why !== null) return why;
  }
  return whyNotConfirmed(confirmationOf(question), asked.typed ?? null);
}

/** Why this person may not approve it; null where they may. */
function whyNotBy({ requestedBy, consent }: Proposal, who: string, people: readonly Person[]): string | null {
  if (isRequester(requestedBy, who)) return 'You asked for this action, so somebody else must approve it.';
  if (isDenied(people, who)) return DENIED;
  if (mayApprove(people, who, consent.approvers)) return null;
  return `You are not listed as an approver for this. Ask ${approverNames(people, consent.approvers)}.`;
}

function whileStopped(why: string, { undoes }: Proposal): string {
  const undo = undoes === null ? '' : ' “/sitrep stop undo” lets what is under way be undone first.';
  return `All actions are stopped (${why}).${undo} “/sitrep resume” allows them again.`;
}

// The expiry that people consented to counts as well: the column beside it is not part of the digest.
function isPast({ expiresAt, consent }: Proposal, now: Date): boolean {
  return now >= expiresAt || now >= new Date(consent.expiresAt);
}
