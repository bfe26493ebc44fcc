import type { Bulletin, StormIncident, StormReport } from '../../../incident/bulletin.ts';
import { incidentName, isOngoing } from '../../../incident/incident.ts';
import { inertMarkup } from '../escape.ts';
import { duration } from './duration.ts';
import { fit, must, optional, type Part } from './fit.ts';
import { many, number } from './number.ts';
import { bold, bullets, emoji, lines, moment, oneLine, richText, smallPrint, SPACE, words } from './rich.ts';
import type { Inline, Rendered } from './rich.ts';

/** Items of one list; each list is left out whole where a message has no room for it. */
const LIST = 5;

type Storm = Extract<Bulletin, { kind: 'storm' }>;

/** The one message of a storm: what is grave, how much there is, and that nothing was dropped. */
export function renderStorm({ report, openedAt, endedAt }: Storm): Rendered {
  const headline = headlineOf(report, openedAt, endedAt);
  return {
    text: inertMarkup(`${headline} ${adviceOf(report, endedAt)}`, 600),
    blocks: fit([
      ...must(
        richText(
          lines(
            [emoji(endedAt ? 'white_check_mark' : 'cyclone'), SPACE, bold(words(headline))],
            [emoji('point_right'), SPACE, words(adviceOf(report, endedAt))],
          ),
        ),
        richText(lines(...countLines(report, endedAt))),
      ),
      ...(['critical', 'warning', 'info'] as const).flatMap((severity) =>
        group(
          severity,
          report.listed.filter((one) => one.severity === severity),
        ),
      ),
      ...must(...leftOut(report)),
      ...must(smallPrint(smallPrintOf(report, endedAt))),
    ]),
  };
}

function headlineOf(report: StormReport, openedAt: Date, endedAt: Date | null): string {
  const { critical } = report.incidents;
  const all = total(report);
  const grave = critical > 0 ? `, ${number(critical)} critical` : ', none critical';
  const what = all === 0 ? 'no incident so far' : `${many(all, 'incident')}${grave}`;
  return endedAt
    ? `Alert storm over after ${duration(endedAt.getTime() - openedAt.getTime())}: ${what}.`
    : `Alert storm: ${what}.`;
}

function adviceOf({ incidents, listed }: StormReport, endedAt: Date | null): string {
  const ongoing = listed.filter((one) => isOngoing(one.state));
  if (endedAt) {
    return ongoing.length === 0
      ? 'Nothing is left of it that goes on.'
      : 'What still goes on gets a thread of its own now, one after the other.';
  }
  if (incidents.critical > 0) return 'Start with the critical ones below; each has a thread of its own.';
  return total({ incidents }) === 0
    ? 'Nothing has become an incident so far; this message is kept up to date.'
    : 'Look for the cause that these have in common, the oldest first. Milder ones get their threads as it calms down.';
}

function countLines({ received, alerts, from }: StormReport, endedAt: Date | null): Inline[][] {
  return [
    [
      words(
        `${number(received.total)} messages received = ${number(received.fresh)} new + ${number(received.repeated)} repeats + ${number(received.resolved)} resolved`,
      ),
    ],
    [
      words(
        `${many(alerts.total, 'alert')} = ${number(alerts.inIncidents)} in incidents + ${number(alerts.quiet)} kept quiet + ${number(alerts.unplaced)} not placed yet`,
      ),
    ],
    [words('Counted from '), moment(from), ...(endedAt ? [words(' to '), moment(endedAt)] : [])],
  ];
}

function group(severity: StormIncident['severity'], incidents: StormIncident[]): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < incidents.length; at += LIST) {
    const items = incidents
      .slice(at, at + LIST)
      .map((one): Inline[] => [
        bold(words(incidentName(one.id))),
        SPACE,
        oneLine(one.title, 90),
        words(` (${many(one.alerts, 'alert')}${isOngoing(one.state) ? '' : `, ${one.state}`})`),
      ]);
    const title = at === 0 ? [lines([emoji(LIGHTS[severity]), SPACE, bold(words(TITLES[severity]))])] : [];
    parts.push(...optional(richText(...title, bullets(items))));
  }
  return parts;
}

const LIGHTS = {
  critical: 'red_circle',
  warning: 'large_orange_circle',
  info: 'large_blue_circle',
} as const;
const TITLES = { critical: 'Critical', warning: 'Warning', info: 'Info' } as const;

function leftOut(report: StormReport) {
  const rest = total(report) - report.listed.length;
  return rest > 0
    ? [smallPrint(`and ${many(rest, 'more incident')}; /sitrep incidents lists the latest.`)]
    : [];
}

function smallPrintOf({ why, listed }: StormReport, endedAt: Date | null): string {
  const until = endedAt ? '' : ' This message is brought up to date every 10 seconds.';
  const [first] = listed;
  const more = first ? ` /sitrep why ${incidentName(first.id)} shows what is known about one of them.` : '';
  return `A storm because ${why}.${until}${more} Nothing was thrown away.`;
}

function total({ incidents }: Pick<StormReport, 'incidents'>): number {
  return incidents.critical + incidents.warning + incidents.info;
}
