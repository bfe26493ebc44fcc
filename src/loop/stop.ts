import type { Via } from '../incident/journal.ts';
import type { OrderedUndo } from '../incident/undo-order.ts';
import type { LoopStore } from './ports.ts';
import { sayStopped } from './say-stopped.ts';
import { lookAhead } from './undo-outlook.ts';

export type AskedStop = {
  person: string;
  /** Empty where none is given: the reason of a stop that holds already stays then. */
  why: string;
  /**
   * Lets the undo of what is under way, and of what the policy ran by itself in so many seconds, be approved and run while
   * all else is stopped. Null: it is offered, and nothing passes.
   */
  undoLastS?: number | null;
  /** The id that the order gets, where a file names it already. */
  order: string;
  /** Whether this person may ask for anything to be undone. Everybody may stop. */
  mayUndo: boolean;
  /** Whether anybody else could approve what this person asks to be undone. */
  othersApprove: boolean;
  via?: Via;
};

/**
 * Pulls the switch, and lists what can be undone. In one transaction, so that what is listed is all that has begun: no
 * intent to write is committed between the list and the stop.
 */
export async function stop(store: LoopStore, asked: AskedStop): Promise<string> {
  const { person, mayUndo, order, via } = asked;
  const asksUndo = asked.undoLastS !== undefined && asked.undoLastS !== null;
  const passes = asksUndo && mayUndo;
  const before = await store.lockSwitch();
  const why = asked.why || before.why || 'no reason given';
  const listed = await store.makeUndoOrder({
    id: order,
    by: person,
    why,
    passes,
    withinS: passes ? (asked.undoLastS ?? 0) : 0,
    keeps: passes ? before.order : null,
  });
  await store.setStopped({ by: person, why, order });
  await store.record({
    kind: 'switch.stopped',
    incidentId: null,
    actor: person,
    why,
    order: { id: order, passes, undoes: listed.map((one) => one.undoes) },
    ...(via === undefined ? {} : { via }),
  });
  await store.showSwitch();
  // What has not begun ends when it is looked at, also where nothing else would wake it.
  for (const id of await store.approved()) await store.enqueue({ kind: 'proposal', id });
  if (listed.some(canBeOffered)) await store.enqueue({ kind: 'undo', id: order });
  const now = await store.stopped();
  return sayStopped({
    listed: await lookAhead(store, listed, { person, mayDecide: mayUndo, passes }),
    passes,
    refused: asksUndo && !mayUndo,
    undoLastS: asked.undoLastS ?? 0,
    nobodyElse: !asked.othersApprove,
    // Another stop that names no order, or another one, lets nothing of this one pass.
    heldBy: passes && listed.some(canBeOffered) && now?.undoing.length === 0 ? now.why : null,
  });
}

function canBeOffered(one: OrderedUndo): boolean {
  return one.standing !== 'no way back';
}
