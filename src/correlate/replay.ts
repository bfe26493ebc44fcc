import type { Correlator, Decision, Group, QuietReason, Seen } from './decision.ts';

/** One alert of the past: as it was seen, and when it ended; null where it never did. */
export type Past = { seen: Seen; endedAt: Date | null };

/** Where an alert of the past ended up, and the decisions that led there, oldest first. */
export type Placed = { decisions: readonly Decision[]; last: Decision };

/** How a history would have been handled. */
export type Replayed = {
  incidents: ReadonlyMap<Group, readonly number[]>;
  quiet: ReadonlyMap<QuietReason, readonly number[]>;
  of: ReadonlyMap<number, Placed>;
};

const TICK_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Plays alerts of the past through a correlator as they happened: an alert is seen when it arrived, its end
 * is known when it ended, and time passes in between in steps of 30 s. `onProgress` is told how many alerts
 * have been placed, once for each.
 */
export function replay(
  history: readonly Past[],
  correlator: Correlator,
  onProgress: (placed: number) => void = () => {},
): Replayed {
  const of = new Map<number, { decisions: Decision[]; last: Decision }>();
  const take = (decisions: readonly Decision[]) => {
    for (const decision of decisions) {
      const before = of.get(decision.alertId)?.decisions ?? [];
      of.set(decision.alertId, { decisions: [...before, decision], last: decision });
    }
  };
  let placed = 0;
  let clock = Number.NEGATIVE_INFINITY;
  for (const { at, past, ends } of happenings(history)) {
    // A long silence is cut short: whatever is waited for comes within the hour.
    clock = Math.max(clock, at - LONGEST_WAIT_MS);
    for (clock += TICK_MS; clock <= at; clock += TICK_MS) take(correlator.tick(new Date(clock)));
    clock -= TICK_MS;
    if (ends) correlator.ended(past.seen.id, new Date(at));
    else {
      take(correlator.place(past.seen));
      onProgress((placed += 1));
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

function sorted(of: ReadonlyMap<number, Placed>): Pick<Replayed, 'incidents' | 'quiet'> {
  const incidents = new Map<Group, number[]>();
  const quiet = new Map<QuietReason, number[]>();
  for (const [id, { last }] of of) {
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
