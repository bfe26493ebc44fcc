import { counted } from '../../incident/text.ts';
import type { Desk } from '../slack/desk.ts';

type Refusal = Parameters<Desk['refused']>[0];

/** No more than one entry is written in this time beyond the first, however many wrong keys come. */
const WINDOW_MS = 60_000;

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/** How many may wait for their answer; what comes on top is answered at once, and holds no connection. */
const MOST_WAITING = 20;

export type WrongKeys = {
  /** Puts a wrong key on record, and resolves when it may be answered; to false where too many wait already. */
  note(refusal: Refusal): Promise<boolean>;
};

/**
 * Keeps the record and the machine from growing with wrong keys: the first is written at once with all that is known of it,
 * those of the minute after it together as one entry with their number. Each is answered more slowly than the one before,
 * until a minute has gone without any; who gives the right key never waits.
 */
export function createWrongKeys(
  record: Desk['refused'],
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
): WrongKeys {
  let seen = 0;
  let unwritten: { count: number; last: Refusal } | null = null;
  let waiting = 0;

  function keepBack(refusal: Refusal): void {
    unwritten = { count: (unwritten?.count ?? 0) + 1, last: refusal };
  }

  function begin(): void {
    setTimeout(() => void end(), WINDOW_MS).unref();
  }

  async function end(): Promise<void> {
    if (unwritten === null) {
      seen = 0;
      return;
    }
    const { count, last } = unwritten;
    unwritten = null;
    begin();
    try {
      const why = `${last.why}; ${counted(count, 'request')} within a minute, the last for this name`;
      await record({ ...last, proposalId: null, why });
    } catch {
      // It is counted in with the next ones.
      const since = unwritten as { count: number; last: Refusal } | null;
      unwritten = { count: count + (since?.count ?? 0), last: since?.last ?? last };
    }
  }

  return {
    async note(refusal) {
      const before = seen;
      seen += 1;
      if (before === 0) {
        begin();
        try {
          await record(refusal);
        } catch {
          keepBack(refusal);
        }
        return true;
      }
      keepBack(refusal);
      if (waiting >= MOST_WAITING) return false;
      waiting += 1;
      await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(before - 1, 10)));
      waiting -= 1;
      return true;
    },
  };
}
