import { createHmac } from 'node:crypto';
import { messageOf } from '../../../incident/text.ts';

/** What came of a request to the app, in the words that Slack's own error messages use. */
export type Delivery =
  | { result: 'delivered'; body: string; contentType: string }
  | { result: 'operation_timeout' }
  | { result: 'dispatch_failed'; reason: string; noRetry?: boolean };

export interface SignedRequestOptions {
  url: string;
  signingSecret: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Slack waits three seconds. */
  timeoutMs: number;
}

/** Sends `body` as Slack would: signed with the v0 scheme, and given up after `timeoutMs`. Never throws. */
export async function sendSigned(
  options: SignedRequestOptions,
  body: string,
  headers: Record<string, string>,
): Promise<Delivery> {
  const timestamp = String(Math.floor(options.now() / 1000));
  try {
    const response = await fetch(options.url, {
      method: 'POST',
      body,
      headers: {
        ...headers,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature(options.signingSecret, timestamp, body),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const text = await response.text();
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    if (!response.ok) return { result: 'dispatch_failed', reason: `HTTP ${response.status}`, noRetry };
    return { result: 'delivered', body: text, contentType: response.headers.get('content-type') ?? '' };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return { result: 'operation_timeout' };
    return { result: 'dispatch_failed', reason: messageOf(error) };
  }
}

/** Slack's v0 signature: an HMAC-SHA256 over `v0:<timestamp>:<raw body>`. */
export function signature(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
