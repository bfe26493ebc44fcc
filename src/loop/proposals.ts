import { aboutProposal } from '../incident/about-proposal.ts';
import { shownConfidence } from '../incident/confidence.ts';
import { SITREP } from '../incident/person.ts';
import { isPending, mayBecome, type Proposal, type ProposalState } from '../incident/proposal.ts';
import { questionOf } from '../incident/question.ts';
import { counted } from '../incident/text.ts';
import type { Fresh } from './freeze.ts';
import type { LoopPorts, LoopStore } from './ports.ts';
import type { Replaced } from './replacing.ts';

/** Takes a pending proposal back; resolves to false where somebody has decided it in the meantime. */
export function supersede(store: LoopStore, proposal: Proposal, why: string): Promise<boolean> {
  return move(store, proposal, 'proposed', 'superseded', why);
}

/** Moves a proposal and says so on record; resolves to false where it was not in `from` any more. */
async function move(
  store: LoopStore,
  proposal: Proposal,
  from: ProposalState,
  to: ProposalState,
  why: string,
): Promise<boolean> {
  if (!(await store.moveProposal(proposal.id, from, to))) return false;
  await store.record({ kind: 'proposal.moved', ...aboutProposal(proposal), actor: SITREP, from, to, why });
  return true;
}

/** Puts one action before people, and sees to its expiry. */
export function addProposal(ports: LoopPorts, store: LoopStore, proposal: Fresh): Promise<string | null> {
  return addQuestion(ports, store, [proposal]);
}

/**
 * Puts one action, or all steps of a plan, before people as one question, and sees to its expiry. Where they have been
 * asked too much already it is withheld: who is asked all the time stops to read. A way back, and what runs by itself,
 * asks nobody too much. Resolves to why it was withheld; null where it was not.
 */
export async function addQuestion(
  ports: LoopPorts,
  store: LoopStore,
  steps: readonly [Fresh, ...Fresh[]],
  replacedBy: (step: Proposal) => Replaced | null = () => null,
): Promise<string | null> {
  const [lead] = steps;
  if (lead.autonomy === 'approve' && lead.undoes === null) {
    const why = await whyTooMany(ports, store, lead);
    if (why !== null) {
      const { incidentId, requestedBy: actor } = lead;
      const { title } = questionOf(steps);
      await store.record({ kind: 'proposal.withheld', incidentId, actor, title, why, bound: true });
      return why;
    }
  }
  for (const step of steps) {
    await store.addProposal(step);
    await recordMade(store, step, replacedBy(step));
  }
  await store.enqueue(
    { kind: 'proposal', id: lead.id },
    lead.autonomy === 'auto' ? 0 : ports.settings.approvalS + 1,
  );
  return null;
}

function recordMade(store: LoopStore, proposal: Fresh, replaces: Replaced | null): Promise<void> {
  return store.record({
    kind: 'proposal.made',
    ...aboutProposal(proposal),
    actor: proposal.requestedBy,
    action: proposal.action,
    digest: proposal.digest,
    confidence: `${shownConfidence(proposal.confidence)}, ${proposal.confidence.record}`,
    rule: proposal.policyRule,
    autonomy: proposal.autonomy,
    policy: { ...proposal.policy, approvals: proposal.consent.approvalsNeeded },
    ...(replaces ? { replaces } : {}),
  });
}

/** What people ask for does not wait behind what Sitrep has found, nor the other way round: each has the bounds for itself. */
async function whyTooMany(
  ports: LoopPorts,
  store: LoopStore,
  { incidentId, requestedBy }: Proposal,
): Promise<string | null> {
  const { pendingPerIncident, perHour } = ports.settings.approvals;
  // Others who ask wait here, so that together they keep to the bounds as well.
  await store.lockBudgets();
  const { pending, lastHour } = await store.questions(
    incidentId,
    requestedBy === SITREP ? 'sitrep' : 'people',
  );
  if (pending >= pendingPerIncident)
    return `${counted(pending, 'proposal')} of this incident wait for people already (approvals.pending_per_incident)`;
  return lastHour >= perHour
    ? `people were asked ${lastHour} times in the last hour (approvals.per_hour)`
    : null;
}

/** Ends a proposal that nobody has decided in time, with all steps of its plan. */
export async function expire(store: LoopStore, id: string): Promise<void> {
  const question = await store.lockQuestion(id);
  if (question?.lead.state !== 'proposed') return;
  const { lead, steps } = question;
  const leftMs = lead.expiresAt.getTime() - (await store.now()).getTime();
  if (leftMs > 0) return store.enqueue({ kind: 'proposal', id: lead.id }, Math.ceil(leftMs / 1000) + 1);
  for (const step of steps) await move(store, step, 'proposed', 'expired', 'nobody decided in time');
  const view = await store.view(lead.incidentId);
  // While it still burns, the last expired proposal makes way for fresh ones.
  if (view?.incident.state === 'awaiting' && !view.proposals.some((one) => isPending(one.state))) {
    if (await store.moveIncident(view.incident, 'open', 'every proposal expired; looking again')) {
      await store.enqueue({ kind: 'incident', id: view.incident.id });
    }
  }
}

/** What follows from a verified success: what it has undone is marked so, the next step of its plan and the incident go on. */
export async function settleSuccess(ports: LoopPorts, proposal: Proposal): Promise<void> {
  await ports.transaction(async (store) => {
    if (proposal.undoes) {
      const undone = await store.lockProposal(proposal.undoes);
      if (
        undone &&
        mayBecome(undone.state, 'reverted') &&
        (await move(store, undone, undone.state, 'reverted', `undone by “${proposal.title}”`))
      ) {
        // It may have been undone while its check still ran, and then nothing else ends the steps after it.
        await store.stopPlan(undone, 'it was undone');
      }
    }
    const { plan } = proposal.consent;
    const next = plan && (await store.question(proposal.id))?.steps[plan.step];
    if (next?.state === 'approved') await store.enqueue({ kind: 'proposal', id: next.id });
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}
