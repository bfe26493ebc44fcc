import { shownConfidence } from '../incident/confidence.ts';
import { SITREP } from '../incident/person.ts';
import { isPending, mayBecome, type Proposal } from '../incident/proposal.ts';
import { counted } from '../incident/text.ts';
import type { LoopPorts, LoopStore } from './ports.ts';
import type { Replaced } from './replacing.ts';

/** Takes a pending proposal back; resolves to false where somebody has decided it in the meantime. */
export async function supersede(store: LoopStore, proposal: Proposal, why: string): Promise<boolean> {
  if (!(await store.moveProposal(proposal.id, 'proposed', 'superseded'))) return false;
  await store.record({
    kind: 'proposal.moved',
    ...aboutProposal(proposal),
    from: 'proposed',
    to: 'superseded',
    why,
  });
  return true;
}

/**
 * Puts a proposal before people, and sees to its expiry. Where they have been asked too much already it is withheld:
 * who is asked all the time stops to read. A way back, and what runs by itself, asks nobody too much. Resolves to why it
 * was withheld; null where it was not.
 */
export async function addProposal(
  ports: LoopPorts,
  store: LoopStore,
  proposal: Proposal,
  replaces: Replaced | null = null,
): Promise<string | null> {
  if (proposal.autonomy === 'approve' && proposal.undoes === null) {
    const why = await whyTooMany(ports, store, proposal.incidentId);
    if (why !== null) {
      const { incidentId, requestedBy: actor, title } = proposal;
      await store.record({ kind: 'proposal.withheld', incidentId, actor, title, why, bound: true });
      return why;
    }
  }
  await store.addProposal(proposal);
  await store.record({
    kind: 'proposal.made',
    ...aboutProposal(proposal),
    actor: proposal.requestedBy,
    action: proposal.action,
    digest: proposal.digest,
    confidence: `${shownConfidence(proposal.confidence)}, ${proposal.confidence.record}`,
    rule: proposal.policyRule,
    autonomy: proposal.autonomy,
    policy: {
      version: proposal.consent.policyVersion,
      asked: proposal.consent.asked,
      approvals: proposal.consent.approvalsNeeded,
    },
    ...(replaces ? { replaces } : {}),
  });
  await store.enqueue(
    { kind: 'proposal', id: proposal.id },
    proposal.autonomy === 'auto' ? 0 : ports.settings.approvalS + 1,
  );
  return null;
}

async function whyTooMany(ports: LoopPorts, store: LoopStore, incidentId: number): Promise<string | null> {
  const { pendingPerIncident, perHour } = ports.settings.approvals;
  // Others who ask wait here, so that together they keep to the bounds as well.
  await store.lockBudgets();
  const { pending, lastHour } = await store.questions(incidentId);
  if (pending >= pendingPerIncident)
    return `${counted(pending, 'proposal')} of this incident wait for people already (approvals.pending_per_incident)`;
  return lastHour >= perHour
    ? `people were asked ${lastHour} times in the last hour (approvals.per_hour)`
    : null;
}

/** Ends a proposal that nobody has decided in time. */
export async function expire(store: LoopStore, id: string): Promise<void> {
  const proposal = await store.lockProposal(id);
  if (proposal?.state !== 'proposed') return;
  const leftMs = proposal.expiresAt.getTime() - (await store.now()).getTime();
  if (leftMs > 0) return store.enqueue({ kind: 'proposal', id }, Math.ceil(leftMs / 1000) + 1);
  await store.moveProposal(id, 'proposed', 'expired');
  await store.record({
    kind: 'proposal.moved',
    ...aboutProposal(proposal),
    from: 'proposed',
    to: 'expired',
    why: 'nobody decided in time',
  });
  const view = await store.view(proposal.incidentId);
  // While it still burns, the last expired proposal makes way for fresh ones.
  if (view?.incident.state === 'awaiting' && !view.proposals.some((one) => isPending(one.state))) {
    if (await store.moveIncident(view.incident, 'open', 'every proposal expired; looking again')) {
      await store.enqueue({ kind: 'incident', id: view.incident.id });
    }
  }
}

/** What follows from a verified success: what it has undone is marked so, and the incident goes on. */
export async function settleSuccess(ports: LoopPorts, proposal: Proposal): Promise<void> {
  await ports.transaction(async (store) => {
    if (proposal.undoes) {
      const undone = await store.lockProposal(proposal.undoes);
      if (
        undone &&
        mayBecome(undone.state, 'reverted') &&
        (await store.moveProposal(undone.id, undone.state, 'reverted'))
      ) {
        const entry = { ...aboutProposal(undone), from: undone.state, to: 'reverted' as const };
        await store.record({ kind: 'proposal.moved', ...entry, why: `undone by “${proposal.title}”` });
      }
    }
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}

function aboutProposal(proposal: Proposal) {
  return { incidentId: proposal.incidentId, actor: SITREP, proposal: proposal.id, title: proposal.title };
}
