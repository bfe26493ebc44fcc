import { isDeepStrictEqual } from 'node:util';
import type { History } from './history.ts';
import { model, type Firing, type Outcome } from './model.ts';
import type { Replicas } from './replicas.ts';

/** Why a history did not come to what it must, in a form a person can compare; null where it did. */
export type Verdict = { how: string; expected: unknown; found: unknown } | null;

/**
 * Plays a history on one replica, on two in the same order, and on two at once, and holds each against the
 * model. `name` must be new for every call.
 */
export async function judgeHistory(replicas: Replicas, history: History, name: string): Promise<Verdict> {
  const expected = sorted(model(history));
  const [one, two, atOnce] = await Promise.all([
    replicas.play(history, `${name}-one`, 'one'),
    replicas.play(history, `${name}-two`, 'two'),
    replicas.play(history, `${name}-at-once`, 'at once'),
  ]);
  for (const [how, outcome] of Object.entries({ one, two })) {
    const found = sorted(outcome);
    if (!isDeepStrictEqual(found, expected)) return { how: `in order, ${how}`, expected, found };
  }
  return judgeRace(history, atOnce);
}

/** Which comes first decides some things; these hold in whatever order. */
function judgeRace(history: History, found: Outcome): Verdict {
  const { counts, firings } = found;
  const told = history.deliveries.reduce((sum, one) => sum + one.said.length, 0);
  const wrong = (what: string, expected: unknown, is: unknown): Verdict =>
    isDeepStrictEqual(expected, is) ? null : { how: `at once: ${what}`, expected, found: is };
  const added = wrong('received', told, counts.received);
  if (added) return added;
  const sum = wrong('the counts add up', counts.received, counts.fresh + counts.resolved + counts.repeated);
  if (sum) return sum;
  const firing = firings.filter((one) => one.status === 'firing');
  if (history.identifiedBy === 'fingerprint') {
    const signals = new Set(firing.map((one) => one.signal));
    const overlooked = firing.filter((one) =>
      firings.some(({ signal, endedAt }) => signal === one.signal && endedAt !== null && endedAt > one.at),
    );
    return (
      wrong('one firing at a time', signals.size, firing.length) ??
      wrong('nothing fires on that began before a known end', [], overlooked)
    );
  }
  if (history.deliveries.some((one) => one.deliveryId !== null)) return null;
  const all = history.deliveries.flatMap((one) => one.said);
  const resolved = new Set(
    all.flatMap((one) => (one.status === 'resolved' ? [`${one.signal} ${one.at}`] : [])),
  );
  const expected = [...new Set(all.map((one) => `${one.signal} ${one.at}`))]
    .map((key) => `${key} ${resolved.has(key) ? 'resolved' : 'firing'}`)
    .sort();
  return wrong('rows', expected, firings.map((one) => `${one.signal} ${one.at} ${one.status}`).sort());
}

function sorted({ firings, counts }: Outcome): Outcome {
  const order = (a: Firing, b: Firing): number => a.signal - b.signal || a.at - b.at;
  return { firings: [...firings].sort(order), counts };
}
