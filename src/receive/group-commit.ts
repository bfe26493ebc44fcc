/** Nothing of it was begun: too much waits already, or it waited too long. Sending it again is harmless. */
export class Busy extends Error {
  override name = 'Busy';
}

export type GroupLimits = {
  /** What one commit takes at most, in units of `size`. A single larger item goes alone. */
  perCommit: number;
  /** What may wait at most; beyond it an item is refused at once. */
  waiting: number;
  /** Milliseconds until whoever waits is told that it took too long. */
  deadlineMs: number;
};

type Waiting<T, R> = {
  item: T;
  size: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
};

/**
 * Commits what arrives together in one transaction: while one commit runs, what comes waits for the next.
 * Whoever waits is answered after the commit that holds the item, never before. The idea is the group
 * commit of database logs.
 *
 * `commit` resolves to one result an item, in their order, or rejects and has kept nothing. A group that is
 * refused for another reason than a database that is away (`isAway`) is tried item by item, so that one
 * that cannot be stored does not take the others with it.
 *
 * The returned function rejects with `Busy` when too much waits or the deadline passes. After the deadline
 * the item may yet be committed, which a repeated delivery finds out.
 */
export function groupCommit<T, R>(
  commit: (items: T[]) => Promise<R[]>,
  isAway: (error: unknown) => boolean,
  limits: GroupLimits,
): (item: T, size: number) => Promise<R> {
  const queue: Waiting<T, R>[] = [];
  let waiting = 0;
  let running = false;

  function take(): Waiting<T, R>[] {
    const group: Waiting<T, R>[] = [];
    let size = 0;
    for (
      let next = queue[0];
      next && (group.length === 0 || size + next.size <= limits.perCommit);
      next = queue[0]
    ) {
      group.push(next);
      size += next.size;
      queue.shift();
    }
    waiting -= size;
    return group;
  }

  async function settle(group: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await commit(group.map((one) => one.item));
      for (const [index, one] of group.entries()) one.resolve(results[index] as R);
    } catch (error) {
      if (group.length === 1 || isAway(error)) {
        for (const one of group) one.reject(error);
        return;
      }
      for (const one of group) await settle([one]);
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (queue.length > 0) await settle(take());
    running = false;
  }

  return async (item, size) => {
    if (waiting + size > limits.waiting && queue.length > 0) {
      throw new Busy(`${waiting} alerts wait to be stored already`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const one: Waiting<T, R> = { item, size, resolve, reject };
    const timer = setTimeout(() => {
      const place = queue.indexOf(one);
      if (place !== -1) {
        queue.splice(place, 1);
        waiting -= size;
      }
      reject(new Busy(`storing took longer than ${limits.deadlineMs} ms`));
    }, limits.deadlineMs);
    queue.push(one);
    waiting += size;
    if (!running) void run();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  };
}
