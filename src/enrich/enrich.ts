import type { StoredAlert } from '../incident/alert.ts';
import { BELIEVABLE, type Evidence, type PastIncident } from '../incident/evidence.ts';
import type { ChangeLog } from '../incident/change.ts';
import { incidentName, type Incident } from '../incident/incident.ts';
import { withDependencies, type Service, type ServiceCatalogue } from '../incident/service.ts';
import { firstLine } from '../incident/text.ts';
import { collectChanges, type CommitLog } from './changes.ts';
import { flagEvidence } from './flags.ts';
import { onsetsOf, soonest } from './onsets.ts';
import { rankCommits, rankRollouts, type Affected, type Rollout } from './suspects.ts';

export interface RunbookSearch {
  /** Passages of runbooks, best first; `alerts` and `services` lift the runbooks that name them. */
  search(query: { text: string; alerts: string[]; services: string[] }, limit: number): Promise<Evidence[]>;
}
export interface RolloutLog {
  rollouts(service: Service): Promise<Rollout[]>;
}
export interface IncidentArchive {
  similar(incident: Incident, alertNames: string[], limit: number): Promise<PastIncident[]>;
}
export interface SignalReader {
  /** The value of a query now; null when it has none. */
  value(query: string): Promise<number | null>;
}

/** Where evidence comes from. A source that is not configured is null, which is not a failure. */
export type EvidenceSources = {
  runbooks: RunbookSearch;
  archive: IncidentArchive;
  /** The record of changes; what it lacks is read from `commits`. */
  changes: ChangeLog | null;
  commits: CommitLog | null;
  rollouts: RolloutLog | null;
  signals: SignalReader | null;
};

const KEEP = { runbook: 3, commit: 3, deploy: 3, flag: 3, incident: 2, signal: 6 } as const;

/**
 * Collects the evidence for an incident from every source at once. A source that fails costs its own
 * evidence only: it is named in `missing`, in one plain sentence, and the rest goes on.
 */
export async function enrich(
  incident: Incident,
  alerts: readonly StoredAlert[],
  catalogue: ServiceCatalogue,
  sources: EvidenceSources,
): Promise<{ evidence: Evidence[]; missing: string[] }> {
  const onsets = onsetsOf(incident, alerts);
  const affected = affectedServices(incident, catalogue);
  const declared = affected.flatMap(({ name }) => catalogue.get(name) ?? []);
  const names = [...new Set(alerts.map((alert) => alert.name))];
  const symptom = alerts.map((alert) => `${alert.name} ${alert.summary} ${alert.description}`).join('\n');
  // An alert that links its own runbook says more than any search could find out.
  const links = [...new Set(alerts.flatMap((alert) => alert.annotations['runbook_url'] ?? []))];
  const missing: string[] = [];

  async function from<T>(source: string, fallback: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      missing.push(
        `${source} could not be reached (${firstLine(error instanceof Error ? error.message : String(error), 120)}); what it knows is missing here.`,
      );
      return fallback;
    }
  }

  const [runbooks, rollouts, { commits, deploys, flags }, past, signals] = await Promise.all([
    from('The runbook search', [], () =>
      sources.runbooks.search(
        { text: [symptom, ...links].join('\n'), alerts: names, services: affected.map(({ name }) => name) },
        KEEP.runbook,
      ),
    ),
    from('The cluster', [], () => rolloutsOf(declared, sources.rollouts)),
    collectChanges(declared, sources, onsets, missing),
    from('The archive of incidents', [], () => sources.archive.similar(incident, names, KEEP.incident)),
    from('The metrics server', [], () => signalsOf(declared, sources.signals)),
  ]);
  const suspects = rankCommits(
    commits,
    [...rollouts, ...deploys],
    affected,
    { text: symptom, alerts: names, logs: [], frames: [], services: [...incident.services] },
    onsets,
  );
  if (suspects[0] && suspects[0].score < BELIEVABLE)
    missing.push('No commit before these alerts looks guilty.');
  if (runbooks.length === 0 && missing.length === 0) missing.push('No runbook matches these alerts.');
  return {
    evidence: [
      ...runbooks,
      ...suspects.slice(0, KEEP.commit),
      ...rankRollouts(rollouts, affected, onsets).slice(0, KEEP.deploy),
      ...soonest(onsets, (onset) => flagEvidence(flags, affected, symptom, onset)).slice(0, KEEP.flag),
      ...past.map(pastEvidence),
      ...signals.slice(0, KEEP.signal),
    ],
    missing,
  };
}

/** The alerting services and what they depend on, each at its smallest distance; dependants are not suspects. */
function affectedServices(incident: Incident, catalogue: ServiceCatalogue): Affected[] {
  const distances = new Map<string, number>();
  for (const service of incident.services) {
    for (const { name, distance } of withDependencies(catalogue, service)) {
      distances.set(name, Math.min(distance, distances.get(name) ?? Infinity));
    }
  }
  return [...distances]
    .sort(([, a], [, b]) => a - b)
    .map(([name, distance]) => ({
      name,
      distance,
      paths: catalogue.get(name)?.github?.paths ?? [],
      alerting: incident.services.includes(name),
    }));
}

async function rolloutsOf(services: Service[], log: RolloutLog | null): Promise<Rollout[]> {
  if (!log) return [];
  const found = await Promise.all(services.filter((one) => one.kubernetes).map((one) => log.rollouts(one)));
  return found.flat();
}

async function signalsOf(services: Service[], reader: SignalReader | null): Promise<Evidence[]> {
  if (!reader) return [];
  const asked = services.flatMap((service) => service.signals.map((signal) => ({ service, signal })));
  const found = await Promise.all(
    asked.map(async ({ service, signal }): Promise<Evidence[]> => {
      const value = await reader.value(signal.query);
      if (value === null || !Number.isFinite(value)) return [];
      const ill = value >= signal.healthyBelow;
      return [
        {
          title: `${service.name}: ${signal.name}`,
          quote: `${signal.query} = ${round(value)} (healthy below ${signal.healthyBelow})`,
          link: null,
          why: ill ? 'outside its healthy range now' : 'within its healthy range now',
          score: ill ? 1 : 0.1,
          about: { kind: 'signal', service: service.name, ...signal, value },
        },
      ];
    }),
  );
  return found.flat().sort((a, b) => b.score - a.score);
}

function pastEvidence(past: PastIncident): Evidence {
  return {
    title: `${incidentName(past.id)} ${firstLine(past.title, 120)}`,
    quote: `${incidentName(past.id)}, ${past.openedAt.toISOString()}: ${firstLine(past.title)}`,
    link: null,
    why: past.worked
      ? `a similar incident; ${past.worked} helped then`
      : 'a similar incident; no verified fix is on record',
    score: past.worked ? 0.8 : 0.4,
    about: { kind: 'incident', incidentId: past.id, worked: past.worked },
  };
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
