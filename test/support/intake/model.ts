import type { History, Said } from './history.ts';

/** What the record of alerts says of one firing; times in minutes from the base time. */
export type Firing = {
  signal: number;
  at: number;
  status: 'firing' | 'resolved';
  /** When it ended; null while it fires. */
  endedAt: number | null;
  /** Known only by its end, or over by the time it was heard of: it opens nothing. */
  tombstone: boolean;
};

export type Counts = { received: number; fresh: number; resolved: number; repeated: number };

export type Outcome = { firings: Firing[]; counts: Counts };

/** How long after its start a resolve says that a firing ended, where both are told. */
export const LASTED = 30;

/**
 * What a history must come to, from the rules and not from the code:
 *
 * 1. A firing is known by its source, fingerprint and start. What is known already changes nothing.
 * 2. A resolve ends the firing that it names, and no other.
 * 3. A resolve of what was never seen is kept, so that a late firing of it opens nothing.
 * 4. Where the start is not repeated, one firing of a signal can be told apart at a time: a resolve ends it
 *    if it had begun by then, and a firing that began before an end that is known is over already; one that begins at that moment is a new one. Of ends
 *    that ended nothing the latest is kept.
 * 5. A delivery that was taken is not taken again under the same number.
 * 6. Every alert of a delivery counts once: as fresh, resolved or repeated.
 */
export function model(history: History): Outcome {
  const firings: Firing[] = [];
  const counts: Counts = { received: 0, fresh: 0, resolved: 0, repeated: 0 };
  const numbers = new Set<string>();
  const judge = history.identifiedBy === 'start' ? byStart : byFingerprint;
  for (const { said, deliveryId } of history.deliveries) {
    counts.received += said.length;
    if (deliveryId !== null && numbers.has(deliveryId)) {
      counts.repeated += said.length;
      continue;
    }
    if (deliveryId !== null) numbers.add(deliveryId);
    for (const one of said) counts[judge(firings, one)] += 1;
  }
  return { firings, counts };
}

type Judged = 'fresh' | 'resolved' | 'repeated';

function byStart(firings: Firing[], said: Said): Judged {
  const { signal, at, status } = said;
  const known = firings.find((one) => one.signal === signal && one.at === at);
  if (status === 'firing') {
    if (known) return 'repeated';
    firings.push({ signal, at, status, endedAt: null, tombstone: false });
    return 'fresh';
  }
  if (known?.status === 'resolved') return 'repeated';
  if (known) end(known, at + LASTED);
  else firings.push({ signal, at, status, endedAt: at + LASTED, tombstone: true });
  return 'resolved';
}

function byFingerprint(firings: Firing[], said: Said): Judged {
  const { signal, at, status } = said;
  const ofSignal = firings.filter((one) => one.signal === signal);
  const overBy = ofSignal.some((one) => one.endedAt !== null && one.endedAt >= at);
  const current = ofSignal.find((one) => one.status === 'firing');
  if (status === 'firing') {
    const late = ofSignal.some((one) => one.endedAt !== null && one.endedAt > at);
    if (ofSignal.some((one) => one.at === at) || (current && !late)) return 'repeated';
    if (late) firings.push({ signal, at, status: 'resolved', endedAt: at, tombstone: true });
    else firings.push({ signal, at, status, endedAt: null, tombstone: false });
    return 'fresh';
  }
  if (current && current.at <= at) {
    end(current, at);
    return 'resolved';
  }
  if (overBy) return 'repeated';
  const [kept] = ofSignal.filter((one) => one.tombstone).sort((a, b) => b.at - a.at);
  if (kept) Object.assign(kept, { at, endedAt: at });
  else firings.push({ signal, at, status, endedAt: at, tombstone: true });
  return 'resolved';
}

function end(firing: Firing, at: number): void {
  firing.status = 'resolved';
  firing.endedAt = at;
}
