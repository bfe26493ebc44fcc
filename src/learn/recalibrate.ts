import { logOddsOf, probabilityAt } from './logistic.ts';
import { plattScaling, type Platt } from './platt.ts';

/** What people (or a verified outcome) said about one answer, and what the shipped model had said of it. */
export type Labelled = { shipped: number; right: boolean; at: Date };

/** A workspace's own correction of the shipped probabilities; `labels` is how many it rests on. */
export type Recalibration = Platt & { labels: number };

/** How far an organisation is expected to lie from the shipped model before anything is known of it. */
const DEVIATION = [0.7, 0.3] as const;

/** After this long a label counts half: services, runbooks and people change. */
const HALF_LIFE_DAYS = 365;
const DAY_MS = 86_400_000;

/**
 * The correction that a workspace's labels call for: few of them move little, because the prior stands
 * against them. The order of the labels does not matter, only their ages; none of them changes nothing.
 */
export function recalibrate(labels: readonly Labelled[], now: Date): Recalibration {
  const logOdds = labels.map(({ shipped }) => logOddsOf(shipped));
  const right = labels.map((label) => label.right);
  const weights = labels.map(
    ({ at }) => 0.5 ** (Math.max(0, now.getTime() - at.getTime()) / DAY_MS / HALF_LIFE_DAYS),
  );
  return { ...plattScaling(logOdds, right, { deviation: DEVIATION, weights }), labels: labels.length };
}

/** The probability that an answer is right here, from what the shipped model says of it. */
export function recalibrated({ shift, slope }: Platt, shipped: number): number {
  return probabilityAt(shift + slope * logOddsOf(shipped));
}

/** The central credible interval of that probability; `z` 1.645 takes 90 % of the posterior. */
export function credibleInterval(by: Platt, shipped: number, z = 1.645): { from: number; to: number } {
  const logOdds = logOddsOf(shipped);
  const { covariance } = by;
  const variance = covariance.shift + 2 * logOdds * covariance.both + logOdds ** 2 * covariance.slope;
  const middle = by.shift + by.slope * logOdds;
  const half = z * Math.sqrt(Math.max(0, variance));
  return { from: probabilityAt(middle - half), to: probabilityAt(middle + half) };
}
