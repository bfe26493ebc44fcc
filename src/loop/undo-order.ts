import { offerable, type OrderItem } from '../incident/undo-order.ts';
import type { LoopPorts } from './ports.ts';
import { addUndo, notOffered, prepareInverse } from './undo.ts';

/** How soon it is looked again for what has to wait: an action under way, or another undo on the same target. */
const LOOK_AGAIN_S = 5;

/** Offers to undo what a stop has listed and what can be prepared by now, until no stop names the list any more. */
export async function advanceUndoOrder(ports: LoopPorts, id: string): Promise<void> {
  const order = await ports.transaction((store) => store.openUndoOrder(id));
  if (!order) return;
  const { now, isLeft } = offerable(order.items);
  for (const item of now) await offerOrdered(ports, id, item, order.askedBy);
  if (isLeft) await ports.transaction((store) => store.enqueue({ kind: 'undo', id }, LOOK_AGAIN_S));
}

/**
 * Puts the undo before people with exactly the inverse that the order has frozen, which alone may pass the stop. Whoever
 * made the order asks for it, so somebody else must approve it.
 */
async function offerOrdered(ports: LoopPorts, id: string, item: OrderItem, askedBy: string): Promise<void> {
  const inverse = item.action ?? item.undone.inverse;
  const undone = { ...item.undone, inverse };
  const made = await prepareInverse(ports, undone, askedBy);
  await ports.transaction(async (store) => {
    if (inverse) await store.freezeUndo(id, undone.id, inverse);
    if (made.kind === 'proposal') {
      await addUndo(ports, store, made.proposal);
      return store.noteUndo(id, undone.id, { withheld: null, again: false });
    }
    const withheld = made.kind === 'refused' ? made.text : made.why;
    await store.noteUndo(id, undone.id, { withheld, again: made.kind === 'withheld' && made.mayPass });
    // What is tried again and again is said once.
    if (withheld !== item.withheld) await store.record(notOffered(undone, askedBy, withheld));
  });
}
