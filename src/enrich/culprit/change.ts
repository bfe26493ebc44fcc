import { boundedLines } from '../../incident/bounded-lines.ts';
import { filesNamedIn } from './frames.ts';

/** A change that may have brought a symptom: a commit, a rollout or a switched feature flag. */
export type Change = {
  /** Names it among the changes of one case: a sha for a commit, anything unique for the others. */
  id: string;
  kind: 'commit' | 'deploy' | 'flag';
  /** Seconds between this change and the symptom being noticed; negative when it came afterwards. */
  ageS: number;
  subject: string;
  body: string;
  paths: readonly string[];
  /** Unified diff, or only its `+` and `-` lines; empty when it is not known. */
  diff: string;
  author?: string | undefined;
  /** What only a running installation knows; an unknown is left out, never guessed. */
  known?: Whereabouts | undefined;
};

/** Where a change stands towards what alerts. */
export type Whereabouts = {
  /** Whether it was rolled out before the onset; `null` where nobody knows. */
  deployed?: boolean | null | undefined;
  /** Seconds between its rollout and the nearest onset that follows. */
  deployAgeS?: number | undefined;
  /** The affected service that it touches, where it touches one. */
  service?: string | undefined;
  /** Steps from the alerting service to the one that it touches: 0 is the alerting one itself. */
  distance?: number | null | undefined;
  /** How often a change of the same paths was found guilty before. */
  guiltyBefore?: number | undefined;
};

/** What people or machines see of a fault. Every part may be empty; `text` is in whatever words. */
export type Symptom = {
  /** A summary, a person's words, a revert's reason. */
  text: string;
  alerts: readonly string[];
  /** Log lines or their patterns, new or more frequent since the onset. */
  logs: readonly string[];
  /** Stack frames or the files and functions that they name. */
  frames: readonly string[];
  services: readonly string[];
};

/** What stands further back hardly tells anything, and comparing takes time in which nothing else is answered. */
const MOST = { symptom: 20_000, subject: 2000, body: 20_000, paths: 2000, diff: 200_000 } as const;

/** A symptom of which there is nothing but text. */
export function symptomOf(whole: string): Symptom {
  const text = bounded(whole, MOST.symptom);
  return { text, alerts: [], logs: [], frames: filesNamedIn(text), services: [] };
}

/** A change of which no more is left than can be compared in reasonable time. */
export function boundedChange(change: Change): Change {
  return {
    ...change,
    subject: bounded(change.subject, MOST.subject),
    body: bounded(change.body, MOST.body),
    paths: change.paths.slice(0, MOST.paths).map((path) => boundedLines(path)),
    diff: bounded(change.diff, MOST.diff),
  };
}

/** First cut roughly, because even splitting millions of lines takes its time. */
function bounded(text: string, most: number): string {
  return boundedLines(text.slice(0, most));
}
