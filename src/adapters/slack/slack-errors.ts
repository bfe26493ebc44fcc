import { webApi } from '@slack/bolt';

/**
 * Why a call to Slack did not end well.
 * - limited: not done; Slack says when to come back.
 * - refused: not done; Slack says why in `code`.
 * - away: not done; Slack could not be reached at all.
 * - uncertain: nobody saw the end; it may have been done.
 */
export type SlackFailure =
  | { kind: 'limited'; afterS: number }
  | { kind: 'refused'; code: string }
  | { kind: 'away'; why: string }
  | { kind: 'uncertain'; why: string };

/** What was being done when a call failed. */
export type Doing = 'post' | 'edit' | 'search';

/** A call to Slack that did not end well, and what it was for: Slack limits each method apart. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly doing: Doing;
  readonly failure: SlackFailure;

  constructor(doing: Doing, cause: unknown) {
    const failure = slackFailure(cause);
    super(failureText(failure), { cause });
    this.doing = doing;
    this.failure = failure;
  }
}

/** Makes one call, or a few of the same kind; throws `CallFailed` when it fails. */
export async function during<T>(doing: Doing, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new CallFailed(doing, error);
  }
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

// Slack's own trouble: these come with `ok: false` and yet do not say that nothing was done.
const SLACK_TROUBLE = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);

const ERROR_CODE = /^[a-z0-9_:.-]+$/i;

/** What an error of the Web API client means for the message that was to be sent. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof CallFailed) return error.failure;
  if (error instanceof webApi.WebAPIRateLimitedError) return { kind: 'limited', afterS: error.retryAfter };
  if (error instanceof webApi.WebAPIPlatformError) {
    const code = String(error.data.error).slice(0, 100);
    // The client makes an error of whatever it cannot read, a cut-off `{"ok":true…` too; that says nothing.
    if (!ERROR_CODE.test(code)) return { kind: 'uncertain', why: 'an answer that is not JSON' };
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', afterS: 5 };
    return SLACK_TROUBLE.has(code) ? { kind: 'uncertain', why: code } : { kind: 'refused', code };
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    const refused = error.statusCode >= 400 && error.statusCode < 500;
    return refused
      ? { kind: 'refused', code: `http_${error.statusCode}` }
      : { kind: 'uncertain', why: `HTTP ${error.statusCode}` };
  }
  const code = causeCode(error);
  if (code !== null && NEVER_CONNECTED.has(code)) return { kind: 'away', why: code };
  return { kind: 'uncertain', why: error instanceof Error ? error.message.slice(0, 200) : 'unknown error' };
}

/** The code of the innermost cause; fetch wraps the socket's error in its own. */
function causeCode(error: unknown): string | null {
  let code: string | null = null;
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 6; depth++) {
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
    cause = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined);
  }
  return code;
}

/** A failure in words for a log line or the outbox. */
export function failureText(failure: SlackFailure): string {
  switch (failure.kind) {
    case 'limited':
      return `Slack limits the rate; again in ${failure.afterS} s`;
    case 'refused':
      return `Slack refuses: ${failure.code}`;
    case 'away':
      return `Slack cannot be reached: ${failure.why}`;
    case 'uncertain':
      return `No answer from Slack: ${failure.why}`;
    default:
      return failure satisfies never;
  }
}
