/** How fast one channel takes messages. */
export interface PostingRate {
  perSecond: number;
  /** Messages that may come at once after a pause. */
  burst: number;
}

/** Slack's published pace of about one message a second, with the short bursts that it lets pass. */
export const SLACK_POSTING_RATE: PostingRate = { perSecond: 1, burst: 10 };

/** A token bucket per channel. */
export interface PostingLimiter {
  /** Takes one token; returns 0, or the whole seconds to wait before the next try. */
  take(channel: string): number;
  setRate(rate: PostingRate): void;
}

export function createPostingLimiter(initial: PostingRate, now: () => number): PostingLimiter {
  let rate = initial;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(channel) {
      const at = now();
      const bucket = buckets.get(channel) ?? { tokens: rate.burst, at };
      const refilled = Math.min(rate.burst, bucket.tokens + ((at - bucket.at) / 1000) * rate.perSecond);
      if (refilled >= 1) {
        buckets.set(channel, { tokens: refilled - 1, at });
        return 0;
      }
      buckets.set(channel, { tokens: refilled, at });
      return Math.max(1, Math.ceil((1 - refilled) / rate.perSecond));
    },
    setRate(next) {
      rate = next;
      buckets.clear();
    },
  };
}
