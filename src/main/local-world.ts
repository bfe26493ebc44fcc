import { join } from 'node:path';
import type { HttpServer } from '../adapters/http/server.ts';
import type { WorldAddresses } from '../adapters/local/world/options.ts';
import { startWorld, type World } from '../adapters/local/world/start.ts';
import type { Config } from '../config.ts';
import type { Team } from '../config/team-file.ts';

/** Starts the stand-ins for what is not configured; null where nothing is missing. */
export async function startLocalWorld(
  config: Config,
  team: Team,
  http: HttpServer,
  token: string,
  localSlack: { signingSecret: string; botToken: string } | null,
): Promise<World | null> {
  const shop = config.team === null;
  if (!localSlack && !shop) return null;
  const people = team.people.map(({ slackId, name, mayApprove }) => ({
    id: slackId,
    name,
    role: mayApprove ? 'may approve' : 'may not approve',
  }));
  return startWorld({
    home: join(config.home, 'world'),
    sitrepUrl: http.url,
    webhookToken: token,
    slack: localSlack && { ...localSlack, channel: 'incidents', people },
    shop,
    prometheusUrl: config.prometheus?.url ?? null,
  });
}

/** Slack's own access where it is configured, else that of its stand-in. */
export function slackAccess(
  config: Config,
  local: { signingSecret: string; botToken: string } | null,
  addresses: WorldAddresses | null,
): { botToken: string; signingSecret: string; appToken?: string | undefined; apiUrl?: string | undefined } {
  if (config.slack) return config.slack;
  if (!local || !addresses?.slack) throw new Error('There is neither Slack nor its stand-in.');
  return { ...local, apiUrl: addresses.slack.apiUrl };
}
