import { permissionFor } from './permission.ts';
import { utc } from '../../incident/utc.ts';

/** What went wrong with GitHub, by what one can do about it. */
export type GitHubErrorKind =
  /** No answer: network, name, timeout. */
  | 'unreachable'
  /** 401: the token is missing, wrong or expired. */
  | 'unauthorized'
  /** 403: the token may not do this. */
  | 'forbidden'
  /** 403 or 429: too many requests; `resetAt` says when to go on. */
  | 'rate_limited'
  /** 404: no such repository, commit or pull request, or the token cannot see it. */
  | 'not_found'
  /** What was asked for does not fit what is there: a revert that does not apply, a branch taken by others. */
  | 'conflict'
  /** 4xx otherwise: GitHub does not accept the request. */
  | 'refused'
  /** 5xx: GitHub's own trouble. */
  | 'server';

/** Any failure of the GitHub client. The message says what to do next and carries no secret. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  readonly kind: GitHubErrorKind;
  /** The HTTP status, if GitHub answered. */
  readonly status: number | undefined;
  /** When a rate limit ends. */
  readonly resetAt: Date | undefined;
  /** True if the request was a write that may have been carried out although no answer came: look before sending it again. */
  readonly maybeDone: boolean;

  constructor(
    kind: GitHubErrorKind,
    message: string,
    details: {
      status?: number | undefined;
      resetAt?: Date | undefined;
      maybeDone?: boolean;
    } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = details.status;
    this.resetAt = details.resetAt;
    this.maybeDone = details.maybeDone ?? false;
  }

  /** The same for the executor of actions, which must know whether a write may have happened. */
  get outcome(): 'refused' | 'unknown' {
    return this.maybeDone ? 'unknown' : 'refused';
  }
}

/** What octokit rejects with, as far as it is read here. */
type Rejection = {
  status?: number;
  request?: { url?: string };
  message?: string;
  response?: { headers?: Record<string, string | number | undefined>; data?: { message?: string } };
};

/** Makes a GitHubError of whatever octokit rejected a request with. */
export function toGitHubError(
  error: unknown,
  request: { method: string; url: string },
  now: Date,
): GitHubError {
  if (error instanceof GitHubError) return error;
  const { status, message, response, request: sent } = error as Rejection;
  const path = sent?.url && URL.canParse(sent.url) ? new URL(sent.url).pathname : request.url;
  const what = `${request.method} ${path}`;
  const isWrite = request.method !== 'GET';
  // octokit gives what is not an answer the status 500, without a response.
  if (status === undefined || !response) {
    const hint = 'Check the network and GITHUB_API_URL.';
    return new GitHubError('unreachable', `GitHub did not answer ${what} (${reason(error)}). ${hint}`, {
      maybeDone: isWrite,
    });
  }
  const said = response.data?.message ?? message ?? 'no reason given';
  const resetAt = rateLimitEnd(status, response.headers ?? {}, said, now);
  if (resetAt) {
    const until = `Wait until ${utc(resetAt)}, or use a token with a larger allowance.`;
    return new GitHubError('rate_limited', `GitHub's rate limit is used up (${what}). ${until}`, {
      status,
      resetAt,
    });
  }
  switch (status) {
    case 401:
      return new GitHubError(
        'unauthorized',
        'GitHub does not accept the token. Set GITHUB_TOKEN to a valid one.',
        {
          status,
        },
      );
    case 403:
      return new GitHubError(
        'forbidden',
        `GitHub forbids ${what}: ${said}. The token needs the permission ${permissionFor({ method: request.method, path }, response.headers?.['x-accepted-github-permissions'])} in this repository.`,
        { status },
      );
    case 404:
      return new GitHubError(
        'not_found',
        `GitHub knows no ${path}. Check the name in GITHUB_REPOS and that the token may see the repository.`,
        { status },
      );
    case 409:
      return new GitHubError('conflict', `GitHub cannot do ${what} in the present state: ${said}.`, {
        status,
      });
    default:
      return status >= 500
        ? new GitHubError('server', `GitHub failed at ${what} with ${status}: ${said}. Try again later.`, {
            status,
            maybeDone: isWrite,
          })
        : new GitHubError('refused', `GitHub refuses ${what} with ${status}: ${said}.`, { status });
  }
}

function rateLimitEnd(
  status: number,
  headers: Record<string, string | number | undefined>,
  said: string,
  now: Date,
): Date | undefined {
  if (status !== 403 && status !== 429) return undefined;
  if (headers['retry-after'] !== undefined)
    return new Date(now.getTime() + Number(headers['retry-after']) * 1000);
  if (String(headers['x-ratelimit-remaining']) === '0')
    return new Date(Number(headers['x-ratelimit-reset']) * 1000);
  // A secondary limit may come without either; GitHub's documentation asks for at least a minute then.
  return status === 429 || /secondary rate limit/i.test(said) ? new Date(now.getTime() + 60_000) : undefined;
}

function reason(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { message?: string; code?: string } };
  return cause?.code ?? cause?.message ?? message ?? 'unknown reason';
}

/** The answer, or null where GitHub knows no such thing; a commit that is none is refused with 422. */
export async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof GitHubError && (error.status === 404 || error.status === 422)) return null;
    throw error;
  }
}
