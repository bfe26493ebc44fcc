/**
 * The per-second rate of a counter over a window ending at `end` (milliseconds), with resets made good and
 * extrapolated to the window's edges: `extrapolatedRate` of Prometheus' promql/functions.go. Undefined with
 * fewer than two samples.
 */
export function counterRate(
  points: readonly { at: number; value: number }[],
  end: number,
  windowMs: number,
): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  let increase = last.value - first.value;
  // A counter that falls was started anew: what it had reached before counts too.
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before !== undefined && point.value < before.value) increase += before.value;
  });
  const sampled = last.at - first.at;
  const spacing = sampled / (points.length - 1);
  const threshold = spacing * 1.1;
  let toStart = first.at - (end - windowMs);
  // A counter cannot have been below zero, so it cannot have started earlier than its slope allows.
  if (increase > 0 && first.value >= 0) toStart = Math.min(toStart, sampled * (first.value / increase));
  const toEnd = end - last.at;
  const covered =
    sampled + (toStart < threshold ? toStart : spacing / 2) + (toEnd < threshold ? toEnd : spacing / 2);
  return (increase * (covered / sampled)) / (windowMs / 1_000);
}
