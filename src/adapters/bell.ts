/** How long to rest; `untilRung` when news may end the rest early. */
export type Rest = { ms: number; untilRung: boolean };

/** Something to wait at until a time has passed or somebody rings. Ringing while nobody waits is remembered. */
export type Bell = {
  ring(): void;
  /** Ends this and every later wait at once. */
  ringForGood(): void;
  wait(rest: Rest): Promise<void>;
};

export function createBell(): Bell {
  let rung = false;
  let forGood = false;
  let check: () => void = () => undefined;
  return {
    ring() {
      rung = true;
      check();
    },
    ringForGood() {
      forGood = true;
      check();
    },
    async wait({ ms, untilRung }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      check = () => {
        if (forGood || (untilRung && rung)) resolve();
      };
      check();
      await promise;
      clearTimeout(timer);
      if (untilRung) rung = false;
    },
  };
}
