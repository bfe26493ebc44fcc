import { readFile } from 'node:fs/promises';
import { App, type Receiver } from '@slack/bolt';
import { describe, expect, it, vi } from 'vitest';
import { SLACK_PATH } from '../../../src/adapters/slack/app.ts';
import { listenForApprovals } from '../../../src/adapters/slack/listen/approve.ts';
import { listenForButtons } from '../../../src/adapters/slack/listen/buttons.ts';
import { listenForCommands, SLASH_COMMAND } from '../../../src/adapters/slack/listen/commands.ts';
import { listenForHome } from '../../../src/adapters/slack/listen/home.ts';
import { listenForMentions } from '../../../src/adapters/slack/listen/mentions.ts';
import { listenForRejections } from '../../../src/adapters/slack/listen/reject.ts';
import { parseCommand } from '../../../src/adapters/slack/commands/parse.ts';

type Manifest = {
  display_information: { name: string; description: string; long_description: string };
  features: {
    app_home: { home_tab_enabled: boolean };
    slash_commands: { command: string; url: string; usage_hint: string }[];
  };
  oauth_config: { scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { request_url: string; bot_events: string[] };
    interactivity: { is_enabled: boolean; request_url: string };
    socket_mode_enabled: boolean;
  };
};

const source = new URL('../../../src/adapters/slack/', import.meta.url);
const manifest = JSON.parse(
  await readFile(new URL('../../../slack-manifest.json', import.meta.url), 'utf8'),
) as Manifest;
const files = [
  'send.ts',
  'find-sent.ts',
  'say.ts',
  'identity.ts',
  'standing.ts',
  'listen/buttons.ts',
  'listen/home.ts',
];
const code = (await Promise.all(files.map((file) => readFile(new URL(file, source), 'utf8'))))
  .join('\n')
  .replace(/\s/g, '');

/** The scopes of each method that the adapter calls, from Slack's reference. */
const SCOPES: Record<string, string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.getPermalink': [],
  'conversations.history': ['channels:history', 'groups:history', 'metadata.message:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'metadata.message:read'],
  filesUploadV2: ['files:write'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
};

describe('slack-manifest.json', () => {
  it('names the events that the code listens to, and no other', () => {
    const listened: string[] = [];
    const receiver = { init: () => undefined } as unknown as Receiver;
    const app = new App({ receiver, authorize: async () => ({}) });
    vi.spyOn(app, 'event').mockImplementation((name: unknown) => void listened.push(String(name)));
    const listening = {} as Parameters<typeof listenForHome>[1];
    for (const listen of [
      listenForHome,
      listenForMentions,
      listenForCommands,
      listenForButtons,
      listenForApprovals,
      listenForRejections,
    ])
      listen(app, listening);
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(listened.toSorted());
  });

  it('names the slash command, and only words that it understands', () => {
    const [command, ...others] = manifest.features.slash_commands;
    expect(others).toEqual([]);
    expect(command?.command).toBe(SLASH_COMMAND);
    const words = (command?.usage_hint ?? '').split(' | ');
    expect(words.length).toBeGreaterThan(5);
    for (const word of words) expect(parseCommand(word).name).toBe(word);
  });

  it('asks for the scopes that the calls need, and no more', () => {
    const called = [...code.matchAll(/client\.((?:[a-zA-Z]+\.)?[a-zA-Z0-9]+)\(/g)].map(
      (match) => match[1] ?? '',
    );
    expect(new Set(called)).toEqual(new Set(Object.keys(SCOPES)));
    const needed = new Set(Object.values(SCOPES).flat());
    if (manifest.features.slash_commands) needed.add('commands');
    if (manifest.settings.event_subscriptions.bot_events.includes('app_mention'))
      needed.add('app_mentions:read');
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });

  it('sends everything to the one path that is served, and leaves Socket Mode off', () => {
    const { settings, features } = manifest;
    const urls = [
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
      features.slash_commands[0]?.url ?? '',
    ];
    for (const url of urls) expect(new URL(url).pathname).toBe(SLACK_PATH);
    expect(settings.interactivity.is_enabled).toBe(true);
    expect(settings.socket_mode_enabled).toBe(false);
    expect(features.app_home.home_tab_enabled).toBe(true);
  });

  it('keeps to the lengths that Slack allows', () => {
    const { name, description, long_description: long } = manifest.display_information;
    expect(name.length).toBeLessThanOrEqual(35);
    expect(description.length).toBeLessThanOrEqual(140);
    expect(long.length).toBeGreaterThanOrEqual(174);
    expect(long.length).toBeLessThanOrEqual(4_000);
  });
});
