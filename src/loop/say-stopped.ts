import { incidentName } from '../incident/incident.ts';
import { counted, joined, plain } from '../incident/text.ts';
import type { OrderedUndo } from '../incident/undo-order.ts';

const MOST = 5;

/** What the one who stopped everything is told, in the order in which it matters at night. */
export function sayStopped(stop: {
  listed: OrderedUndo[];
  passes: boolean;
  /** Whether undoing was asked for by somebody who may not. */
  refused: boolean;
  undoLastS: number;
  /** Whether nobody could approve the undos but the one who asks for them. */
  nobodyElse: boolean;
  /** What else stops everything and lets nothing pass. */
  heldBy: string | null;
}): string {
  const { listed, passes, refused, undoLastS, nobodyElse, heldBy } = stop;
  const isFinal = (one: OrderedUndo) => one.standing === 'no way back' || one.endsByItself === true;
  const undoable = listed.filter((one) => !isFinal(one));
  const final = listed.filter(isFinal);
  return [
    'All actions are stopped: nothing that has not begun will begin.',
    ...(passes ? passing(undoable, undoLastS) : offered(undoable)),
    ...(final.length > 0
      ? [`Cannot be taken back: ${named(final)}. What of it is still on its way ends by itself.`]
      : []),
    ...(nobodyElse && undoable.length > 0
      ? [
          'But nobody else in sitrep.yaml may approve what you ask for: let somebody else who is listed say “/sitrep stop undo”, and approve it yourself.',
        ]
      : []),
    ...(heldBy === null ? [] : [`But something else stops everything and lets no undo pass: ${heldBy}.`]),
    ...(refused
      ? [
          'You are not listed in sitrep.yaml, so no undo may be approved meanwhile; somebody listed can say “/sitrep stop undo”.',
        ]
      : []),
    '“/sitrep resume” allows actions again.',
  ].join(' ');
}

function passing(undoable: OrderedUndo[], undoLastS: number): string[] {
  const minutes = Math.round(undoLastS / 60);
  const searched = minutes > 0 ? `, and nothing ran by itself in the last ${counted(minutes, 'minute')}` : '';
  if (undoable.length === 0) return [`Nothing to undo: no action is under way${searched}.`];
  return [
    `Except undoing ${named(undoable)}.`,
    'Each gets a card in the thread of its incident, or a line that says why it cannot be undone; it runs once people other than you have approved it there.',
    ...afterwards(undoable),
  ];
}

function offered(undoable: OrderedUndo[]): string[] {
  if (undoable.length === 0) return [];
  return [
    `Begun already: ${named(undoable)}. Undoing it is offered in the thread of its incident.`,
    ...afterwards(undoable),
    '“/sitrep stop undo” lets these undos be approved and run while all else is stopped.',
  ];
}

function afterwards(undoable: OrderedUndo[]): string[] {
  const waits = undoable.some((one) => one.standing === 'under way');
  return waits ? ['What is still on its way gets its card when it has been read back.'] : [];
}

function named(actions: OrderedUndo[]): string {
  const shown = actions
    .slice(0, MOST)
    .map(({ title, incidentId }) => `“${plain(title, 100)}” (${incidentName(incidentId)})`);
  const rest = actions.length - shown.length;
  return joined([...shown, ...(rest > 0 ? [counted(rest, 'more action')] : [])]);
}
