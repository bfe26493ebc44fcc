import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';

/** A real Bolt app on a free loopback port, so that signatures and payload shapes are judged by Bolt itself. */
export interface TinyBoltApp {
  app: App;
  url: string;
  stop(): Promise<void>;
}

/** Starts listening first: the stand-in needs the URL, and the app needs the stand-in's. */
export async function listenForBolt(): Promise<{
  url: string;
  attach(options: { apiUrl: string; botToken: string; signingSecret: string }): TinyBoltApp;
}> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    attach({ apiUrl, botToken, signingSecret }) {
      const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
      const app = new App({
        receiver,
        token: botToken,
        logLevel: LogLevel.ERROR,
        clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
      });
      server.on('request', receiver.requestListener);
      const stop = async (): Promise<void> => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
      };
      return { app, url, stop };
    },
  };
}
