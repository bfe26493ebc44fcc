import { setTimeout as wait } from 'node:timers/promises';
import { sendSigned, type Delivery, type SignedRequestOptions } from './signed-request.ts';
import type { AppIdentity, JsonObject, Log } from './types.ts';

/** Slack tries again at once, after a minute and after five. */
export const SLACK_RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];

export interface EventDelivery {
  /** Sends one event, and again as often as Slack would. Resolves with the last outcome; never rejects. */
  deliver(event: JsonObject): Promise<Delivery>;
  /** Slack's url_verification handshake. True when the app answered with the challenge. */
  verifyUrl(): Promise<boolean>;
  /** Gives up what is still waiting for a retry. */
  stop(): void;
}

export function createEventDelivery(options: {
  request: SignedRequestOptions;
  app: AppIdentity;
  retryDelaysMs: readonly number[];
  newId: (prefix: string) => string;
  log: Log;
}): EventDelivery {
  const { request, app, retryDelaysMs, newId, log } = options;
  const stopping = new AbortController();
  const json = { 'content-type': 'application/json' };

  return {
    async deliver(event) {
      const envelope = {
        token: 'local',
        team_id: app.teamId,
        context_team_id: app.teamId,
        context_enterprise_id: null,
        api_app_id: app.appId,
        event,
        type: 'event_callback',
        event_id: newId('Ev'),
        event_time: Math.floor(request.now() / 1000),
        authorizations: [
          {
            enterprise_id: null,
            team_id: app.teamId,
            user_id: app.botUserId,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
        is_ext_shared_channel: false,
        event_context: newId('EC'),
      };
      const body = JSON.stringify(envelope);
      let outcome = await sendSigned(request, body, json);
      for (const [index, delay] of retryDelaysMs.entries()) {
        if (outcome.result === 'delivered') return outcome;
        if (outcome.result === 'dispatch_failed' && outcome.noRetry) return outcome;
        log.warn(
          { event: event['type'], outcome: outcome.result, retry: index + 1 },
          'Slack event not accepted',
        );
        const waited = await wait(delay, true, { signal: stopping.signal, ref: false }).catch(() => false);
        if (!waited) return outcome;
        outcome = await sendSigned(request, body, {
          ...json,
          'x-slack-retry-num': String(index + 1),
          'x-slack-retry-reason': outcome.result === 'operation_timeout' ? 'http_timeout' : 'http_error',
        });
      }
      return outcome;
    },
    async verifyUrl() {
      const challenge = newId('');
      const body = JSON.stringify({ token: 'local', challenge, type: 'url_verification' });
      const outcome = await sendSigned(request, body, json);
      return outcome.result === 'delivered' && outcome.body.includes(challenge);
    },
    stop: () => stopping.abort(),
  };
}
