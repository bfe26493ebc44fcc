/**
 * What speaks for one change, each 0–1 but the last two: `near`, how near the touched services are to where it
 * began; `soon`, how soon after it; `added`, `any`, `symbol`, `mechanism` and `frames`, what it shares with the signs; `flag`, 1 where
 * a flag turned it on; `plausible`, the logarithm of how likely it was live and can do harm at all, 0 or less.
 */
export type Evidence = Readonly<Record<EvidenceName, number>>;
export type EvidenceName = keyof typeof WEIGHTS;

/**
 * What each adds to the log-odds of a change being the guilty one: a conditional logit (McFadden 1974) over the
 * changes of an incident, with “none of these” as one more choice. Fitted by `node bench/fit-incidents.ts`.
 */
const WEIGHTS = {
  near: 1.7,
  soon: 3.15,
  added: 2.55,
  any: 1.3,
  symbol: 2.9,
  mechanism: 3.35,
  frames: 1,
  flag: 0.2,
  plausible: 3.1,
} as const;

/** “None of these”, where nothing else explains the trouble. */
const NONE = 3.7;
/** What a cause from outside adds to it that leaves no doubt. */
const CLEAR = 5.75;
/** Words this vague explain nothing by themselves. */
const DOUBT = 0.25;

/** The log-odds of a change, comparable with those of others of the same incident and with `noneOdds`. */
export function logOddsOf(evidence: Evidence): number {
  return (Object.keys(WEIGHTS) as EvidenceName[]).reduce(
    (sum, name) => sum + WEIGHTS[name] * evidence[name],
    0,
  );
}

/** The log-odds of “none of these”. `clarity` is how clearly the signs name a cause from outside, 0–1. */
export function noneOdds(clarity: number): number {
  return NONE + CLEAR * clearnessOf(clarity);
}

export function clearnessOf(clarity: number): number {
  return Math.max(0, clarity - DOUBT) / (1 - DOUBT);
}

/** Probabilities that add up to 1. */
export function shares(logOdds: readonly number[]): number[] {
  const top = Math.max(...logOdds);
  const masses = logOdds.map((one) => Math.exp(one - top));
  const total = masses.reduce((sum, one) => sum + one, 0);
  return masses.map((one) => one / total);
}
