import type { Action } from './action.ts';
import type { Proposal, ProposalState } from './proposal.ts';
import { parseDuration } from './silence.ts';

/** What a stop asks to be listed. `withinS`: how far back what ran by itself is listed, in seconds. */
export type NewUndoOrder = {
  id: string;
  by: string;
  why: string;
  passes: boolean;
  withinS: number;
  /** The order of the stop before, whose actions stay listed. */
  keeps: string | null;
};

/** An action that a stop lists to be undone, as it stands at that moment. */
export type OrderedUndo = {
  undoes: string;
  incidentId: number;
  title: string;
  /** `under way`: not read back yet, and its inverse is offered once it is; `no way back`: nothing undoes it. */
  standing: 'ready' | 'under way' | 'no way back';
  /** Whether it was sent and its tool cannot be taken back: it ends by itself. */
  endsByItself?: boolean;
};

/** An order that a stop still names, the newest effect first. */
export type OpenOrder = { askedBy: string; items: OrderItem[] };

export type OrderItem = {
  undone: Proposal;
  /** The inverse, frozen; null until the action was read back. */
  action: Action | null;
  /** Whether its undo was offered, or given up. */
  isSettled: boolean;
  /** Why it was not offered when that was tried last. */
  withheld: string | null;
  /** How far its undo is; null where none is proposed, or the last one was dropped. */
  undo: ProposalState | null;
};

/**
 * What may be offered to be undone now, and whether anything is left for later. On one target it is one after another,
 * the newest effect first: each undo changes what the next one would find.
 */
export function offerable(items: readonly OrderItem[]): { now: OrderItem[]; isLeft: boolean } {
  const busy = new Set<string>();
  const now: OrderItem[] = [];
  let isLeft = false;
  for (const item of items) {
    const next = nextOf(item);
    if (next === 'over') continue;
    const { identity } = item.undone.consent.target;
    if (!item.isSettled) isLeft = true;
    if (next === 'offer' && !busy.has(identity)) now.push(item);
    busy.add(identity);
  }
  return { now, isLeft };
}

function nextOf({ undone, undo, isSettled }: OrderItem): 'offer' | 'wait' | 'over' {
  switch (undone.state) {
    // Nobody knows yet whether there is anything to undo.
    case 'sent':
    case 'unknown':
      return 'wait';
    case 'confirmed':
    case 'verifying':
    case 'succeeded':
    case 'failed':
    case 'inconclusive':
      if (undo === null) return isSettled ? 'over' : 'offer';
      return hasEnded(undo) ? 'over' : 'wait';
    // It was undone, or has never happened.
    default:
      return 'over';
  }
}

// One whose outcome is unknown is over for nobody: the next one would not know what it finds.
function hasEnded(undo: ProposalState): boolean {
  return ['succeeded', 'failed', 'inconclusive', 'reverted'].includes(undo);
}

const LONGEST_MINUTES = 1440;

/** Reads how far back to undo: `15m`, `1h30m`, or minutes as a bare number; at most a day. In seconds; null for anything else. */
export function parseUndoLast(text: string): number | null {
  const minutes = /^\d{1,4}$/u.test(text) ? Number(text) : parseDuration(text);
  return minutes === null ? null : Math.min(minutes, LONGEST_MINUTES) * 60;
}
