import type { StoredAlert } from '../../../incident/alert.ts';
import { incidentName, isOngoing, type Incident } from '../../../incident/incident.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { heldBack } from '../../../incident/held-back.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import type { Stopped } from '../../../incident/stop.ts';
import { counted, joined } from '../../../incident/text.ts';
import { advice, headline } from './advice.ts';
import { decisionBlock } from './decisions.ts';
import { missing } from './degraded.ts';
import { duration } from './duration.ts';
import { fit, must, optional } from './fit.ts';
import { source } from './links.ts';
import { mayBeOld } from './may-be-old.ts';
import { who } from './people.ts';
import {
  bold,
  bullets,
  emoji,
  lines,
  listed,
  moment,
  oneLine,
  richText,
  smallPrint,
  words,
  SPACE,
} from './rich.ts';
import type { Inline, Rendered } from './rich.ts';

const ALERTS = 3;
const NOTES = 3;

/** The root message: its first two lines say what is going on and what to do; the rest is how it stands. */
export function renderSummary(view: IncidentView): Rendered {
  const { incident } = view;
  const top = lines(
    [emoji(light(incident)), SPACE, bold(words(headline(view), 300))],
    [emoji('point_right'), words(` ${advice(view)}`, 400)],
  );
  return {
    text: inertMarkup(`${headline(view)}. ${advice(view)}`, 600),
    blocks: fit([
      ...must(richText(top), richText(facts(view)), ...heldBackLine(view)),
      ...optional(...alertBlock(view)),
      ...optional(...decisionBlock(view)),
      ...optional(...noteBlock(view)),
      ...optional(...smallPrints(view).map(smallPrint)),
    ]),
  };
}

function light(incident: Incident): string {
  if (!isOngoing(incident.state)) return 'white_check_mark';
  const colours = {
    critical: 'red_circle',
    warning: 'large_orange_circle',
    info: 'large_blue_circle',
  } as const;
  return colours[incident.severity];
}

function facts(view: IncidentView) {
  const { incident, counts } = view;
  const asOf = incident.resolvedAt ?? view.journal.at(-1)?.at ?? incident.openedAt;
  const services = incident.services.length > 0 ? listed(incident.services, 6) : 'not named by any alert';
  return lines(
    [
      words('State '),
      bold(words(incident.state)),
      words(' · severity '),
      bold(words(incident.severity)),
      words(` · ${counted(counts.firing, 'alert')} firing, ${counts.resolved} resolved`),
    ],
    [words(`Services: ${services}`, 400)],
    [
      words('Opened '),
      moment(incident.openedAt),
      ...(incident.resolvedAt
        ? [words(` · resolved after ${duration(asOf.getTime() - incident.openedAt.getTime())}`)]
        : [words(` · ${duration(asOf.getTime() - incident.openedAt.getTime())} in, as of `), moment(asOf)]),
    ],
  );
}

function alertBlock({ alerts, counts }: IncidentView) {
  if (alerts.length === 0) return [];
  const firingFirst = [...alerts].sort(
    (a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'),
  );
  const items = firingFirst
    .slice(0, ALERTS)
    .map((alert): Inline[] => [bold(oneLine(alert.name, 100)), ...howItStands(alert), ...source(alert.link)]);
  const rest = counts.firing + counts.resolved - items.length;
  if (rest > 0) items.push([words(`and ${counted(rest, 'more alert')}`)]);
  return [richText(bullets(items))];
}

/** What an alert said while it fired is not true any more once it is resolved. */
function howItStands({ status, summary, service, startsAt, endsAt }: StoredAlert): Inline[] {
  if (status === 'resolved')
    return [
      ...(service === null ? [] : [words(' of '), oneLine(service, 100)]),
      words(` resolved${endsAt ? ` after ${duration(endsAt.getTime() - startsAt.getTime())}` : ''}`),
    ];
  return [
    words(` ${status}`),
    ...(summary.trim() === '' ? [] : [words(': '), oneLine(summary, 200)]),
    ...(mayBeOld(summary) ? [words(' (when it was reported)')] : []),
  ];
}

function noteBlock(view: IncidentView) {
  const notes = view.journal.filter((entry) => entry.kind === 'note.added').slice(-NOTES);
  const items = notes.map((note): Inline[] => [
    who(note.actor),
    SPACE,
    moment(note.at),
    words(': '),
    words(note.text, 300),
  ]);
  return items.length === 0 ? [] : [richText(lines([bold(words('Notes'))]), bullets(items))];
}

function stoppedLine({ proposals }: IncidentView, { why, undoing }: Stopped): string {
  const here = proposals
    .filter((one) => undoing.includes(one.id))
    .map((one) => `“${inertLine(one.title, 80)}”`);
  const except = here.length === 0 ? '' : `, except undoing ${joined(here)}`;
  return `All actions are stopped${except}: ${inertLine(why, 200)}`;
}

/** What people are not asked now is still counted for them. */
function heldBackLine({ incident, journal }: IncidentView) {
  const held = isOngoing(incident.state) ? heldBack(journal) : null;
  if (!held) return [];
  const fixes = counted(held.count, 'more fix is', 'more fixes are');
  return [
    smallPrint(
      `${fixes} held back: ${inertLine(held.why, 200)}. Decide about what waits; the next look proposes the rest, or ask for it with /sitrep propose.`,
    ),
  ];
}

function smallPrints(view: IncidentView): string[] {
  const { stopped, modelTokens, incident } = view;
  return [
    ...(stopped ? [stoppedLine(view, stopped)] : []),
    ...missing(view),
    ...(modelTokens > 0
      ? [`The model has used ${modelTokens.toLocaleString('en')} tokens for this incident.`]
      : []),
    `In this thread, mention Sitrep with why, note, resolve or postmortem; elsewhere /sitrep why ${incidentName(incident.id)}.`,
  ];
}
