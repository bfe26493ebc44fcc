import type { StoredAlert } from '../incident/alert.ts';
import { BELIEVABLE, type Evidence, type PastIncident } from '../incident/evidence.ts';
import type { ChangeLog } from '../incident/change.ts';
import { incidentName, type Incident } from '../incident/incident.ts';
import { withDependencies, type Service, type ServiceCatalogue } from '../incident/service.ts';
import { firstLine } from '../incident/text.ts';
import { collectChanges, type CommitLog } from './changes.ts';
import { flagEvidence } from './flags.ts';
import { onsetsOf, soonest } from './onsets.ts';
import type { Question } from './retrieval/question.ts';
import { rankCommits, rankRollouts, type Affected, type GuiltyChange, type Rollout } from './suspects.ts';

export interface RunbookSearch {
  /** Passages of runbooks and of what is known beside them, best first; empty where nothing answers. */
  search(question: Question, limit: number): Promise<Evidence[]>;
}
export interface RolloutLog {
  rollouts(service: Service): Promise<Rollout[]>;
}
export interface IncidentArchive {
  /** Incidents that are over and had the same alerts or services, or read like the question; most alike first. */
  similar(
    incident: Incident,
    alertNames: string[],
    question: Question,
    limit: number,
  ): Promise<PastIncident[]>;
  /** Commits that were found guilty in other incidents, the youngest first. */
  guilty(incident: Incident): Promise<GuiltyChange[]>;
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
  const question = questionOf(alerts, names, affected);
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

  const [runbooks, rollouts, { commits, deploys, flags }, past, guilty, signals] = await Promise.all([
    from('The runbook search', [], () => sources.runbooks.search(question, KEEP.runbook)),
    from('The cluster', [], () => rolloutsOf(declared, sources.rollouts)),
    collectChanges(declared, sources, onsets, missing),
    from('The archive of incidents', [], () =>
      sources.archive.similar(incident, names, question, KEEP.incident),
    ),
    from('The record of guilty commits', [], () => sources.archive.guilty(incident)),
    from('The metrics server', [], () => signalsOf(declared, sources.signals)),
  ]);
  const suspects = rankCommits(
    commits,
    [...rollouts, ...deploys],
    affected,
    { text: symptom, alerts: names, logs: [], frames: [], services: [...incident.services] },
    onsets,
    guilty,
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

/** Of the alerts of a storm, which all say the same, these say enough. */
const MOST_ASKED = 50;

function questionOf(alerts: readonly StoredAlert[], names: string[], affected: Affected[]): Question {
  const asked = alerts.slice(0, MOST_ASKED);
  const labels = valuesByKey(asked.map((alert) => alert.labels));
  const annotations = valuesByKey(asked.map((alert) => alert.annotations));
  const annotated = new Set([...annotations.values()].flatMap((values) => [...values]));
  return {
    alerts: names,
    services: affected.map(({ name }) => name),
    labels: Object.fromEntries([...labels].map(([key, values]) => [key, [...values].join('\n')])),
    // Each value under a key of its own, because two links in one would be none.
    annotations: Object.fromEntries(
      [...annotations].flatMap(([key, values]) =>
        [...values].map((value, place) => [place === 0 ? key : `${key} ${place + 1}`, value]),
      ),
    ),
    text: [...new Set(asked.flatMap(({ summary, description }) => [summary, description]))]
      .filter((text) => !annotated.has(text))
      .join('\n'),
  };
}

function valuesByKey(records: readonly Record<string, string>[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const [key, value] of records.flatMap((record) => Object.entries(record)))
    all.set(key, (all.get(key) ?? new Set()).add(value));
  return all;
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
