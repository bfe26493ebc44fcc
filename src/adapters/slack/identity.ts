import type { webApi } from '@slack/bolt';
import type { Log } from './log.ts';
import { failureText, slackFailure } from './slack-errors.ts';

/** Who we are in Slack. */
export type Identity = { teamId: string; botUserId: string; botId: string; appId: string | null };

export type IdentityKeeper = {
  /** What is known by now; null until Slack has answered once. */
  known(): Identity | null;
  /** Asks Slack, unless it has answered already. Resolves to null when Slack does not say. Never rejects. */
  ask(): Promise<Identity | null>;
};

/** Asks Slack once who the bot token belongs to, and keeps the answer. */
export function createIdentity(client: webApi.WebClient, log: Log): IdentityKeeper {
  let identity: Identity | null = null;
  let asking: Promise<Identity | null> | null = null;

  const askSlack = async (): Promise<Identity | null> => {
    try {
      const answer = await client.auth.test();
      identity = {
        teamId: answer.team_id ?? '',
        botUserId: answer.user_id ?? '',
        botId: answer.bot_id ?? '',
        appId: typeof answer['app_id'] === 'string' ? answer['app_id'] : null,
      };
      log.info({ team: identity.teamId, bot: identity.botUserId }, 'Connected to Slack');
    } catch (error) {
      const failure = slackFailure(error);
      const advice =
        failure.kind === 'refused'
          ? 'Slack refuses SLACK_BOT_TOKEN; copy it anew from the app’s page'
          : 'Slack cannot be reached yet';
      log.warn({ reason: failureText(failure) }, advice);
    }
    return identity;
  };

  return {
    known: () => identity,
    async ask() {
      if (identity) return identity;
      asking ??= askSlack().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}

type Payload = {
  team_id?: unknown;
  api_app_id?: unknown;
  team?: { id?: unknown } | null;
  user?: { team_id?: unknown };
  authorizations?: { team_id?: unknown }[];
};

/**
 * Whether a payload is meant for this installation: same workspace, same app, as far as the payload and
 * Slack have told. The signature proves only which app it is for, not which workspace it came from.
 */
export function isForUs(payload: Payload, identity: Identity | null): boolean {
  if (identity === null) return true;
  const team =
    payload.authorizations?.[0]?.team_id ?? payload.team_id ?? payload.team?.id ?? payload.user?.team_id;
  if (typeof team === 'string' && team !== identity.teamId) return false;
  return (
    identity.appId === null || typeof payload.api_app_id !== 'string' || payload.api_app_id === identity.appId
  );
}
