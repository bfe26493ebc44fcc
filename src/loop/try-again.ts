import type { IncidentView } from '../incident/view.ts';

/** Why an incident is looked at again when a fix could not be prepared; its tries are counted by these words. */
export const TRYING_AGAIN = 'a fix could not be prepared; trying again';

/** After so many tries, the last of which waits over an hour, it is left to people. */
const TRIES = 8;
const FIRST_S = 30;

/**
 * When to try again to prepare what failed for a reason that may pass, such as a cluster that did not answer: how long
 * to wait from that failure on, doubled each time. Null where nothing failed so, or it was tried often enough. Pure.
 */
export function nextTry({ journal }: IncidentView): { inS: number; at: Date } | null {
  const looked = journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  const failed = journal
    .slice(looked + 1)
    .find((entry) => entry.kind === 'proposal.withheld' && entry.mayPass);
  if (!failed) return null;
  const tries = journal.filter(
    (entry) => entry.kind === 'incident.moved' && entry.why === TRYING_AGAIN,
  ).length;
  if (tries >= TRIES) return null;
  const inS = FIRST_S * 2 ** tries;
  return { inS, at: new Date(failed.at.getTime() + inS * 1000) };
}
