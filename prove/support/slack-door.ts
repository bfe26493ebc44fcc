import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequestLog } from '../../src/adapters/postgres/slack-requests.ts';
import { createSlackApp, SLACK_PATH } from '../../src/adapters/slack/app.ts';
import { actionId } from '../../src/adapters/slack/buttons.ts';
import { fakeReading } from '../../test/support/fake-desk.ts';
import { startSlackApi } from '../../test/support/slack-api.ts';
import { signedInteraction, SIGNING_SECRET, type SignedRequest } from '../../test/support/slack-signer.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import type { World } from './world.ts';

/** Slack's real way in: HTTP, our gate, Bolt, the desk of the loop, all of it over one database. */
export type SlackDoor = {
  /** Sends a request; resolves to the HTTP status once everything that it started has ended. */
  knock(request: SignedRequest): Promise<number>;
  /** Warnings that were logged so far. */
  warnings(): number;
  close(): Promise<void>;
};

export async function openSlackDoor(
  world: World,
  desk: World['stage']['loop'] = world.stage.loop,
): Promise<SlackDoor> {
  const api = await startSlackApi();
  let warnings = 0;
  const connected = Promise.withResolvers<void>();
  const app = createSlackApp({
    botToken: 'xoxb-prove',
    signingSecret: SIGNING_SECRET,
    apiUrl: api.url,
    desk,
    reading: fakeReading([]),
    requests: createRequestLog(world.db),
    log: {
      info: () => connected.resolve(),
      warn: () => void (warnings += 1),
      error: () => void (warnings += 1),
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
    warnings: () => warnings,
    async close() {
      await app.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await api.stop();
    },
  };
}

let triggers = 0;

/** What Slack sends when somebody presses Approve; `changes` forge it. */
export function approvePress(
  proposal: Pick<Proposal, 'id' | 'digest'>,
  person: string,
  changes: object = {},
): object {
  triggers += 1;
  return {
    type: 'block_actions',
    team: { id: 'T0TEAM', domain: 'acme' },
    user: { id: person, team_id: 'T0TEAM' },
    api_app_id: 'A0SITREP',
    token: 'ignored',
    trigger_id: `press-${triggers}`,
    container: { type: 'message', message_ts: '1.2', channel_id: 'C1', thread_ts: '1.1' },
    channel: { id: 'C1', name: 'incidents' },
    message: { ts: '1.2', thread_ts: '1.1' },
    actions: [
      {
        type: 'button',
        block_id: 'b',
        action_id: actionId('approve', proposal.id),
        value: proposal.digest,
        action_ts: '1.3',
        text: { type: 'plain_text', text: 'Approve' },
      },
    ],
    ...changes,
  };
}

export function signedPress(
  proposal: Pick<Proposal, 'id' | 'digest'>,
  person: string,
  changes: object = {},
): SignedRequest {
  return signedInteraction(approvePress(proposal, person, changes));
}
