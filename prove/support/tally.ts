/** Counts what was tried and keeps what went wrong. */
export type Tally = {
  /** One more attempt to break the property. */
  tried(count?: number): void;
  /** The property does not hold. `what` says how to see it again. */
  violated(what: string): void;
  /** Tries one thing; a violation where `holds` is false. */
  check(holds: boolean, what: () => string): void;
  /** Something worth showing beside the cases, such as how many legitimate actions ran. */
  count(name: string, by?: number): void;
  result(): Result;
};

export type Result = {
  cases: number;
  violations: number;
  /** The first ones in words; the rest is only counted. */
  examples: string[];
  counts: Record<string, number>;
};

const MOST_EXAMPLES = 10;

/** Thrown once enough has been seen. */
export class Enough extends Error {
  override name = 'Enough';
}

/** `enough`: with so many violations the run need not go on. */
export function createTally(enough = Number.POSITIVE_INFINITY): Tally {
  let cases = 0;
  let violations = 0;
  const examples: string[] = [];
  const counts = new Map<string, number>();

  const violated = (what: string): void => {
    violations += 1;
    if (examples.length < MOST_EXAMPLES) examples.push(what.slice(0, 500));
    if (violations >= enough) throw new Enough();
  };
  return {
    tried: (count = 1) => void (cases += count),
    violated,
    check(holds, what) {
      cases += 1;
      if (!holds) violated(what());
    },
    count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    result: () => ({ cases, violations, examples, counts: Object.fromEntries(counts) }),
  };
}
