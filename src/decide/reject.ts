import { aboutProposal } from '../incident/about-proposal.ts';
import type { Via } from '../incident/journal.ts';
import { mayDecide, type Person } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';
import { SHORTEST_REASON, TOO_SHORT } from '../incident/rejection.ts';
import type { Answer, DecideStore } from './decide.ts';
import { by, DENIED, isDenied, whyClosed } from './refusals.ts';

/** Takes one person's no, with its reason. Everybody who is listed may say no. */
export async function reject(
  store: DecideStore,
  asked: { proposalId: string; person: string; reason: string; via?: Via },
  people: readonly Person[],
): Promise<Answer> {
  const reason = asked.reason.trim();
  if (reason.length < SHORTEST_REASON) return { ok: false, text: TOO_SHORT };
  const question = await store.lockQuestion(asked.proposalId);
  if (!question) return { ok: false, text: 'There is no such proposal.' };
  const { lead, steps } = question;
  const refusals = steps.map((step) => whyNotReject(step, asked.person, people));
  const refusal = refusals.find((why) => why !== null) ?? null;
  if (refusal !== null) {
    await store.record({
      kind: 'approval.refused',
      incidentId: lead.incidentId,
      actor: asked.person,
      proposal: lead.id,
      why: refusal,
      ...by(asked.via),
    });
    return { ok: false, text: refusal };
  }
  for (const [place, step] of steps.entries()) {
    if (!(await store.rejectProposal(step.id, asked.person, reason))) {
      if (place > 0) throw new Error(`step ${place + 1} could not be rejected together with those before it`);
      return { ok: false, text: `This proposal is already ${step.state}; it can be decided only once.` };
    }
    await store.record({
      kind: 'proposal.rejected',
      ...aboutProposal(step),
      actor: asked.person,
      why: reason,
      digest: step.digest,
      ...by(asked.via),
    });
  }
  return { ok: true, text: `Rejected: ${question.title}.` };
}

function whyNotReject(proposal: Proposal, person: string, people: readonly Person[]): string | null {
  if (isDenied(people, person)) return DENIED;
  if (!mayDecide(people, person)) return 'You are not listed in sitrep.yaml, so you cannot decide here.';
  return whyClosed(proposal);
}
