import type { Correlator, Decision, Group, QuietReason, Seen } from './decision.ts';

/** One alert of the past: as it was seen, and when it ended; null where it never did. */
export type Past = { seen: Seen; endedAt: Date | null };

/** How a history would have been handled; ids are those of the alerts. */
export type Replayed = {
  incidents: ReadonlyMap<Group, readonly number[]>;
  quiet: ReadonlyMap<QuietReason, readonly number[]>;
  /** The last decision on each alert: a quiet one may have come along later. */
  of: ReadonlyMap<number, Decision>;
};

/** What is told while it goes on. */
export type Listener = {
  /** How many alerts have been placed. */
  placed?: (count: number) => void;
  decided?: (decision: Decision, at: Date) => void;
};

const TICK_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Plays alerts of the past through a correlator as they happened: an alert is seen when it arrived, its end
 * is known when it ended, and time passes in between in steps of 30 s.
 */
export function replay(history: readonly Past[], correlator: Correlator, listener: Listener = {}): Replayed {
  const of = new Map<number, Decision>();
  const take = (decisions: readonly Decision[], at: Date) => {
    for (const decision of decisions) {
      of.set(decision.alertId, decision);
      listener.decided?.(decision, at);
    }
  };
  let placed = 0;
  let clock = Number.NEGATIVE_INFINITY;
  for (const { at, past, ends } of happenings(history)) {
    // A long silence is cut short: whatever is waited for comes within the hour.
    clock = Math.max(clock, at - LONGEST_WAIT_MS);
    for (; clock + TICK_MS <= at; clock += TICK_MS) {
      const now = new Date(clock + TICK_MS);
      take(correlator.tick(now), now);
    }
    if (ends) correlator.ended(past.seen.id, new Date(at));
    else {
      take(correlator.place(past.seen), past.seen.at);
      placed += 1;
      listener.placed?.(placed);
    }
  }
  return { ...sorted(of), of };
}

/** Beginnings and ends in the order of time; an end goes before a beginning of the same moment. */
function happenings(history: readonly Past[]): { at: number; past: Past; ends: boolean }[] {
  return history
    .flatMap((past) => {
      const began = past.seen.at.getTime();
      const start = { at: began, past, ends: false, order: 1 };
      if (past.endedAt === null) return [start];
      const ended = Math.max(began, past.endedAt.getTime());
      return [start, { at: ended, past, ends: true, order: ended === began ? 2 : 0 }];
    })
    .sort((a, b) => a.at - b.at || a.order - b.order || a.past.seen.id - b.past.seen.id);
}

function sorted(of: ReadonlyMap<number, Decision>): Pick<Replayed, 'incidents' | 'quiet'> {
  const incidents = new Map<Group, number[]>();
  const quiet = new Map<QuietReason, number[]>();
  for (const [id, last] of of) {
    if (last.kind === 'quiet') push(quiet, last.reason, id);
    else push(incidents, last.group, id);
  }
  return { incidents, quiet };
}

function push<K>(lists: Map<K, number[]>, key: K, id: number): void {
  const list = lists.get(key);
  if (list) list.push(id);
  else lists.set(key, [id]);
}
