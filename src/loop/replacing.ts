import type { JournalEntry } from '../incident/journal.ts';
import type { PlanPlace, Proposal } from '../incident/proposal.ts';

/** The earlier proposal whose place a fresh one takes, and whether its action had been approved and was refused then. */
export type Replaced = { proposal: string; plan?: PlanPlace; refused: boolean };

/**
 * The proposals that a fresh look may replace: those that were refused as they were to be carried out or that expired
 * since the look before, and those that are withdrawn now.
 */
export function replaceable(
  journal: readonly JournalEntry[],
  proposals: readonly Proposal[],
  withdrawn: readonly Proposal[],
): { proposal: Proposal; refused: boolean }[] {
  const looks = journal.flatMap((entry, at) => (entry.kind === 'evidence.found' ? [at] : []));
  const ended = journal.slice((looks.at(-2) ?? -1) + 1).flatMap((entry) => {
    const refused = entry.kind === 'action.refused';
    if (!refused && !(entry.kind === 'proposal.moved' && entry.to === 'expired')) return [];
    const proposal = proposals.find((one) => one.id === entry.proposal);
    return proposal ? [{ proposal, refused }] : [];
  });
  const replaced = new Set(
    journal.flatMap((entry) => (entry.kind === 'proposal.made' ? [entry.replaces?.proposal] : [])),
  );
  return [...ended, ...withdrawn.map((proposal) => ({ proposal, refused: false }))].filter(
    ({ proposal }) => proposal.undoes === null && !replaced.has(proposal.id),
  );
}

/** Takes the one out of them whose place `fresh` takes: the same tool on the same service, the newest first. */
export function takeReplaced(
  from: { proposal: Proposal; refused: boolean }[],
  { action, service }: Proposal,
): Replaced | null {
  const at = from.findLastIndex(
    ({ proposal }) => proposal.action.tool === action.tool && proposal.service === service,
  );
  const [taken] = at === -1 ? [] : from.splice(at, 1);
  if (!taken) return null;
  const { plan } = taken.proposal.consent;
  return { proposal: taken.proposal.id, ...(plan ? { plan } : {}), refused: taken.refused };
}
