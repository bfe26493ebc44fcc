import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentAlert = {
  status: 'firing' | 'resolved';
  fingerprint: string;
  startsAt: string;
  endsAt: string;
  labels: Record<string, string>;
};

/** One delivery that passed, and the status it was answered with; null where nobody answered. */
export type Passed = { receiver: string; alerts: SentAlert[]; answer: number | null };

export type AlertTap = {
  url: string;
  passed: readonly Passed[];
  /** Resolves as soon as a delivery has passed after which `condition` holds, before the next one can. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Stands between Alertmanager and a webhook and passes on every byte, so that a test knows what was sent and what
 * was acknowledged. Where nobody listens behind it, or the connection breaks, it breaks its own connection too.
 */
export async function startAlertTap(target: string): Promise<AlertTap> {
  const passed: Passed[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bytes(request);
      const answer = await passOn(target, request, body);
      const { receiver, alerts } = JSON.parse(body.toString()) as Omit<Passed, 'answer'>;
      passed.push({ receiver, alerts, answer: answer?.status ?? null });
      for (const look of waiting) look();
      if (!answer) return response.destroy();
      const retryAfter = answer.headers.get('retry-after');
      return response
        .writeHead(answer.status, retryAfter === null ? {} : { 'retry-after': retryAfter })
        .end(await answer.text());
    })().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname}`,
    passed,
    until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      return promise;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(target: string, { headers }: IncomingMessage, body: Buffer): Promise<Response | null> {
  const { authorization = '', 'content-type': type = '' } = headers;
  return fetch(target, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body: new Uint8Array(body),
  }).catch(() => null);
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
