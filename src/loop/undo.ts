import type { Answer } from '../decide/decide.ts';
import type { Proposal } from '../incident/proposal.ts';
import { offer } from './offer.ts';
import type { LoopPorts } from './ports.ts';
import { addProposal } from './proposals.ts';

/** Proposes the inverse of an action; like every action it needs its own approval. */
export async function offerInverse(
  ports: LoopPorts,
  proposal: Proposal,
  requestedBy: string,
): Promise<Answer> {
  const { inverse } = proposal;
  if (!inverse) return { ok: false, text: `There is nothing that would undo “${proposal.title}”.` };
  const view = await ports.transaction((store) => store.view(proposal.incidentId));
  if (
    view?.proposals.some(
      (one) => one.undoes === proposal.id && !['rejected', 'expired', 'superseded'].includes(one.state),
    )
  ) {
    return { ok: false, text: 'Undoing it is already proposed; look for its card in this thread.' };
  }
  const draft = {
    action: inverse,
    service: proposal.service,
    score: 0.5,
    reasonsFor: [{ text: `it puts back what “${proposal.title}” changed`, evidenceId: null }],
    reasonsAgainst: [],
  };
  const { now, record } = await ports.transaction(async (store) => ({
    now: await store.now(),
    record: await store.actionRecord(inverse.tool, draft.service, null),
  }));
  const context = {
    incidentId: proposal.incidentId,
    alerting: [],
    firing: [],
    rank: (view?.proposals.length ?? 0) + 1,
    requestedBy,
    undoes: proposal.id,
    record,
    now,
  };
  const made = await offer(
    draft,
    { word: 'medium', record: 'an undo; not yet calibrated' },
    context,
    { ...ports, ...ports.settings },
    ports.world,
  );
  return ports.transaction(async (store): Promise<Answer> => {
    if (made.kind === 'proposal') {
      await addProposal(ports, store, made.proposal);
      return {
        ok: true,
        text: `Proposed: ${made.proposal.title}. It needs an approval like every action.`,
      };
    }
    await store.record({
      kind: 'proposal.withheld',
      incidentId: proposal.incidentId,
      actor: requestedBy,
      title: `Undo: ${proposal.title}`,
      why: made.why,
    });
    return { ok: false, text: `Undoing it is not possible now: ${made.why}` };
  });
}
