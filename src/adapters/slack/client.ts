import { webApi } from '@slack/bolt';

/** How calls to Slack are made; `apiUrl` ends in a slash, for example https://slack.com/api/. */
export type ClientSettings = { apiUrl?: string | undefined };

/** Long enough for a slow day at Slack, short enough that an alert is not held up by one dead call. */
export const SLACK_TIMEOUT_MS = 6_000;

/**
 * Options for every Web API client of ours. The client's own retries are off: it would send a message
 * again after a timeout, although the first may have arrived, and one rate limit would halt all its calls.
 * What is worth repeating is repeated by the outbox, which knows what was already sent.
 */
export function clientOptions(settings: ClientSettings): webApi.WebClientOptions {
  return {
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
    timeout: SLACK_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // A client never follows Slack's answers to another host with its token in hand.
    allowAbsoluteUrls: false,
    // Bolt's answers to a response_url pass here too, and bring no time limit of their own.
    fetch: (url, init) => fetch(url, { signal: AbortSignal.timeout(SLACK_TIMEOUT_MS), ...init }),
  };
}
