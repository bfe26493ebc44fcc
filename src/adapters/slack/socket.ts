import { SocketModeReceiver } from '@slack/bolt';
import { SLACK_TIMEOUT_MS, type ClientSettings } from './client.ts';
import { boltLogger, type Log } from './log.ts';

/** A connection that Slack speaks over, kept open until it is stopped. */
export type Socket = { receiver: SocketModeReceiver; start(): void; stop(): Promise<void> };

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Socket Mode, reconnected by us. The library would do so itself, but when Slack refuses a new connection, or
 * is away for long, its attempt fails where nobody can catch the error, and the process dies of it. Here a
 * failure is logged and tried again, after a wait that doubles up to half a minute.
 */
export function createSocket(settings: ClientSettings & { appToken: string; log: Log }): Socket {
  const { appToken, apiUrl, log } = settings;
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        timeout: SLACK_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
      },
    },
  });
  let stopped = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const connect = (): void => {
    timer = undefined;
    receiver.start().then(
      () => {
        failures = 0;
        log.info({}, 'Connected to Slack by Socket Mode');
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : 'closed before it was open';
        if (!stopped)
          log.error(
            { reason },
            'Socket Mode cannot connect yet; if this goes on, check SLACK_APP_TOKEN (xapp-…)',
          );
        reconnect();
      },
    );
  };
  const reconnect = (): void => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(connect, Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** failures++));
  };
  receiver.client.on('disconnected', reconnect);

  return {
    receiver,
    start: connect,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await receiver.stop();
    },
  };
}
