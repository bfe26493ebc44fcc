import { createEmulator } from 'emulate';
import { isJsonObject, type AppIdentity, type Channel, type JsonObject, type Person } from './types.ts';

/** The emulator package's Slack, which answers the methods that need nothing of ours. */
export interface EmulatorBackend {
  /** Calls `method`; undefined when the emulator does not know it. */
  call(method: string, args: JsonObject): Promise<JsonObject | undefined>;
  close(): Promise<void>;
}

/**
 * Starts the emulator with our app, people and channel. The emulator invents ids for people and channels at each
 * start; they are swapped for ours in both directions, so that ids stay the same over restarts.
 */
export async function startEmulatorBackend(options: {
  app: AppIdentity;
  botToken: string;
  people: readonly Person[];
  channel: Channel;
}): Promise<EmulatorBackend> {
  const { app, botToken, people, channel } = options;
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: app.name, domain: app.teamDomain },
        users: people.map(({ name, role }) => ({ name, real_name: name, profile: { title: role } })),
        channels: [{ name: channel.name }],
        oauth_apps: [
          {
            client_id: 'local',
            client_secret: 'local',
            name: app.name,
            redirect_uris: [],
            app_id: app.appId,
            bot_id: app.botId,
            bot_user_id: app.botUserId,
            bot_name: app.name.toLowerCase(),
          },
        ],
        tokens: [
          {
            token: botToken,
            type: 'bot',
            user_id: app.botUserId,
            app_id: app.appId,
            bot_id: app.botId,
            bot_user_id: app.botUserId,
          },
        ],
      },
    },
  });
  const post = async (method: string, body: string): Promise<string | undefined> => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json; charset=utf-8' },
      body,
    });
    return response.ok ? response.text() : undefined;
  };

  const pairs = await pairIds(post, people, channel);
  const toEmulator = (text: string): string =>
    pairs.reduce((result, { ours, theirs }) => result.replaceAll(`"${ours}"`, `"${theirs}"`), text);
  const toOurs = (text: string): string =>
    pairs.reduce((result, { ours, theirs }) => result.replaceAll(theirs, ours), text);

  const call = async (method: string, args: JsonObject): Promise<JsonObject | undefined> => {
    const text = await post(method, toEmulator(JSON.stringify(args)));
    return text === undefined ? undefined : (JSON.parse(toOurs(text)) as JsonObject);
  };
  await call('conversations.join', { channel: channel.id });
  return { call, close: () => emulator.close() };
}

async function pairIds(
  post: (method: string, body: string) => Promise<string | undefined>,
  people: readonly Person[],
  channel: Channel,
): Promise<{ ours: string; theirs: string }[]> {
  const users = await listed(post, 'users.list', 'members');
  const channels = await listed(post, 'conversations.list', 'channels');
  return [
    ...people.map((person) => ({ ours: person.id, theirs: idOf(users, person.name) })),
    { ours: channel.id, theirs: idOf(channels, channel.name) },
  ];
}

async function listed(
  post: (method: string, body: string) => Promise<string | undefined>,
  method: string,
  field: string,
): Promise<JsonObject[]> {
  const answer: unknown = JSON.parse((await post(method, '{"limit":1000}')) ?? '{}');
  const list = isJsonObject(answer) ? answer[field] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function idOf(entries: readonly JsonObject[], name: string): string {
  const entry = entries.find((candidate) => candidate['name'] === name);
  if (!entry)
    throw new Error(
      `The Slack emulator did not take over "${name}". Choose a name of lower-case letters, digits and dashes.`,
    );
  return String(entry['id']);
}
