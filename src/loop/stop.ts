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

/** Lifts the switch, on record. */
export async function release(
  store: Pick<LoopStore, 'setStopped' | 'record' | 'showSwitch'>,
  actor: string,
  why: string,
): Promise<void> {
  await store.setStopped(null);
  await store.record({ kind: 'switch.resumed', incidentId: null, actor, why });
  await store.showSwitch();
}

type Transaction = <T>(work: (store: LoopStore) => Promise<T>) => Promise<T>;

/** What the switch was pulled with, for whoever tells of it. */
type Pulled = { listed: OrderedUndo[]; passes: boolean; heldBy: string | null };

/**
 * Stops all actions, and says what becomes of what has begun. The words are found after the stop is committed: it holds
 * however long that takes, and where nothing can be found.
 */
export async function stop(transaction: Transaction, asked: AskedStop): Promise<string> {
  const pulled = await transaction((store) => pull(store, asked));
  if (pulled === 'already')
    return 'All actions are stopped already by this very order, asked for a moment before: nothing that has not begun will begin, and what becomes of what has begun stands in the thread of its incident. “/sitrep resume” allows actions again.';
  try {
    return await transaction((store) => tell(store, pulled, asked));
  } catch {
    return 'All actions are stopped: nothing that has not begun will begin. What becomes of what has begun could not be looked up now; the thread of its incident will tell. “/sitrep resume” allows actions again.';
  }
}

/**
 * Pulls the switch, and lists what can be undone. In one transaction, so that what is listed is all that has begun: no
 * intent to write is committed between the list and the stop. Whoever has waited in vain for an answer asks again by another
 * way with the same order: where it stands by then, it is not made twice.
 */
async function pull(store: LoopStore, asked: AskedStop): Promise<Pulled | 'already'> {
  const { person, mayUndo, order, via } = asked;
  const asksUndo = asked.undoLastS !== undefined && asked.undoLastS !== null;
  const passes = asksUndo && mayUndo;
  const before = await store.lockSwitch();
  if (before.order === order) return 'already';
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
  // Another stop that names no order, or another one, lets nothing of this one pass.
  const heldBy = passes && listed.some(canBeOffered) && now?.undoing.length === 0 ? now.why : null;
  return { listed, passes, heldBy };
}

async function tell(
  store: LoopStore,
  { listed, passes, heldBy }: Pulled,
  { person, mayUndo, undoLastS, othersApprove }: AskedStop,
): Promise<string> {
  return sayStopped({
    listed: await lookAhead(store, listed, { person, mayDecide: mayUndo, passes }),
    passes,
    refused: undoLastS !== undefined && undoLastS !== null && !mayUndo,
    undoLastS: undoLastS ?? 0,
    nobodyElse: !othersApprove,
    heldBy,
  });
}

function canBeOffered(one: OrderedUndo): boolean {
  return one.standing !== 'no way back';
}
