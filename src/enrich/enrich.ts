import { setImmediate as pause } from 'node:timers/promises';
import type { StoredAlert } from '../incident/alert.ts';
import { BELIEVABLE, type Evidence, type PastIncident } from '../incident/evidence.ts';
import type { ChangeLog } from '../incident/change.ts';
import { incidentName, type Incident } from '../incident/incident.ts';
import type { Service, ServiceCatalogue } from '../incident/service.ts';
import { isSameSha } from '../incident/own-action.ts';
import { firstLine, messageOf } from '../incident/text.ts';
import { collectChanges, type CommitLog } from './changes.ts';
import { cluesOf } from './clues.ts';
import { diagnosisEvidence } from './diagnosis-evidence.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { liveIncident } from './live-incident.ts';
import { observe, type LogReader, type SeriesReader } from './observe.ts';
import { onsetsOf } from './onsets.ts';
import { questionOf } from './asked.ts';
import type { Question } from './retrieval/question.ts';
import { affectedServices, sinceCure, withDependants } from './scope.ts';
import { signalsOf, type SignalReader } from './signals.ts';
import { knownRollouts, type History } from './rollouts.ts';
import type { Commit, GuiltyChange, Rollout } from './changed.ts';
import { rankSuspects } from './suspects.ts';
import { utc } from '../incident/utc.ts';

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
/** Where evidence comes from. A source that is not configured is null, which is not a failure. */
export type EvidenceSources = {
  runbooks: RunbookSearch;
  archive: IncidentArchive;
  /** The record of changes; what it lacks is read from `commits`. */
  changes: ChangeLog | null;
  commits: CommitLog | null;
  rollouts: RolloutLog | null;
  signals: SignalReader | null;
  series: SeriesReader | null;
  logs: LogReader | null;
};

/** What Sitrep's own record says: what it did itself, what was found guilty before, and what time it is. */
export type OwnRecord = History & { now: Date };

const KEEP = { runbook: 3, suspect: 6, incident: 2, signal: 6 } as const;

/**
 * Collects the evidence for an incident from every source at once. A source that fails costs its own
 * evidence only: it is named in `missing`, in one plain sentence, and the rest goes on.
 */
export async function enrich(
  incident: Incident,
  alerts: readonly StoredAlert[],
  catalogue: ServiceCatalogue,
  sources: EvidenceSources,
  record: OwnRecord,
): Promise<{ evidence: Evidence[]; missing: string[] }> {
  const affected = affectedServices(incident, catalogue);
  const declared = affected.flatMap(({ name }) => catalogue.get(name) ?? []);
  const watched = withDependants(declared, catalogue);
  const present = sinceCure(alerts, declared, record.own);
  const onsets = onsetsOf(incident, present);
  const names = [...new Set(alerts.map((alert) => alert.name))];
  const symptom = present.map((alert) => `${alert.name} ${alert.summary} ${alert.description}`).join('\n');
  const question = questionOf(alerts, names, affected);
  const missing: string[] = [];

  async function from<T>(source: string, fallback: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      missing.push(
        `${source} could not be reached (${firstLine(messageOf(error), 120)}); what it knows is missing here.`,
      );
      return fallback;
    }
  }

  const [runbooks, rollouts, { commits, deploys, flags }, past, guilty, signals, observed] =
    await Promise.all([
      from('The runbook search', [], () => sources.runbooks.search(question, KEEP.runbook)),
      from('The cluster', [], () => rolloutsOf(declared, sources.rollouts)),
      collectChanges(declared, sources, onsets, missing),
      from('The archive of incidents', [], () =>
        sources.archive.similar(incident, names, question, KEEP.incident),
      ),
      from('The record of guilty commits', [], () => sources.archive.guilty(incident)),
      from('The metrics server', [], () => signalsOf(declared, sources.signals)),
      observe(watched, sources, onsets[0], record.now, missing),
    ]);
  // A deployment that the cluster tells of as well would be the same suspect twice.
  const elsewhere = deploys.filter(({ sha }) => !rollouts.some((one) => isSameCommit(one.sha, sha)));
  const changes = { commits, rollouts: knownRollouts([...rollouts, ...elsewhere], record), flags, guilty };
  const clues = cluesOf(present, observed.logs, onsets[0]);
  const suspects = rankSuspects(
    changes,
    affected,
    { text: symptom, alerts: names, ...clues, services: [...incident.services] },
    onsets,
  );
  const about = { incident, alerts: present };
  const watchedNames = watched.map(({ name }) => name);
  // Both comparisons take long enough that a click must be answered between them.
  await pause();
  const byRank = { ...changes, commits: inOrderOf(suspects, commits) };
  const live = liveIncident(about, onsets, watchedNames, affected, byRank, observed, catalogue);
  const diagnosis = diagnosisEvidence(diagnose(live), suspects, signals);
  if (suspects[0] && suspects[0].score < BELIEVABLE)
    missing.push('No change before these alerts looks guilty.');
  if (runbooks.length === 0 && missing.length === 0) missing.push('No runbook matches these alerts.');
  return {
    evidence: [
      ...(diagnosis ? [diagnosis] : []),
      ...runbooks,
      ...kept(suspects),
      ...past.map(pastEvidence),
      ...signals.slice(0, KEEP.signal),
    ],
    missing,
  };
}

/** The commits as they are suspected, those that nobody suspects last. */
function inOrderOf(suspects: readonly Evidence[], commits: readonly Commit[]): Commit[] {
  const places = new Map(
    suspects.flatMap(({ about }, at) => (about.kind === 'commit' ? [[about.sha, at] as const] : [])),
  );
  return commits.toSorted(
    (a, b) => (places.get(a.sha) ?? commits.length) - (places.get(b.sha) ?? commits.length),
  );
}

/** The best suspects, and whatever Sitrep did itself: people must see that, although nobody suspects it. */
function kept(suspects: readonly Evidence[]): Evidence[] {
  return suspects.filter(
    ({ about }, place) => place < KEEP.suspect || (about.kind === 'deploy' && about.own),
  );
}

function isSameCommit(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && isSameSha(a, b);
}

async function rolloutsOf(services: Service[], log: RolloutLog | null): Promise<Rollout[]> {
  if (!log) return [];
  const found = await Promise.all(services.filter((one) => one.kubernetes).map((one) => log.rollouts(one)));
  return found.flat();
}

function pastEvidence(past: PastIncident): Evidence {
  const [only, ...more] = past.worked;
  const worked = only === undefined ? null : [only, ...more].join(', then ');
  return {
    title: `${incidentName(past.id)} ${firstLine(past.title, 120)}`,
    quote: `${incidentName(past.id)}, ${utc(past.openedAt)}: ${firstLine(past.title)}`,
    link: null,
    why: worked
      ? `a similar incident; ${more.length > 0 ? 'the plan ' : ''}${worked} helped then`
      : 'a similar incident; no verified fix is on record',
    score: worked ? 0.8 : 0.4,
    about: { kind: 'incident', incidentId: past.id, worked },
  };
}
