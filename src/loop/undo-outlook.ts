import type { Blamed } from '../incident/own-action.ts';
import { isRequester } from '../incident/person.ts';
import type { OrderedUndo } from '../incident/undo-order.ts';
import { isUndoStanding } from '../incident/undo-standing.ts';
import type { LoopStore } from './ports.ts';
import { whyGuilty } from './undo.ts';

/** What becomes of the undo of an action that a stop lists, as far as it is known at that moment. */
export type Outlook =
  /** It is asked for with the stop: a card comes for it, or a line that says why not. */
  | { kind: 'asked' }
  /** Its card waits for people already, whoever has asked for it; `mine` where the one who stops may approve it. */
  | { kind: 'waits'; mine: boolean }
  /** People, or the policy, have approved it before. */
  | { kind: 'decided' }
  | { kind: 'refused'; why: string }
  /** Nothing takes the action back. */
  | { kind: 'none' };

export type ListedUndo = OrderedUndo & { outlook: Outlook };

type Asking = {
  person: string;
  /** Whether this person may decide anything. */
  mayDecide: boolean;
  /** Whether undos may be approved and run though all is stopped. */
  passes: boolean;
};

/** Looks up what is known of each before anything is prepared: what waits already, and what is not put back at all. */
export async function lookAhead(
  store: Pick<LoopStore, 'view' | 'blamed' | 'now'>,
  listed: readonly OrderedUndo[],
  asking: Asking,
): Promise<ListedUndo[]> {
  const blamed = listed.length > 0 ? await store.blamed() : [];
  const ahead: ListedUndo[] = [];
  for (const one of listed) ahead.push({ ...one, outlook: await outlookOf(store, one, blamed, asking) });
  return ahead;
}

async function outlookOf(
  store: Pick<LoopStore, 'view' | 'now'>,
  { undoes, incidentId, standing, endsByItself }: OrderedUndo,
  blamed: readonly Blamed[],
  { person, mayDecide, passes }: Asking,
): Promise<Outlook> {
  if (standing === 'no way back' || endsByItself === true) return { kind: 'none' };
  const { proposals } = (await store.view(incidentId)) ?? { proposals: [] };
  const inverse = proposals.find(({ id }) => id === undoes)?.inverse;
  const why = inverse ? whyGuilty(blamed, inverse) : null;
  if (why !== null) return { kind: 'refused', why };
  const now = await store.now();
  const undo = proposals.find((one) => one.undoes === undoes && isUndoStanding([one], undoes, now));
  // What is approved and has not begun ends with a stop that lets nothing pass, and is then asked for anew.
  if (!undo || (undo.state === 'approved' && !passes)) return { kind: 'asked' };
  if (undo.state !== 'proposed') return { kind: 'decided' };
  const mine = mayDecide && undo.consent.approvers.includes(person) && !isRequester(undo.requestedBy, person);
  return { kind: 'waits', mine };
}
