import { GENESIS, incidentOf, isErasure, whyNotNext, type AuditLine } from './audit-chain.ts';
import { isSigned, type Checkpoint } from './checkpoint.ts';

/** A line of a file that is not what it should be. */
export type Unreadable = { unreadable: string };

export type Verdict =
  | {
      intact: true;
      first: number;
      entries: number;
      head: string;
      /** How many contents were there, left out, and erased. */
      open: number;
      sealed: number;
      erased: number;
      checkpoints: number;
      /** The last link that a checkpoint vouches for; 0 without any. */
      vouched: number;
    }
  /**
   * `firstBad` is the first entry that does not fit. Where only a checkpoint shows that something is wrong,
   * it lies between `firstBad` and `upTo`. Null: the checkpoints themselves are wrong.
   */
  | { intact: false; firstBad: number | null; upTo: number | null; why: string };

export type Known = {
  /** The first link of an export that begins later than the chain. */
  from?: number;
  checkpoints?: AsyncIterable<Checkpoint | Unreadable>;
  /** Public keys that checkpoints may be signed with; empty: any that they name. */
  keys?: readonly string[];
};

// Contents that are gone must be accounted for by a later entry; until then this many incidents are remembered.
const MOST_UNACCOUNTED = 10_000;

/**
 * Checks a chain in constant memory, trusting nothing but the lines, the checkpoints and the keys. Without
 * checkpoints nobody can tell that the end was cut off or that the whole was written anew.
 */
export async function verifyChain(
  lines: AsyncIterable<AuditLine | Unreadable> | Iterable<AuditLine | Unreadable>,
  known: Known = {},
): Promise<Verdict> {
  const { from = 1 } = known;
  const marks = markReader(known);
  const counts = { open: 0, sealed: 0, erased: 0 };
  // Incident → the first of its entries whose content is gone and that no erasure has accounted for yet; in order of
  // these entries, because a map keeps the order of its beginnings.
  const gone = new Map<number, number>();
  let before = { seq: from - 1, hash: GENESIS };

  for await (const line of lines) {
    const seq = before.seq + 1;
    if ('unreadable' in line) return bad(seq, line.unreadable);
    // What an export begins with later can only be vouched for by a checkpoint.
    if (from > 1 && seq === from) before = { seq: from - 1, hash: line.previous };
    if (seq === from) {
      const wrong = await marks.upTo(before);
      if (wrong) return wrong;
    }
    const why = whyNotNext(line, before) ?? account(line);
    if (why) return bad(seq, why);
    before = { seq, hash: line.hash };
    const wrong = await marks.upTo(before);
    if (wrong) return wrong;
  }

  const cut = await marks.beyond(before.seq);
  if (cut) return cut;
  const [first] = gone.values();
  if (first !== undefined)
    return bad(first, 'its content is gone or cannot be opened, and no entry says that it was erased');
  return {
    intact: true,
    first: from,
    entries: before.seq - from + 1,
    head: before.hash,
    ...counts,
    checkpoints: marks.count(),
    vouched: marks.vouched(),
  };

  function account(line: AuditLine): string | null {
    if (isErasure(line)) gone.delete(incidentOf(line) ?? 0);
    if (line.content === 'sealed') counts.sealed += 1;
    else if (line.content === 'erased') {
      counts.erased += 1;
      const incident = incidentOf(line) ?? 0;
      if (!gone.has(incident)) gone.set(incident, line.seq);
      if (gone.size > MOST_UNACCOUNTED) return 'its content is gone, as are those of too many incidents';
    } else counts.open += 1;
    // An export holds all contents that there are, or none.
    return counts.sealed > 0 && counts.open > 0 ? 'its content was left out, or others were added' : null;
  }
}

const bad = (firstBad: number | null, why: string, upTo: number | null = firstBad): Verdict => ({
  intact: false,
  firstBad,
  upTo,
  why,
});

/** Reads checkpoints beside the chain, each when its link has come. */
function markReader({ checkpoints, keys = [], from = 1 }: Known) {
  const all = checkpoints?.[Symbol.asyncIterator]();
  let next: Checkpoint | null = null;
  let count = 0;
  let vouched = 0;
  let last = 0;

  /** The next checkpoint into `next`, or what is wrong with it. */
  async function advance(): Promise<Verdict | null> {
    if (next !== null) return null;
    const step = await all?.next();
    if (!step || step.done) return null;
    const { value } = step;
    count += 1;
    const wrong = (why: string) => bad(null, `checkpoint ${count}: ${why}`);
    if ('unreadable' in value) return wrong(value.unreadable);
    if (keys.length > 0 && !keys.includes(value.key)) return wrong('it is signed with an unknown key');
    if (!isSigned(value)) return wrong('its signature does not fit');
    if (value.seq < last) return wrong('it is older than the one before it; checkpoints must be in order');
    last = value.seq;
    next = value;
    return null;
  }

  return {
    count: () => count,
    vouched: () => vouched,
    async upTo(link: { seq: number; hash: string }): Promise<Verdict | null> {
      for (;;) {
        const wrong = await advance();
        if (wrong) return wrong;
        if (next === null || next.seq > link.seq) return null;
        if (next.seq === link.seq && next.hash !== link.hash) {
          const why = `the checkpoint of ${next.at} saw another entry ${next.seq}; the chain was written anew`;
          return bad(Math.max(vouched + 1, from), why, next.seq);
        }
        if (next.seq === link.seq) vouched = next.seq;
        next = null;
      }
    },
    async beyond(end: number): Promise<Verdict | null> {
      const wrong = await advance();
      if (wrong || next === null) return wrong;
      return bad(end + 1, `it was cut off: the checkpoint of ${next.at} saw ${next.seq} entries`);
    },
  };
}
