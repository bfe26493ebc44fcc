/** One answer: the probability that it was given, and whether it was right. */
export type Row = { probability: number; right: boolean };

/** The figures by which confidence is judged; null where the rows cannot tell (none, or all of one kind). */
export type Figures = {
  n: number;
  baseRate: number;
  /** Mean distance between predicted and observed over ten bins of equal size, 0 is best. */
  ece: number;
  /** 1 is perfect, 0 no better than always saying the base rate, below 0 worse. */
  brierSkill: number | null;
  auroc: number | null;
  /** Largest share of answers, taken from the surest down, of which at least that part was right. */
  coverage80: number;
  coverage90: number;
};

const BINS = 10;

/** All figures of some answers; `n` 0 gives zeros and nulls. */
export function figuresOf(rows: readonly Row[]): Figures {
  const n = rows.length;
  const baseRate = n === 0 ? 0 : rows.filter(({ right }) => right).length / n;
  return {
    n,
    baseRate,
    ece: calibrationError(rows),
    brierSkill: brierSkill(rows),
    auroc: auroc(rows),
    coverage80: coverageAt(rows, 0.8),
    coverage90: coverageAt(rows, 0.9),
  };
}

/** Rows in ten runs of equal size from the least sure up; bins that would be empty are left out. */
export function equalMassBins(rows: readonly Row[], bins = BINS): Row[][] {
  const sorted = rows.toSorted((a, b) => a.probability - b.probability);
  return Array.from({ length: bins }, (_, i) =>
    sorted.slice(Math.floor((i * sorted.length) / bins), Math.floor(((i + 1) * sorted.length) / bins)),
  ).filter((bin) => bin.length > 0);
}

/** Expected calibration error: Naeini, Cooper & Hauskrecht (2015), with bins of equal mass. */
function calibrationError(rows: readonly Row[]): number {
  return equalMassBins(rows).reduce((sum, bin) => {
    const gap = bin.reduce((total, { probability, right }) => total + probability - (right ? 1 : 0), 0);
    return sum + Math.abs(gap) / rows.length;
  }, 0);
}

function brierSkill(rows: readonly Row[]): number | null {
  const base = rows.filter(({ right }) => right).length / rows.length;
  if (rows.length === 0 || base === 0 || base === 1) return null;
  const brier =
    rows.reduce((sum, { probability, right }) => sum + (probability - (right ? 1 : 0)) ** 2, 0) / rows.length;
  return 1 - brier / (base * (1 - base));
}

/** Probability that a right answer stands above a wrong one, ties counted half (Mann–Whitney), by ranks. */
function auroc(rows: readonly Row[]): number | null {
  const right = rows.filter((row) => row.right).length;
  const wrong = rows.length - right;
  if (right === 0 || wrong === 0) return null;
  const sorted = rows.toSorted((a, b) => a.probability - b.probability);
  let wins = 0;
  let below = 0;
  for (let from = 0; from < sorted.length;) {
    const level = sorted[from]?.probability;
    let to = from;
    let rightHere = 0;
    while (to < sorted.length && sorted[to]?.probability === level) rightHere += sorted[to++]?.right ? 1 : 0;
    const wrongHere = to - from - rightHere;
    wins += rightHere * (below + wrongHere / 2);
    below += wrongHere;
    from = to;
  }
  return wins / (right * wrong);
}

/** The share that can be answered so that at least `precision` of the answers are right. */
export function coverageAt(rows: readonly Row[], precision: number): number {
  // Among equally sure answers the wrong ones come first: nobody could have told them apart.
  const sorted = rows.toSorted((a, b) => b.probability - a.probability || Number(a.right) - Number(b.right));
  let right = 0;
  let best = 0;
  sorted.forEach((row, i) => {
    right += row.right ? 1 : 0;
    if (right / (i + 1) >= precision) best = (i + 1) / sorted.length;
  });
  return best;
}

/**
 * The calibration error that these answers would have if every probability were true: with few answers,
 * chance alone makes bins differ from what was said.
 */
export function chanceError(rows: readonly Row[], draws = 100): number {
  const random = sequence(rows.length);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++)
    sum += calibrationError(rows.map(({ probability }) => ({ probability, right: random() < probability })));
  return sum / draws;
}

/** Wilson's 95 % interval for `right` of `n`; the whole range when there is nothing to go by. */
export function wilson(right: number, n: number, z = 1.96): { from: number; to: number } {
  if (n === 0) return { from: 0, to: 1 };
  const share = right / n;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}

/**
 * The figures of rows drawn anew with replacement (Efron's bootstrap). The draws come from a fixed
 * sequence, so that the same rows give the same figures.
 */
export function bootstrap(rows: readonly Row[], draws = 200): Figures[] {
  const random = sequence(rows.length);
  return Array.from({ length: rows.length === 0 ? 0 : draws }, () =>
    figuresOf(
      rows.flatMap(() => {
        const row = rows[Math.floor(random() * rows.length)];
        return row ? [row] : [];
      }),
    ),
  );
}

/** The range that holds the middle 95 % of some values; null without any. */
export function middle95(values: readonly number[]): { from: number; to: number } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const from = sorted[Math.floor(0.025 * sorted.length)];
  const to = sorted[Math.min(sorted.length - 1, Math.floor(0.975 * sorted.length))];
  return from === undefined || to === undefined ? null : { from, to };
}

/** Mulberry32: numbers from 0 up to 1, the same for the same seed. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
