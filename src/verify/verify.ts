import { aboutProposal } from '../incident/about-proposal.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Predicate, Proposal, ProposalState } from '../incident/proposal.ts';
import type { Step } from '../incident/step.ts';
import { judge } from './judge.ts';

export interface VerifyStore {
  firingAlerts(incidentId: number, alerts: Predicate['alerts']): Promise<number>;
  secondsSinceEffect(proposalId: string): Promise<number>;
  /**
   * Notes whether everything holds at this look; resolves to for how many seconds it has, null when it does not.
   * Where the look before is more than `mostGapS` ago it begins anew: nobody knows what was in between.
   */
  noteHolding(proposalId: string, holds: boolean, mostGapS: number): Promise<number | null>;
  moveProposal(proposalId: string, from: ProposalState, to: ProposalState): Promise<boolean>;
  /** Ends every step after this one that is not begun, on record, and has its plan looked at; `what` has happened to it. */
  stopPlan(step: Proposal, what: string): Promise<void>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step, afterS?: number): Promise<void>;
}

export interface SignalReader {
  value(query: string): Promise<number | null>;
}

export type VerifyPorts = {
  signals: SignalReader | null;
  /** Whether the target has settled into what was written; null where that cannot be told, or it was changed since. */
  settled: (proposal: Proposal) => Promise<boolean | null>;
  transaction: <T>(work: (store: VerifyStore) => Promise<T>) => Promise<T>;
};

/** How long to wait between two looks, in seconds. */
const LOOK_EVERY_S = 1;
/** A busy machine looks a little later than it should; a process that was gone has missed what happened. */
const MOST_GAP_S = 10;

/** `verifying` → one of three outcomes, or another look later. */
export async function verify(
  proposal: Proposal,
  { signals, settled: settledNow, transaction }: VerifyPorts,
): Promise<void> {
  const { predicate } = proposal.consent;
  const values = await Promise.all(predicate.signals.map((signal) => read(signals, signal.query)));
  const settled = predicate.settled ? await settledNow(proposal) : null;
  await transaction(async (store) => {
    const measured = {
      alertsFiring: await store.firingAlerts(proposal.incidentId, predicate.alerts),
      signals: values,
      settled,
      secondsSinceEffect: await store.secondsSinceEffect(proposal.id),
    };
    const holds = judge(predicate, { ...measured, secondsHeld: 0 }).outcome;
    const good = holds === 'holding' || holds === 'succeeded';
    const secondsHeld = await store.noteHolding(proposal.id, good, MOST_GAP_S);
    const judgement = judge(predicate, { ...measured, secondsHeld });
    if (judgement.outcome === 'waiting' || judgement.outcome === 'holding') {
      await store.enqueue({ kind: 'proposal', id: proposal.id }, LOOK_EVERY_S);
      return;
    }
    if (!(await store.moveProposal(proposal.id, 'verifying', judgement.outcome))) return;
    await store.record({
      kind: 'verification.ended',
      ...aboutProposal(proposal),
      actor: 'sitrep',
      outcome: judgement.outcome,
      why: judgement.why,
      measured: {
        alertsFiring: measured.alertsFiring,
        signals: predicate.signals.map((signal, place) => ({ ...signal, value: values[place] ?? null })),
        secondsSinceEffect: measured.secondsSinceEffect,
        secondsHeld,
      },
    });
    if (judgement.outcome !== 'succeeded')
      await store.stopPlan(proposal, `its check ended as ${judgement.outcome}: ${judgement.why}`);
    await store.enqueue({ kind: 'proposal', id: proposal.id });
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}

// A signal that cannot be read is not a healthy one; the judge counts it as unknown.
async function read(signals: SignalReader | null, query: string): Promise<number | null> {
  try {
    return (await signals?.value(query)) ?? null;
  } catch {
    return null;
  }
}
