import type { Log } from './log.ts';

/** Why a request was turned away before anybody knew who sent it. */
export type DoorRefusal = 'unsigned' | 'stale' | 'replayed' | 'foreign';

const WHY: Record<DoorRefusal, string> = {
  unsigned: 'no valid signature of Slack',
  stale: 'signed for another time than now',
  replayed: 'the same request came before',
  foreign: 'it belongs to another workspace or app',
};

/** No more than one entry of a kind is written in this time, however many requests there are. */
const WINDOW_MS = 60_000;

export type DoorRefusals = {
  /** Counts a refusal; `from` is the address that the connection came from. Returns at once. */
  note(kind: DoorRefusal, from: string | undefined): void;
  /** Writes what has been counted and not written yet. */
  flush(): Promise<void>;
};

/**
 * Puts on record who was turned away at Slack's door. Anybody can send such requests, so that the record must not grow with
 * them: the first of a kind is written at once, and those of the minute after it together as one entry with their number.
 */
export function createDoorRefusals(
  record: (why: string) => Promise<void>,
  log: Log,
  windowMs: number = WINDOW_MS,
): DoorRefusals {
  const underWay = new Set<Promise<void>>();
  const open = new Map<DoorRefusal, { count: number; from: string; timer: NodeJS.Timeout }>();

  function begin(kind: DoorRefusal): void {
    const timer = setTimeout(() => void end(kind), windowMs).unref();
    open.set(kind, { count: 0, from: '', timer });
  }

  async function end(kind: DoorRefusal): Promise<void> {
    const { count, from } = open.get(kind) ?? { count: 0, from: '' };
    open.delete(kind);
    if (count === 0) return;
    begin(kind);
    await write(kind, count, from);
  }

  function write(kind: DoorRefusal, count: number, from: string): Promise<void> {
    const writing = tryToWrite(kind, count, from).finally(() => underWay.delete(writing));
    underWay.add(writing);
    return writing;
  }

  async function tryToWrite(kind: DoorRefusal, count: number, from: string): Promise<void> {
    try {
      await record(`${WHY[kind]}; ${count === 1 ? '1 request' : `${count} requests`}, the last from ${from}`);
    } catch (error) {
      log.error({ error: String(error) }, 'A refusal could not be put on record');
      // It is counted in with the next ones.
      const window = open.get(kind);
      if (window) Object.assign(window, { count: window.count + count, from: window.from || from });
    }
  }

  return {
    note(kind, from = 'an unknown address') {
      const window = open.get(kind);
      if (window) {
        window.count += 1;
        window.from = from;
        return;
      }
      begin(kind);
      void write(kind, 1, from);
    },
    async flush() {
      const counted = [...open];
      for (const [, { timer }] of counted) clearTimeout(timer);
      open.clear();
      for (const [kind, { count, from }] of counted) if (count > 0) void write(kind, count, from);
      await Promise.all(underWay);
    },
  };
}
