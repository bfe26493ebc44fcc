import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, webApi, type Receiver } from '@slack/bolt';
import { checkedDesk } from './checked-desk.ts';
import { plain } from '../../incident/text.ts';
import { clientOptions } from './client.ts';
import { createDoorRefusals } from './door-refusals.ts';
import { createGate, type RequestLog } from './gate.ts';
import { createIdentity, isForUs } from './identity.ts';
import { createInFlight } from './in-flight.ts';
import { listenForApprovals } from './listen/approve.ts';
import { listenForButtons } from './listen/buttons.ts';
import { listenForCommands } from './listen/commands.ts';
import type { Listening } from './listen/context.ts';
import { listenForHome } from './listen/home.ts';
import { listenForMentions } from './listen/mentions.ts';
import { listenForRejections } from './listen/reject.ts';
import { acknowledgeUnknown } from './listen/unknown.ts';
import { boltLogger, type Log } from './log.ts';
import { isNew } from './once.ts';
import { withDeadline } from './request-deadline.ts';
import { createStanding } from './standing.ts';
import { createSocket, type Socket } from './socket.ts';

export type SlackAppSettings = Pick<Listening, 'desk' | 'reading' | 'tokens' | 'via'> & {
  botToken: string;
  /** Needed unless `appToken` chooses Socket Mode. */
  signingSecret?: string | undefined;
  /** Chooses Socket Mode: Slack is called, and never calls us. */
  appToken?: string | undefined;
  /** Slack's API, ending in a slash; absent: the real one. */
  apiUrl?: string | undefined;
  requests: RequestLog;
  log: Log;
  /** Milliseconds since 1970; absent: the machine's clock. */
  now?: () => number;
};

export type SlackApp = {
  /** Handles POST requests at SLACK_PATH; null in Socket Mode, where there are none. */
  listener: RequestListener | null;
  /** Calls Slack under the rules of this adapter; delivery uses it too. */
  client: webApi.WebClient;
  /** Connects. Returns at once: Slack may be away now and there later. */
  start(): void;
  /** Takes nothing new in Socket Mode and waits for what is being handled. Resolves to whether all of it ended. */
  stop(mostMs?: number): Promise<boolean>;
};

/** Where the listener must be mounted, and where the manifest sends Slack. */
export const SLACK_PATH = '/slack/events';

/**
 * The Slack app: signed requests or a socket come in, the desk is asked, and the person is answered. Throws
 * where a secret is missing that this way of running needs.
 */
export function createSlackApp(settings: SlackAppSettings): SlackApp {
  const { botToken, log } = settings;
  const requests = withDeadline(settings.requests);
  if (botToken.trim() === '')
    throw new Error(
      'SLACK_BOT_TOKEN is empty: copy the bot token (xoxb-…) from the app’s page under “OAuth & Permissions”.',
    );
  const options = clientOptions(settings);
  const client = new webApi.WebClient(botToken, { ...options, logger: boltLogger(log) });
  const identity = createIdentity(client, log);
  const inFlight = createInFlight();
  const { desk, via } = settings;
  const asked = 'a request at Slack’s door';
  const refusals = createDoorRefusals(
    (why) => desk.refused({ person: 'unknown', asked, why, proposalId: null, via }),
    log,
  );
  const { receiver, requestListener, socket } = chooseReceiver(settings);

  const app = new App({
    receiver,
    authorize: async () => {
      const known = identity.known();
      if (known === null) void identity.ask();
      return {
        botToken,
        ...(known === null ? {} : { botId: known.botId, botUserId: known.botUserId, teamId: known.teamId }),
      };
    },
    clientOptions: options,
    logger: boltLogger(log),
    convoStore: false,
  });
  app.error(async (error) =>
    log.error({ error: error.message, code: error.code }, 'A request from Slack could not be handled'),
  );
  app.use(async ({ next }) => {
    const end = inFlight.begin();
    await next().finally(end);
  });
  app.use(async ({ body, next, ...others }) => {
    const forUs = isForUs(body, identity.known());
    if (forUs && (await isNew(requests, log, body))) return next();
    if (!forUs) {
      log.warn({}, 'Refused a request that belongs to another workspace or app');
      if (!(await noteForeign(settings, body))) refusals.note('foreign', 'Slack');
    }
    if ('ack' in others && typeof others.ack === 'function') await others.ack();
  });

  const whyNot = createStanding(client, identity, log, settings.now ?? Date.now);
  const listening: Listening = {
    desk: checkedDesk(settings.desk, whyNot, settings.via),
    reading: settings.reading,
    tokens: settings.tokens,
    via: settings.via,
    client,
    log,
  };
  listenForCommands(app, listening);
  listenForMentions(app, listening);
  listenForButtons(app, listening);
  listenForApprovals(app, listening);
  listenForRejections(app, listening);
  listenForHome(app, listening);
  acknowledgeUnknown(app);

  return {
    listener:
      requestListener &&
      createGate({
        path: SLACK_PATH,
        signingSecret: settings.signingSecret ?? '',
        requests,
        log,
        inFlight,
        refusals,
        next: requestListener,
        now: settings.now ?? Date.now,
      }),
    client,
    start() {
      void identity.ask();
      socket?.start();
    },
    async stop(mostMs = 10_000) {
      await socket?.stop();
      await refusals.flush();
      return inFlight.idle(mostMs);
    },
  };
}

/** Signed for this app, and yet of another workspace: that is worth a place on record, where it says whose it is. */
async function noteForeign({ desk, via, log }: SlackAppSettings, body: object): Promise<boolean> {
  const { user, user_id: id } = body as { user?: { id?: unknown }; user_id?: unknown };
  const person = user?.id ?? id;
  if (typeof person !== 'string') return false;
  const why = 'it belongs to another workspace or app';
  const noted = { person: plain(person, 50), asked: 'a request from Slack', why, proposalId: null, via };
  await desk
    .refused(noted)
    .catch((error: unknown) => log.error({ error: String(error) }, 'A refusal could not be put on record'));
  return true;
}

type Chosen = { receiver: Receiver; requestListener: RequestListener | null; socket: Socket | null };

function chooseReceiver({ appToken, signingSecret, apiUrl, log }: SlackAppSettings): Chosen {
  if (appToken !== undefined && appToken !== '') {
    const socket = createSocket({ appToken, apiUrl, log });
    return { receiver: socket.receiver, requestListener: null, socket };
  }
  if (signingSecret === undefined || signingSecret.trim() === '') {
    throw new Error(
      'SLACK_SIGNING_SECRET is empty, so no request could be told from a forged one. Copy it from the app’s page under “Basic Information”, or set SLACK_APP_TOKEN for Socket Mode.',
    );
  }
  const receiver = new HTTPReceiver({ signingSecret, endpoints: SLACK_PATH, logger: boltLogger(log) });
  return { receiver, requestListener: receiver.requestListener, socket: null };
}
