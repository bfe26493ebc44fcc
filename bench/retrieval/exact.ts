/** Numbers of the nearest of the vectors that `passes` lets through, by cosine of unit vectors, nearest first. */
export function exactNearest(
  vectors: readonly Float32Array[],
  asked: Float32Array,
  limit: number,
  passes: (number: number) => boolean,
): number[] {
  const best: { number: number; nearness: number }[] = [];
  vectors.forEach((vector, number) => {
    if (!passes(number)) return;
    let nearness = 0;
    for (let at = 0; at < vector.length; at++) nearness += (vector[at] ?? 0) * (asked[at] ?? 0);
    if (best.length === limit && nearness <= (best.at(-1)?.nearness ?? 0)) return;
    best.push({ number, nearness });
    best.sort((a, b) => b.nearness - a.nearness);
    if (best.length > limit) best.pop();
  });
  return best.map(({ number }) => number);
}

/** What share of `wanted` is in `found`. */
export function recall(found: readonly unknown[], wanted: readonly unknown[]): number {
  const all = new Set(found);
  return wanted.length === 0 ? 1 : wanted.filter((one) => all.has(one)).length / wanted.length;
}

export type Timing = { p50: number; p99: number; recall: number };

/** Asks one after the other; times in milliseconds. `ask` resolves to the recall of its answer. */
export async function timed(count: number, ask: (number: number) => Promise<() => number>): Promise<Timing> {
  const times: number[] = [];
  let sum = 0;
  for (let number = 0; number < count; number++) {
    const began = performance.now();
    const judge = await ask(number);
    times.push(performance.now() - began);
    sum += judge();
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), recall: sum / Math.max(count, 1) };
}

export function report(name: string, { p50, p99, recall: share }: Timing): void {
  console.log(
    `${name.padEnd(28)} ${p50.toFixed(1).padStart(7)} ${p99.toFixed(1).padStart(8)} ${share.toFixed(3).padStart(11)}`,
  );
}
