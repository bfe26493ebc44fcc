import type { StoredAlert } from '../incident/alert.ts';
import { boundedLines } from '../incident/bounded-lines.ts';
import { incidentName, type Incident } from '../incident/incident.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { touchedService } from './candidates.ts';
import type { FrozenIncident, LogLine } from './diagnosis/frozen.ts';
import { templateOf } from './diagnosis/template.ts';
import type { Observed } from './observe.ts';
import { mayBeGuilty } from './rollouts.ts';
import type { Affected } from './changed.ts';
import type { Changes } from './suspects.ts';

/**
 * Comparing takes time in which nothing else is answered, so the likeliest changes are compared with the gravest
 * kinds of lines (`node bench/live-diagnosis.ts` measures it).
 */
const MOST_COMMITS = 15;
const LONGEST_DIFF = 3000;
const MOST_KINDS = 40;
const LONGEST_LINE = 400;
const MOST_ALERTS = 50;

/**
 * A live incident as `sitrep replay` would read it from a file, so that both get the same diagnosis. `services` are
 * those looked at; commits stand in the order of suspicion; rollouts that cannot be guilty any more count as not live.
 */
export function liveIncident(
  { incident, alerts }: { incident: Incident; alerts: readonly StoredAlert[] },
  onsets: readonly [Date, ...Date[]],
  services: readonly string[],
  affected: readonly Affected[],
  changes: Changes,
  observed: Observed,
  catalogue: ServiceCatalogue,
): FrozenIncident {
  const last = onsets.at(-1) ?? onsets[0];
  return {
    id: incidentName(incident.id),
    alertAt: onsets[0].getTime(),
    alerts: alerts.slice(0, MOST_ALERTS).map((alert) => ({
      name: alert.name,
      at: alert.startsAt.getTime(),
      service: alert.service,
      text: boundedLines([alert.name, alert.summary, alert.description].join('; ')),
    })),
    series: observed.series,
    logs: gravest(observed.logs),
    spans: [],
    patterns: [],
    commits: changes.commits.slice(0, MOST_COMMITS).map((commit) => ({
      sha: commit.sha,
      at: commit.at.getTime(),
      author: commit.author,
      subject: boundedLines(commit.subject),
      body: boundedLines(commit.body).slice(0, LONGEST_DIFF),
      paths: commit.files.map(({ path }) => path),
      diff: commit.files
        .flatMap(({ path, patch }) => (patch ? [`+++ ${path}\n${patch}`] : []))
        .join('\n')
        .slice(0, LONGEST_DIFF),
      service: touchedService(commit, affected)?.name ?? null,
    })),
    deploys: changes.rollouts.map((rollout) => ({
      service: rollout.service,
      at: rollout.at.getTime(),
      what: rollout.sha ?? rollout.image,
      contains: [],
      live: rollout.own === null && mayBeGuilty(rollout, last),
      text: rollout.cause ?? '',
    })),
    flags: changes.flags.map((change) => ({
      key: change.flag?.key ?? change.key,
      at: change.at.getTime(),
      service: change.service,
      on: isOff(change.flag?.after ?? null) ? false : null,
      live: true,
      text: boundedLines(`${change.subject}\n${change.body}`).slice(0, LONGEST_DIFF),
    })),
    services: [...services],
    external: [],
    dependsOn: new Map(services.map((name) => [name, catalogue.get(name)?.dependsOn ?? []])),
  };
}

/** The lines of the gravest and most frequent kinds, in their order. */
function gravest(logs: readonly LogLine[]): LogLine[] {
  const lines = logs.map((line) => ({ ...line, text: boundedLines(line.text, LONGEST_LINE) }));
  const kinds = Map.groupBy(lines, ({ service, text }) => `${service ?? ''} ${templateOf(text)}`);
  const kept = new Set(
    [...kinds.values()]
      .sort((a, b) => worst(b) - worst(a) || b.length - a.length)
      .slice(0, MOST_KINDS)
      .flat(),
  );
  return lines.filter((line) => kept.has(line));
}

function worst(lines: readonly LogLine[]): number {
  return lines.reduce((most, { gravity }) => Math.max(most, gravity), 0);
}

function isOff(value: string | null): boolean {
  return value !== null && /^(?:false|off|0|disabled)$/i.test(value.trim());
}
