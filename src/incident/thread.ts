import type { NewEntry } from './journal.ts';
import { SITREP } from './person.ts';
import type { PlanPlace } from './proposal.ts';

/**
 * A place in an incident's thread that holds one message, edited in place:
 * `summary` is the root in the channel, the rest are replies.
 */
export type Slot = 'summary' | 'evidence' | `proposal:${string}` | `outcome:${string}` | 'postmortem';

/**
 * Which messages an entry changes. The journal appends these to the outbox in the entry's own
 * transaction, so that nothing which happened can fail to be shown.
 */
export function slotsOf(entry: NewEntry): Slot[] {
  switch (entry.kind) {
    case 'alert.fired':
    case 'alert.resolved':
    case 'incident.opened':
    case 'incident.joined':
    case 'note.added':
      return ['summary'];
    case 'incident.moved':
      // What is not proposed, and why, is told only while the incident goes on.
      return entry.to === 'resolved' || entry.to === 'closed' ? ['summary', 'evidence'] : ['summary'];
    case 'evidence.found':
    case 'evidence.missing':
    case 'hypothesis.raised':
    case 'proposal.withheld':
      return ['summary', 'evidence'];
    case 'proposal.made':
      // The evidence message lists the proposals that get no card of their own.
      return ['summary', 'evidence', `proposal:${cardOf(entry)}`, ...replacedBy(entry)];
    case 'proposal.moved':
      // What is said of an undo that cannot be offered ends with what it would undo.
      return [
        'summary',
        `proposal:${cardOf(entry)}`,
        ...(entry.to === 'reverted' ? (['evidence', `outcome:${cardOf(entry)}`] as const) : []),
      ];
    case 'proposal.rejected':
    case 'approval.given':
    case 'action.held':
    case 'action.claimed':
    case 'action.sent':
      return ['summary', `proposal:${cardOf(entry)}`];
    case 'action.confirmed':
    case 'action.unknown':
    case 'action.refused':
    case 'verification.ended':
      return ['summary', `proposal:${cardOf(entry)}`, `outcome:${cardOf(entry)}`];
    case 'label.given':
      return ['evidence'];
    case 'contents.erased':
      return ['summary', 'evidence'];
    case 'postmortem.drafted':
      return ['summary', 'postmortem'];
    case 'action.answered':
    case 'approval.refused':
    case 'request.refused':
    case 'model.called':
    case 'switch.stopped':
    case 'switch.resumed':
    case 'silence.added':
    case 'silence.ended':
    case 'keys.rewrapped':
      return [];
    default:
      return entry satisfies never;
  }
}

/** The proposal under whose card it is shown: a plan has one card, that of its first step. */
function cardOf({ proposal, plan }: { proposal: string; plan?: PlanPlace }): string {
  return plan?.id ?? proposal;
}

/** The messages of the proposal whose place a fresh one takes; they name it. */
function replacedBy({
  replaces,
}: {
  replaces?: { proposal: string; plan?: PlanPlace; refused: boolean };
}): Slot[] {
  if (!replaces) return [];
  const card = cardOf(replaces);
  return [`proposal:${card}`, ...(replaces.refused ? ([`outcome:${card}`] as const) : [])];
}

/**
 * How soon a change must be seen.
 * - soon: within seconds; several such changes are shown in one edit.
 * - now: somebody may be waiting for it.
 * - asked: a person has acted, and must see what came of it even where a storm holds other threads back.
 */
export type Haste = 'soon' | 'now' | 'asked';

/** How soon the messages that an entry changes must show it. */
export function hasteOf(entry: NewEntry): Haste {
  switch (entry.kind) {
    case 'alert.fired':
    case 'alert.resolved':
    case 'incident.joined':
    case 'evidence.found':
    case 'evidence.missing':
    case 'hypothesis.raised':
    case 'proposal.withheld':
    case 'model.called':
      return 'soon';
    case 'note.added':
    case 'approval.given':
    case 'approval.refused':
    case 'request.refused':
    case 'proposal.rejected':
    case 'label.given':
      return 'asked';
    case 'incident.moved':
      return entry.actor === SITREP ? 'now' : 'asked';
    case 'incident.opened':
    case 'proposal.made':
    case 'proposal.moved':
    case 'action.held':
    case 'action.claimed':
    case 'action.sent':
    case 'action.answered':
    case 'action.confirmed':
    case 'action.unknown':
    case 'action.refused':
    case 'verification.ended':
    case 'postmortem.drafted':
    case 'switch.stopped':
    case 'switch.resumed':
    case 'silence.added':
    case 'silence.ended':
    case 'contents.erased':
    case 'keys.rewrapped':
      return 'now';
    default:
      return entry satisfies never;
  }
}
