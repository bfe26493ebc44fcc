/** How fast one channel may be posted to: Slack allows about one message a second, and short bursts. */
export type PaceLimits = { perSecond: number; burst: number };

export const SLACK_PACE: PaceLimits = { perSecond: 1, burst: 5 };

/** A token bucket per channel. Times are milliseconds of a clock that never goes back. */
export type Pace = {
  /** Takes one token, also below zero: what was sent was sent. */
  take(channel: string): void;
  /** The channels that have no token left. */
  busy(): string[];
  /** Milliseconds until one of the busy channels has a token; null when none is busy. */
  nextFree(): number | null;
};

export function createPace(limits: PaceLimits, now: () => number): Pace {
  const buckets = new Map<string, { tokens: number; at: number }>();

  const refilled = (channel: string): number => {
    const bucket = buckets.get(channel);
    if (!bucket) return limits.burst;
    return Math.min(limits.burst, bucket.tokens + ((now() - bucket.at) / 1000) * limits.perSecond);
  };
  const busy = (): string[] => [...buckets.keys()].filter((channel) => refilled(channel) < 1);

  return {
    take(channel) {
      buckets.set(channel, { tokens: refilled(channel) - 1, at: now() });
    },
    busy,
    nextFree() {
      const waits = busy().map((channel) => ((1 - refilled(channel)) / limits.perSecond) * 1000);
      return waits.length === 0 ? null : Math.ceil(Math.min(...waits));
    },
  };
}
