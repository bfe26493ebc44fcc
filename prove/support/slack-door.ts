import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createButtonTokens } from '../../src/adapters/postgres/button-tokens.ts';
import { createRequestLog } from '../../src/adapters/postgres/slack-requests.ts';
import { createSlackApp, SLACK_PATH } from '../../src/adapters/slack/app.ts';
import type { ButtonTokens } from '../../src/adapters/slack/tokens.ts';
import { fakeReading } from '../../test/support/fake-desk.ts';
import { startSlackApi } from '../../test/support/slack-api.ts';
import { SIGNING_SECRET, type SignedRequest } from '../../test/support/slack-signer.ts';
import type { World } from './world.ts';

/** Slack's real way in: HTTP, our gate, Bolt, the tokens of buttons, the desk of the loop, all of it over one database. */
export type SlackDoor = {
  /** Sends a request; resolves to the HTTP status once everything that it started has ended. */
  knock(request: SignedRequest): Promise<number>;
  close(): Promise<void>;
};

export type DoorOptions = {
  /** Stands before the tokens of buttons. */
  wrapTokens?: (tokens: ButtonTokens, world: World) => ButtonTokens;
  /** What Slack says of a person beyond that they are a full member. */
  users?: Record<string, object>;
  /** Slack does not say who anybody is. */
  silent?: boolean;
};

export async function openSlackDoor(world: World, options: DoorOptions = {}): Promise<SlackDoor> {
  const api = await startSlackApi();
  for (const [id, user] of Object.entries(options.users ?? {})) api.users.set(id, { ...user });
  if (options.silent) api.fault('users.info', { kind: 'refused', error: 'missing_scope' });
  const connected = Promise.withResolvers<void>();
  const tokens = createButtonTokens(world.db);
  const app = createSlackApp({
    botToken: 'xoxb-prove',
    signingSecret: SIGNING_SECRET,
    apiUrl: api.url,
    desk: world.stage.loop,
    reading: fakeReading([]),
    tokens: options.wrapTokens?.(tokens, world) ?? tokens,
    via: 'slack',
    requests: createRequestLog(world.db),
    log: {
      info: () => connected.resolve(),
      warn: () => undefined,
      error: () => undefined,
    },
  });
  app.start();
  await connected.promise;
  const server = createServer(app.listener ?? undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${SLACK_PATH}`;
  return {
    async knock({ headers, body }) {
      const answer = await fetch(url, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      await app.stop();
      return answer.status;
    },
    async close() {
      await app.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await api.stop();
    },
  };
}
