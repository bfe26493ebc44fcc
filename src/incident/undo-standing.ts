import type { Proposal } from './proposal.ts';

/** States in which an undo has come to nothing, so that the same may be asked for again. */
const CAME_TO_NOTHING: Proposal['state'][] = ['rejected', 'expired', 'superseded', 'failed', 'inconclusive'];

/**
 * Whether the undo of an action waits for people, is under way or has been carried out. One of which nobody knows whether it
 * took effect stands for as long as it is looked at again, which ends with its consent.
 */
export function isUndoStanding(proposals: readonly Proposal[], undoes: string | null, now: Date): boolean {
  return proposals.some(
    (one) =>
      one.undoes === undoes &&
      !CAME_TO_NOTHING.includes(one.state) &&
      !(one.state === 'unknown' && one.expiresAt <= now),
  );
}
