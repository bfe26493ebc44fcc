import { incidentName } from '../incident/incident.ts';
import { counted, joined, plain } from '../incident/text.ts';
import type { OrderedUndo } from '../incident/undo-order.ts';
import type { ListedUndo, Outlook } from './undo-outlook.ts';

const MOST = 5;

type Said = {
  listed: ListedUndo[];
  passes: boolean;
  /** Whether undoing was asked for by somebody who may not. */
  refused: boolean;
  undoLastS: number;
  /** Whether nobody could approve the undos but the one who asks for them. */
  nobodyElse: boolean;
  /** What else stops everything and lets nothing pass. */
  heldBy: string | null;
};

/** What the one who stopped everything is told, in the order in which it matters at night. */
export function sayStopped(stop: Said): string {
  const { listed, passes, refused, undoLastS, heldBy } = stop;
  const final = listed.filter(({ outlook }) => outlook.kind === 'none');
  return [
    'All actions are stopped: nothing that has not begun will begin.',
    ...(listed.length === 0 && passes ? [nothing(undoLastS)] : []),
    ...(passes ? passing(stop) : offered(stop)),
    ...guilty(listed),
    ...(final.length > 0
      ? [`Cannot be taken back: ${named(final)}. What of it is still on its way ends by itself.`]
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

function nothing(undoLastS: number): string {
  const minutes = Math.round(undoLastS / 60);
  const searched = minutes > 0 ? `, and nothing ran by itself in the last ${counted(minutes, 'minute')}` : '';
  return `Nothing to undo: no action is under way${searched}.`;
}

function passing({ listed, nobodyElse }: Said): string[] {
  const { undoable, asked, waits, decided } = sorted(listed);
  if (undoable.length === 0) return [];
  const each = asked.length < undoable.length ? `For ${named(asked)} comes` : 'Each gets';
  return [
    `Except undoing ${named(undoable)}.`,
    ...(asked.length === 0
      ? []
      : nobodyElse
        ? [askSomebodyElse(asked, undoable)]
        : [
            `${each} a card in the thread of its incident, or a line that says why it cannot be undone; it runs once people other than you have approved it there.`,
          ]),
    ...waits.map(
      (one) =>
        `The card for undoing ${named([one])} waits in its thread already: it runs once it is approved there, ${isMine(one) ? 'and you may approve it' : 'by people other than whoever asked for it'}.`,
    ),
    ...(decided.length > 0 ? [`Undoing ${named(decided)} was approved before and goes on.`] : []),
    ...(nobodyElse ? [] : afterwards(asked)),
  ];
}

function offered({ listed, nobodyElse }: Said): string[] {
  const { undoable, asked, waits, decided } = sorted(listed);
  if (undoable.length === 0) return [];
  const it = asked.length < undoable.length ? named(asked) : 'it';
  const isTheirs = asked.length > 0 && nobodyElse;
  return [
    `Begun already: ${named(undoable)}.`,
    ...(asked.length === 0
      ? []
      : nobodyElse
        ? [askSomebodyElse(asked, undoable)]
        : [`Undoing ${it} is offered in the thread of its incident, or a line there says why it is not.`]),
    ...(waits.length > 0
      ? [`The card for undoing ${named(waits)} waits already and cannot be approved while all is stopped.`]
      : []),
    ...(decided.length > 0 ? [`Undoing ${named(decided)} had begun before.`] : []),
    ...(isTheirs ? [] : afterwards(asked)),
    ...(waits.length > 0 || (asked.length > 0 && !isTheirs)
      ? ['“/sitrep stop undo” lets these undos be approved and run while all else is stopped.']
      : []),
  ];
}

function sorted(listed: ListedUndo[]) {
  const of = (...kinds: Outlook['kind'][]) => listed.filter(({ outlook }) => kinds.includes(outlook.kind));
  return {
    undoable: of('asked', 'waits', 'decided'),
    asked: of('asked'),
    waits: of('waits'),
    decided: of('decided'),
  };
}

function askSomebodyElse(asked: OrderedUndo[], undoable: OrderedUndo[]): string {
  const what = asked.length < undoable.length ? ` of ${named(asked)}` : '';
  return `But no card${what} comes, for nobody else in sitrep.yaml may approve what you ask for: let somebody else who is listed say “/sitrep stop undo”, and approve it yourself.`;
}

function isMine({ outlook }: ListedUndo): boolean {
  return outlook.kind === 'waits' && outlook.mine;
}

function guilty(listed: ListedUndo[]): string[] {
  return listed.flatMap((one) =>
    one.outlook.kind === 'refused' ? [`${named([one])} is not undone: ${one.outlook.why}`] : [],
  );
}

function afterwards(asked: OrderedUndo[]): string[] {
  const waits = asked.some((one) => one.standing === 'under way');
  return waits ? ['What is still on its way gets its card when it has been read back.'] : [];
}

function named(actions: OrderedUndo[]): string {
  const shown = actions
    .slice(0, MOST)
    .map(({ title, incidentId }) => `“${plain(title, 100)}” (${incidentName(incidentId)})`);
  const rest = actions.length - shown.length;
  return joined([...shown, ...(rest > 0 ? [counted(rest, 'more action')] : [])]);
}
