import type { Series } from './frozen.ts';

/** Where a series left what it was before. `strength` is 0 (hardly) to 1 (beyond doubt). */
export type Change = {
  /** Null where only a summary is told. */
  at: number | null;
  direction: 1 | -1;
  /** Value during the incident over the value before; Infinity from nothing. */
  ratio: number;
  strength: number;
  before: number;
  during: number;
  stepMs: number;
};

const LEAST_POINTS = 4;
const DEVIATIONS = 5;

/**
 * The onset in one series: its beginning says what is usual (median and median absolute deviation, which single
 * spikes do not move), and the onset is the first point from which on most of the following lie outside. Where
 * the beginning is no calm one, the split that leaves least variance on both sides serves instead.
 */
export function changeOf(series: Series): Change | null {
  const { points, summary } = series;
  if (points.length < LEAST_POINTS) {
    const first = points[0];
    const last = points.at(-1);
    const told =
      summary ?? (first && last && points.length > 1 ? { before: first.value, during: last.value } : null);
    return told ? fromSummary(told, points.at(-1)?.at ?? null) : null;
  }
  const values = points.map((one) => one.value);
  const stepMs = median(points.slice(1).map((one, index) => one.at - (points[index]?.at ?? one.at)));
  const calm = Math.max(3, Math.floor(values.length / 4));
  const index = leaving(values, calm) ?? leaving(values, bestSplit(values));
  if (index === null) return null;
  const before = median(values.slice(0, index));
  const rest = values.slice(index);
  const direction = median(rest) >= before ? 1 : -1;
  // What matters is how far it went, not where a recovery has brought it since.
  const during = quantile(rest, direction === 1 ? 0.75 : 0.25);
  const at = points[index]?.at ?? null;
  const change = relative(before, during);
  return {
    at,
    direction,
    ratio: before === 0 ? Infinity : during / before,
    strength: change * Math.min(1, rest.length / 2),
    before,
    during,
    stepMs,
  };
}

function fromSummary(
  { before, during }: { before: number; during: number },
  at: number | null,
): Change | null {
  const strength = relative(before, during);
  if (strength < 0.15) return null;
  return {
    at: at === null ? null : at,
    direction: during >= before ? 1 : -1,
    ratio: before === 0 ? Infinity : during / before,
    strength,
    before,
    during,
    stepMs: 0,
  };
}

/** 0 for the same, .5 for twice as much or half, 1 for many times. */
function relative(before: number, during: number): number {
  const larger = Math.max(Math.abs(before), Math.abs(during));
  return larger === 0 ? 0 : Math.abs(during - before) / larger;
}

function leaving(values: readonly number[], calm: number): number | null {
  if (calm < 2 || calm >= values.length) return null;
  const usual = values.slice(0, calm);
  const middle = median(usual);
  const spread = 1.4826 * median(usual.map((one) => Math.abs(one - middle)));
  const bar = Math.max(DEVIATIONS * spread, 0.15 * Math.abs(middle), 1e-9);
  for (let index = 2; index < values.length; index += 1) {
    const value = values[index] as number;
    const side = Math.sign(value - middle);
    if (Math.abs(value - middle) <= bar) continue;
    const next = values.slice(index, index + 4);
    const outside = next.filter((one) => Math.abs(one - middle) > bar && Math.sign(one - middle) === side);
    if (outside.length * 2 > next.length && (outside.length > 1 || next.length === 1)) return index;
  }
  return null;
}

function bestSplit(values: readonly number[]): number {
  let best = { index: 0, cost: Infinity };
  for (let index = 2; index < values.length - 1; index += 1) {
    const cost = spreadOf(values.slice(0, index)) + spreadOf(values.slice(index));
    if (cost < best.cost) best = { index, cost };
  }
  return best.index;
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  return low + ((sorted[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
}
