import { counted } from '../incident/text.ts';

/** What was counted over the last moments. */
export type Load = {
  at: Date;
  /** Alerts that came in the last RECENT_S seconds, ends included; what only repeats is no flood. */
  recent: number;
  /** Incidents opened in the last minute. */
  opened: number;
  /** Alerts received in an ordinary minute of the hours before; null while too few hours are known. */
  usual: number | null;
};

/** A storm that is on. */
export type Ongoing = { usual: number | null; since: Date; calmSince: Date | null };

/** What a load means, and why. */
export type Verdict =
  | { kind: 'calm' }
  | { kind: 'begins'; why: string }
  | { kind: 'goes-on'; calmSince: Date | null }
  | { kind: 'ends' };

/** How far back `recent` reaches: short, so that a storm is seen before anybody is lost in it. */
export const RECENT_S = 15;

// More new incidents in a minute than a person can read, let alone take up.
const MANY_INCIDENTS = 30;
const FEW_INCIDENTS = 10;
// Ten messages a second are a flood only where far fewer are usual; where nothing is known of what is
// usual, it takes fifty.
const MANY_ALERTS = 150;
const MANY_ALERTS_UNKNOWN = 750;
const FEW_ALERTS = 50;
const TIMES_USUAL = 10;
const TIMES_USUAL_CALM = 3;
// A flood comes in waves; it is over when none has come for this long.
const CALM_MS = 120_000;
// What has gone on for so long is how things are now; another storm is measured against it.
const LONGEST_MS = 6 * 3_600_000;

/**
 * Whether a storm begins, goes on or ends: deterministic, no clock but `load.at`. It begins when many
 * incidents open within a minute, or when alerts come in at many times their usual rate. It ends by lower
 * bounds than it began by, and after a while below them, so that it does not flicker. What was usual before
 * it began is what it is measured against.
 */
export function judgeStorm(load: Load, ongoing: Ongoing | null): Verdict {
  if (ongoing === null) return judgeBeginning(load);
  if (load.at.getTime() - ongoing.since.getTime() >= LONGEST_MS) return { kind: 'ends' };
  const most = Math.max(FEW_ALERTS, (inRecent(ongoing.usual) ?? 0) * TIMES_USUAL_CALM);
  const isCalm = load.opened < FEW_INCIDENTS && load.recent < most;
  if (!isCalm) return { kind: 'goes-on', calmSince: null };
  const calmSince = ongoing.calmSince ?? load.at;
  return load.at.getTime() - calmSince.getTime() >= CALM_MS
    ? { kind: 'ends' }
    : { kind: 'goes-on', calmSince };
}

function judgeBeginning({ recent, opened, usual }: Load): Verdict {
  if (opened >= MANY_INCIDENTS)
    return { kind: 'begins', why: `${counted(opened, 'incident')} opened within a minute` };
  const expected = inRecent(usual);
  const least =
    expected === null ? MANY_ALERTS_UNKNOWN : Math.max(MANY_ALERTS, Math.ceil(expected * TIMES_USUAL));
  if (recent < least) return { kind: 'calm' };
  const compared =
    usual === null
      ? 'and nothing is known yet of what is usual'
      : `where ${Math.round(usual)} a minute are usual`;
  return {
    kind: 'begins',
    why: `${counted(recent, 'alert message')} came in within ${RECENT_S} s, ${compared}`,
  };
}

function inRecent(perMinute: number | null): number | null {
  return perMinute === null ? null : (perMinute * RECENT_S) / 60;
}

/** So many roots may wait at once: people can follow no more, and Slack takes about one a second. */
const MOST_WAITING = 10;
// More incidents than the channel can take: whatever is let through now only hides what comes next.
const MORE_THAN_FIT = 75;

/** How many roots may wait to be posted in a storm; a milder incident that would be one more is held back. */
export function roomForRoots({ opened }: Pick<Load, 'opened'>): number {
  return opened > MORE_THAN_FIT ? 0 : MOST_WAITING;
}

/** How many alerts had been received in one minute by a certain moment. */
export type Sample = { at: Date; minute: Date; received: number };

/** Alerts received in each of the last minutes, oldest first. */
export type Minutes = { minute: Date; received: number }[];

/** Takes one more sample, where the last is a second old, and forgets those that no longer count. */
export function sampled(samples: Sample[], minutes: Minutes, now: Date): Sample[] {
  const last = samples.at(-1);
  if (last && now.getTime() - last.at.getTime() < 1000) return samples;
  const thisMinute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const newest = minutes.at(-1) ?? { minute: thisMinute, received: 0 };
  const kept = samples.filter((one) => now.getTime() - one.at.getTime() <= RECENT_S * 1000);
  return [...kept, { at: now, ...newest }];
}

/** Alerts received since the oldest sample that is at most RECENT_S seconds old. */
export function receivedRecently(samples: Sample[], minutes: Minutes, now: Date): number {
  const oldest = samples.find((one) => now.getTime() - one.at.getTime() <= RECENT_S * 1000);
  if (!oldest) return 0;
  const since = minutes.filter((one) => one.minute.getTime() >= oldest.minute.getTime());
  return Math.max(0, since.reduce((sum, one) => sum + one.received, 0) - oldest.received);
}
