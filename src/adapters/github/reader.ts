import { connect, type GitHubOptions } from './connection.ts';
import { GitHubError } from './errors.ts';

/** What a conditional read gives: the same as before, or a page with the mark to ask by next time. */
export type GitHubPage = { kind: 'unchanged' } | { kind: 'page'; data: unknown; etag: string | null };

/** Reads for what nobody waits for: it gives way to the rate limit instead of failing. */
export type GitHubReader = {
  /**
   * GET of a path such as `/repos/example/shop/commits`. With `etag` the server may answer that nothing changed,
   * which costs nothing of the allowance. While a limit holds, it waits; other readers and clients do not.
   * Rejects with GitHubError, never for a rate limit.
   */
  get(path: string, query?: Record<string, string>, etag?: string): Promise<GitHubPage>;
  /** Requests left until the next reset, as the server said last; null before it said anything. */
  remaining(): number | null;
};

/** This part of the allowance is left to people's actions and to reading in an incident. */
const RESERVE = 0.1;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Makes a reader. `sleep` is the clock that pauses are measured by; it resolves early where the signal is aborted,
 * and what is asked then is refused.
 */
export function githubReader(
  options: GitHubOptions & { sleep: (ms: number) => Promise<void>; signal?: AbortSignal },
): GitHubReader {
  const { now = () => new Date(), sleep, signal } = options;
  const octokit = connect(options);
  let pausedUntil = 0;
  let left: number | null = null;

  function notice(headers: Record<string, string | number | undefined>): void {
    if (headers['x-ratelimit-remaining'] === undefined) return;
    left = Number(headers['x-ratelimit-remaining']);
    const limit = Number(headers['x-ratelimit-limit'] ?? 0);
    const resetAt = Number(headers['x-ratelimit-reset'] ?? 0) * 1000;
    if (left <= limit * RESERVE) pausedUntil = Math.max(pausedUntil, resetAt);
  }

  async function pause(): Promise<void> {
    for (;;) {
      if (signal?.aborted) throw new GitHubError('unreachable', 'Reading GitHub was stopped.');
      const ms = Math.min(pausedUntil - now().getTime(), LONGEST_PAUSE_MS);
      if (!(ms > 0)) return;
      await sleep(ms);
    }
  }

  return {
    async get(path, query = {}, etag) {
      for (;;) {
        await pause();
        try {
          const { data, headers } = await octokit.request(`GET ${path}`, {
            ...query,
            headers: etag === undefined ? {} : { 'if-none-match': etag },
          });
          notice(headers);
          return { kind: 'page', data, etag: headers.etag ?? null };
        } catch (error) {
          if (!(error instanceof GitHubError)) throw error;
          if (error.status === 304) return { kind: 'unchanged' };
          if (error.kind !== 'rate_limited') throw error;
          left = 0;
          pausedUntil = Math.max(pausedUntil, error.resetAt?.getTime() ?? 0, now().getTime() + 1000);
        }
      }
    },
    remaining: () => left,
  };
}
