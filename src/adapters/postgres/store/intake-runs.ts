import type { Alert } from '../../../incident/alert.ts';

/** An alert with its place among all that are recorded together, and the delivery that it came with. */
export type Numbered = { number: number; batch: number; alert: Alert };

/** The signal that an alert is of, whichever of its firings. */
export function keyOf({ source, fingerprint }: Pick<Alert, 'source' | 'fingerprint'>): string {
  return JSON.stringify([source, fingerprint]);
}

/**
 * Cuts alerts, in their order, into runs in which no signal comes twice, so that each run is one statement
 * and yet the order of what was said about a signal is kept. What only repeats the message before it is
 * left out.
 */
export function inRuns(alerts: readonly Numbered[]): Numbered[][] {
  const runs: Numbered[][] = [];
  const last = new Map<string, { run: number; alert: Alert }>();
  for (const numbered of alerts) {
    const { alert } = numbered;
    const key = keyOf(alert);
    const before = last.get(key);
    if (before && saysTheSame(before.alert, alert)) continue;
    const run = before ? before.run + 1 : 0;
    last.set(key, { run, alert });
    (runs[run] ??= []).push(numbered);
  }
  return runs;
}

function saysTheSame(one: Alert, other: Alert): boolean {
  return one.status === other.status && one.startsAt.getTime() === other.startsAt.getTime();
}
