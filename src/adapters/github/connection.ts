import { Octokit } from 'octokit';
import { GitHubError, toGitHubError } from './errors.ts';

/** How to reach GitHub. */
export type GitHubOptions = {
  token: string;
  /** `https://api.github.com`, or that of a GitHub Enterprise server. */
  apiUrl: string;
  userAgent: string;
  /** How long one request may take; 10 s if absent. */
  timeoutMs?: number;
  /** When it is aborted nothing more is sent, and what is under way is given up. */
  until?: AbortSignal | undefined;
  /** The clock, for rate limits that are given in seconds from now. */
  now?: () => Date;
};

const ATTEMPTS = 3;
const PAUSE_MS = 300;
/** A shorter wait than this is waited for; a longer one is the caller's to decide. */
const LONGEST_WAIT_MS = 5000;

/**
 * Octokit with our own handling of trouble in place of its retry and throttling plugins. Those send
 * writes again after a failure (which may do things twice), wait for an hour when a limit is reached, and
 * space writes by seconds; we send reads up to three times, writes once, and say when a limit ends.
 */
export function connect(options: GitHubOptions): Octokit {
  const { timeoutMs = 10_000, until, now = () => new Date() } = options;
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/$/, ''),
    userAgent: options.userAgent,
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: {
      fetch: (url: string, init: RequestInit = {}) =>
        fetch(url, {
          ...init,
          signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...given(init.signal), ...given(until)]),
        }),
    },
  });
  octokit.hook.wrap('request', async (request, parameters) => {
    for (let attempt = 1; ; attempt += 1) {
      if (until?.aborted)
        throw new GitHubError('unreachable', 'The time for this action is up; the request was not sent.');
      try {
        return await request(parameters);
      } catch (cause) {
        const error = toGitHubError(cause, { method: parameters.method, url: parameters.url }, now());
        const wait = waitBeforeNext(error, parameters.method, attempt, now());
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  });
  return octokit;
}

/** Milliseconds until the request may be sent again, or undefined if it should not be. */
function waitBeforeNext(error: GitHubError, method: string, attempt: number, now: Date): number | undefined {
  if (attempt >= ATTEMPTS) return undefined;
  if (error.kind === 'rate_limited') {
    // A refused request was not carried out, so this holds for writes too.
    const wait = (error.resetAt?.getTime() ?? Infinity) - now.getTime();
    return wait <= LONGEST_WAIT_MS ? Math.max(wait, 0) : undefined;
  }
  const isPassing = error.kind === 'unreachable' || error.kind === 'server';
  return method === 'GET' && isPassing ? PAUSE_MS * attempt : undefined;
}

function given(signal: AbortSignal | null | undefined): AbortSignal[] {
  return signal ? [signal] : [];
}

function ignore(): void {
  // Our errors say what octokit would log.
}
