/**
 * How many bytes of webhook bodies may be held in memory at once, over all requests. Whoever comes when
 * it is spent is asked to come again, instead of the process being ended by the kernel.
 */
export type BodyBudget = {
  /** An empty share of it, for one request. */
  share(): Share;
};

export type Share = {
  /** Takes `bytes` more; false where they are not there, and then nothing is taken. */
  take(bytes: number): boolean;
  /** Gives `bytes` of what was taken back. */
  give(bytes: number): void;
  /** Gives all of it back. */
  end(): void;
};

export function bodyBudget(maxBytes: number): BodyBudget {
  let left = maxBytes;
  return {
    share() {
      let taken = 0;
      const give = (bytes: number) => {
        taken -= bytes;
        left += bytes;
      };
      return {
        take(bytes) {
          if (bytes > left) return false;
          taken += bytes;
          left -= bytes;
          return true;
        },
        give,
        end: () => give(taken),
      };
    },
  };
}
