import { bind } from '../act/catalogue.ts';
import { approveByConsent } from '../decide/consented-undo.ts';
import { whyNotByPeople } from '../decide/why-forbidden.ts';
import type { Answer } from '../decide/decide.ts';
import type { Action } from '../incident/action.ts';
import { isBlamed, type Blamed } from '../incident/own-action.ts';
import type { NewEntry } from '../incident/journal.ts';
import { SITREP } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';
import { isUndoStanding } from '../incident/undo-standing.ts';
import type { Draft } from '../propose/draft.ts';
import { whyNobodyElse } from './nobody-else.ts';
import type { PlannedStep } from './offer-plan.ts';
import type { Fresh } from './freeze.ts';
import { offer } from './offer.ts';
import type { LoopPorts, LoopStore } from './ports.ts';
import { addProposal } from './proposals.ts';

/** What came of preparing an inverse: `refused` says why in a sentence for people, for good. */
export type Prepared =
  | { kind: 'proposal'; proposal: Fresh }
  | { kind: 'refused'; text: string }
  | { kind: 'withheld'; why: string; mayPass: boolean };

/** Proposes the inverse of an action; like every action it needs its own approval. */
export async function offerInverse(
  ports: LoopPorts,
  proposal: Proposal,
  requestedBy: string,
): Promise<Answer> {
  const made = await prepareInverse(ports, proposal, requestedBy);
  return ports.transaction((store) => putInverse(ports, store, proposal, made, requestedBy));
}

/** Puts a prepared inverse before people, or on record why it is withheld. */
export async function putInverse(
  ports: LoopPorts,
  store: LoopStore,
  undone: Proposal,
  made: Prepared,
  requestedBy: string,
): Promise<Answer> {
  switch (made.kind) {
    case 'refused':
      return { ok: false, text: made.text };
    case 'withheld':
      await store.record(notOffered(undone, requestedBy, made.why));
      return { ok: false, text: `Undoing it is not possible now: ${made.why}` };
    case 'proposal':
      if (!(await addUndo(ports, store, made.proposal))) return { ok: false, text: PROPOSED_ALREADY };
      return {
        ok: true,
        text: `Proposed: ${made.proposal.title}. It needs an approval like every action.`,
      };
    default:
      return made satisfies never;
  }
}

/** Looks at the world and makes the proposal that would undo an action, if there is one. */
export async function prepareInverse(
  ports: LoopPorts,
  proposal: Proposal,
  requestedBy: string,
): Promise<Prepared> {
  const { inverse } = proposal;
  if (!inverse) return { kind: 'refused', text: `There is nothing that would undo “${proposal.title}”.` };
  const { view, now } = await ports.transaction(async (store) => ({
    view: await store.view(proposal.incidentId),
    now: await store.now(),
  }));
  const guilty = await whyNotBack(ports, inverse);
  if (guilty !== null) return { kind: 'refused', text: guilty };
  if (isUndoStanding(view?.proposals ?? [], proposal.id, now))
    return { kind: 'refused', text: PROPOSED_ALREADY };
  const { draft, confidence, record } = await inverseOf(ports, proposal, inverse);
  const context = {
    incidentId: proposal.incidentId,
    alerting: [],
    firing: [],
    rank: (view?.proposals.length ?? 0) + 1,
    requestedBy,
    undoes: proposal.id,
    record,
    // Half of a plan put back by itself is a state that nobody has approved, and so is what chases its own undo.
    ...(proposal.consent.plan !== undefined || proposal.undoes !== null
      ? { asksPeople: 'what a plan or an undo has done is undone by people only' }
      : {}),
    now,
  };
  const made = await offer(draft, confidence, context, { ...ports, ...ports.settings }, ports.world);
  const isAsked = made.kind === 'proposal' && requestedBy !== SITREP;
  const lone = isAsked ? whyNobodyElse(made.proposal, ports.people) : null;
  return lone === null ? made : { kind: 'withheld', why: lone, mayPass: false };
}

