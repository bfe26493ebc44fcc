import type { Predicate } from '../incident/proposal.ts';

export type Measured = {
  alertsFiring: number;
  /** One value per signal of the predicate, in its order; null where it could not be read. */
  signals: (number | null)[];
  /** Whether the target has settled; null where it could not be told. Only asked where the predicate does. */
  settled?: boolean | null;
  secondsSinceEffect: number;
  /** Seconds for which everything has held without a break before this look; null when it did not. */
  secondsHeld: number | null;
};

export type Judgement =
  | { outcome: 'waiting'; why: string }
  /** Everything is as it should be, but not yet for long enough. */
  | { outcome: 'holding'; why: string }
  | { outcome: 'succeeded' | 'failed' | 'inconclusive'; why: string };

/**
 * Whether an action has helped. Success needs everything that the predicate names at the same time and
 * for as long as it says; what could not be measured by the end of the window is inconclusive, never success. Pure.
 */
export function judge(predicate: Predicate, measured: Measured): Judgement {
  const unread = predicate.signals.filter((_, place) => !isNumber(measured.signals[place]));
  const ill = predicate.signals.flatMap((signal, place) => {
    const value = measured.signals[place];
    return isNumber(value) && value >= signal.healthyBelow
      ? [`${signal.name} is ${value.toPrecision(3)}, not below ${signal.healthyBelow}`]
      : [];
  });
  const firing =
    predicate.alertsResolved && measured.alertsFiring > 0
      ? [measured.alertsFiring === 1 ? '1 alert still fires' : `${measured.alertsFiring} alerts still fire`]
      : [];
  const unsettled = predicate.settled && measured.settled === false ? ['the rollout is not complete'] : [];
  const wrong = [...firing, ...ill, ...unsettled];
  const unreadText = [
    ...unread.map((signal) => `${signal.name} could not be read`),
    ...(predicate.settled && !isKnown(measured.settled)
      ? ['its target could not be read, or was changed by somebody else']
      : []),
  ];
  if (wrong.length === 0 && unreadText.length === 0) {
    const held = measured.secondsHeld ?? 0;
    if (held >= predicate.holdsS) return { outcome: 'succeeded', why: successText(predicate, measured) };
    // Whatever held at the end of the window has held for long enough by then, unless nobody was there to look.
    return measured.secondsSinceEffect > predicate.withinS + 2 * predicate.holdsS
      ? { outcome: 'inconclusive', why: `it could not be watched for ${predicate.holdsS} s without a gap` }
      : { outcome: 'holding', why: `it has held for ${Math.round(held)} of ${predicate.holdsS} s` };
  }
  const why = [...wrong, ...unreadText].join('; ');
  if (measured.secondsSinceEffect < predicate.withinS) return { outcome: 'waiting', why };
  return {
    outcome: wrong.length > 0 ? 'failed' : 'inconclusive',
    why: `${why} after ${predicate.withinS} s`,
  };
}

function successText(predicate: Predicate, measured: Measured): string {
  const values = predicate.signals.map(
    (signal, place) => `${signal.name} is ${measured.signals[place]?.toPrecision(3)}`,
  );
  const alerts = predicate.alertsResolved
    ? [predicate.alerts ? 'its alerts resolved' : 'all alerts resolved']
    : ['the read-back confirmed it'];
  return `${[...alerts, ...values].join('; ')}; measured ${Math.round(measured.secondsSinceEffect)} s after the effect`;
}

function isKnown(settled: boolean | null | undefined): settled is boolean {
  return settled !== null && settled !== undefined;
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
