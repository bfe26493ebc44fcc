import type { StoredAlert } from '../incident/alert.ts';
import { incidentName, type Incident } from '../incident/incident.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import { touchedService } from './candidates.ts';
import type { FrozenIncident } from './diagnosis/frozen.ts';
import type { Observed } from './observe.ts';
import { mayBeGuilty } from './rollouts.ts';
import type { Affected } from './changed.ts';
import type { Changes } from './suspects.ts';

/** Of very many changes the latest are compared with the signs: comparing takes time, and old ones are rarely it. */
const MOST_COMMITS = 30;
const LONGEST_DIFF = 4000;
const MOST_ALERTS = 50;

/**
 * A live incident as `sitrep replay` would read it from a file, so that both get the same diagnosis. `services` are
 * those looked at; rollouts that cannot be guilty any more count as not live.
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
      text: [alert.name, alert.summary, alert.description].join('; '),
    })),
    ...observed,
    spans: [],
    patterns: [],
    commits: changes.commits
      .toSorted((a, b) => b.at.getTime() - a.at.getTime())
      .slice(0, MOST_COMMITS)
      .map((commit) => ({
        sha: commit.sha,
        at: commit.at.getTime(),
        author: commit.author,
        subject: commit.subject,
        body: commit.body,
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
      text: `${change.subject}\n${change.body}`,
    })),
    services: [...services],
    external: [],
    dependsOn: new Map(services.map((name) => [name, catalogue.get(name)?.dependsOn ?? []])),
  };
}

function isOff(value: string | null): boolean {
  return value !== null && /^(?:false|off|0|disabled)$/i.test(value.trim());
}
