/** A bucket of tokens: one is taken with each call, `perSecond` come back, `burst` fit into it. */
export type Rate = { perSecond: number; burst: number };

/**
 * How fast Slack may be called. The buckets themselves are in the database, so that all replicas share them
 * and a restart does not fill them.
 */
export type PaceLimits = {
  /** Posts in one channel. */
  channel: Rate;
  /** Posts in the workspace. */
  posts: Rate;
  /** Edits in the workspace. */
  edits: Rate;
  /** Calls of every kind while a storm is on, which people have to read beside everything else. */
  storm: Rate;
  /** What replies must leave in a channel's bucket, so that a new incident need not wait behind them. */
  reserve: number;
};

/**
 * Slack allows about one post a second in a channel, with short bursts, several hundred a minute in a
 * workspace, and fifty edits a minute (Tier 3); see https://docs.slack.dev/apis/web-api/rate-limits. In any
 * minute a bucket lets pass its burst beside what it is refilled with. A channel's burst is one whole new
 * incident, root, evidence and three cards, beside what is left for the next ones.
 */
export const SLACK_PACE: PaceLimits = {
  channel: { perSecond: 1, burst: 8 },
  posts: { perSecond: 4, burst: 20 },
  edits: { perSecond: 0.75, burst: 5 },
  storm: { perSecond: 0.9, burst: 5 },
  reserve: 3,
};
