import type { webApi } from '@slack/bolt';
import type { IdentityKeeper } from './identity.ts';
import type { Log } from './log.ts';
import { failureText, slackFailure } from './slack-errors.ts';

/** Why a person may not decide anything at this moment, for that person; null where nothing speaks against it. */
export type WhyNot = (person: string) => Promise<string | null>;

/** Long enough for a double click, short enough that somebody who was let go a minute ago decides nothing. */
const REMEMBERED_MS = 30_000;
const MOST_REMEMBERED = 500;

type Known = { until: number; why: string | null };

type User = NonNullable<webApi.UsersInfoResponse['user']>;

/**
 * Asks Slack who somebody is, when they decide: only a full member of this workspace may. Where Slack does not say,
 * nobody may; what Slack has said counts for half a minute.
 */
export function createStanding(
  client: webApi.WebClient,
  identity: IdentityKeeper,
  log: Log,
  now: () => number,
): WhyNot {
  const known = new Map<string, Known>();
  return async (person) => {
    const before = known.get(person);
    if (before && now() < before.until) return before.why;
    try {
      const us = await identity.ask();
      const { user } = await client.users.info({ user: person });
      if (!us || !user || user.id !== person) return CANNOT_TELL;
      const why = whyNot(user, us.teamId);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(person, { until: now() + REMEMBERED_MS, why });
      return why;
    } catch (error) {
      log.warn(
        { reason: failureText(slackFailure(error)) },
        'Slack does not say who somebody is; grant users:read',
      );
      return CANNOT_TELL;
    }
  };
}

const CANNOT_TELL =
  'Slack cannot tell who you are now, so nothing was decided. Try again, or use “sitrep approve” in a terminal.';

function whyNot(user: User, teamId: string): string | null {
  if (user.deleted) return 'Your account in Slack is deactivated.';
  if (user.is_bot || user['is_workflow_bot'] === true || user.id === 'USLACKBOT')
    return 'Only people decide here, no bots.';
  if (user.is_restricted || user.is_ultra_restricted) return 'Guests of the workspace cannot decide here.';
  if (user['is_stranger'] === true || (user.team_id !== undefined && user.team_id !== teamId))
    return 'Only members of this workspace can decide here.';
  return null;
}