/** Puts an undo before people, unless somebody else was faster. */
export async function addUndo(ports: LoopPorts, store: LoopStore, undo: Fresh): Promise<boolean> {
  const view = await store.lockView(undo.incidentId);
  if (isUndoStanding(view?.proposals ?? [], undo.undoes, await store.now())) return false;
  await addProposal(ports, store, undo);
  return true;
}

/** The entry that says why an action is not offered to be undone. */
export function notOffered({ incidentId, title }: Proposal, actor: string, why: string): NewEntry {
  return { kind: 'proposal.withheld', incidentId, actor, title: `Undo: ${title}`, why };
}

export const PROPOSED_ALREADY =
  'Undoing it is already proposed or under way; look for its card in this thread.';

/** Why an inverse is not carried out again: it would put back what was found guilty. Null where it may be. */
export async function whyNotBack({ transaction }: LoopPorts, inverse: Action): Promise<string | null> {
  if (inverse.tool !== 'kubernetes.rollback') return null;
  return whyGuilty(await transaction((store) => store.blamed()), inverse);
}

/** The same, where it is known what was found guilty. Pure. */
export function whyGuilty(blamed: readonly Blamed[], inverse: Action): string | null {
  if (inverse.tool !== 'kubernetes.rollback') return null;
  if (!isBlamed({ ...inverse.arguments, template: null, sha: null }, blamed)) return null;
  const { deployment, revision } = inverse.arguments;
  return `Revision ${revision} of ${deployment} was found guilty; Sitrep does not put it back. Fix it forward instead.`;
}

/** The inverse of an action as a step that could be proposed. */
export async function inverseOf(
  { transaction }: LoopPorts,
  proposal: Proposal,
  inverse: Action,
): Promise<PlannedStep> {
  const { id, title, service } = proposal;
  const reasonsFor = [{ text: `it puts back what “${title}” changed`, evidenceId: null }];
  return {
    draft: {
      action: inverse,
      service,
      score: 0.5,
      reasonsFor,
      reasonsAgainst: [],
      ...cautionOf(proposal, inverse),
    },
    confidence: { word: 'medium', record: 'an undo; not yet calibrated' },
    record: await transaction((store) => store.actionRecord(inverse.tool, service, null)),
    undoes: id,
  };
}

/**
 * Undoes by itself what did not help, where that was approved together with it. The undo must find the target as the
 * action has left it: what somebody has changed since is not overwritten. Otherwise its card waits for people.
 */
export async function undoByConsent(ports: LoopPorts, failed: Proposal): Promise<void> {
  if (!failed.consent.undoIfFailed) return;
  const ours = await isAsWeLeftIt(ports, failed);
  await ports.transaction(async (store) => {
    const view = await store.view(failed.incidentId);
    const undo = view?.proposals.find((one) => one.undoes === failed.id && one.state === 'proposed');
    if (!undo) return;
    const why = ours
      ? (whyNotByPeople(failed, await store.approvedBy(failed.id), ports.people) ??
        (await approveByConsent(store, undo.id, ports.policy)))
      : 'its target is not as the action has left it';
    if (why === null) return;
    const about = { incidentId: failed.incidentId, actor: SITREP, title: `${undo.title}, by itself` };
    await store.record({ kind: 'proposal.withheld', ...about, why: `${why}; people decide about it` });
  });
}

async function isAsWeLeftIt({ world }: LoopPorts, { id, action, consent }: Proposal): Promise<boolean> {
  try {
    const back = await bind(action).readBack(consent.target, world, { key: id, approvedBy: [] });
    return back.state === 'done';
  } catch {
    return false;
  }
}

/** Whoever undoes a rollback puts a suspect back into service, and must read that before anything else, wherever they approve. */
function cautionOf({ action }: Proposal, inverse: Action): Pick<Draft, 'caution'> {
  if (action.tool !== 'kubernetes.rollback' || inverse.tool !== 'kubernetes.rollback') return {};
  const { deployment, revision } = inverse.arguments;
  return {
    caution: `Careful: this puts revision ${revision} back, which was rolled back because it was suspected of this incident: deployment ${deployment}`,
  };
}
