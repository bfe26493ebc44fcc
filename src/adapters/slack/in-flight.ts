/** Counts what has begun and not ended, so that a graceful stop can wait for it. */
export type InFlight = {
  /** Begins something; call what it returns at its end. Calling that twice counts once. */
  begin(): () => void;
  count(): number;
  /** Resolves when nothing is under way, or after `mostMs`; to whether everything ended. */
  idle(mostMs: number): Promise<boolean>;
};

export function createInFlight(): InFlight {
  const open = new Set<symbol>();
  let waiting: (() => void)[] = [];
  return {
    begin() {
      const one = Symbol('in flight');
      open.add(one);
      return () => {
        open.delete(one);
        if (open.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
    },
    count: () => open.size,
    async idle(mostMs) {
      if (open.size === 0) return true;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      const timer = setTimeout(resolve, mostMs);
      await promise;
      clearTimeout(timer);
      return open.size === 0;
    },
  };
}
