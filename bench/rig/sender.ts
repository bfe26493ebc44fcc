import { setTimeout as pause } from 'node:timers/promises';
import { webhookBody, type Sample } from './alerts.ts';
import { HttpConnection } from './http-client.ts';
import type { Target } from './load.ts';
import { now } from './slack.ts';

/** An alert source that gives up on nothing but a refusal, as Alertmanager does. */
export type Sender = {
  /** Sends one alert, again and again until it is acknowledged or refused. Resolves to whether it was taken. */
  send(sample: Sample): Promise<boolean>;
  /** Sends `perSecond` of them until stopped. */
  flow(perSecond: number, next: (index: number) => Sample): { stop(): Promise<void> };
  /** What was answered with 2xx, and when; key as `keyOf` writes it. */
  acknowledged: ReadonlyMap<string, { sample: Sample; at: number }>;
  /** Statuses 4xx that came: the alert is lost then, because no source sends it again. */
  refused: number[];
  /** How many attempts ended without an acknowledgement. */
  retries(): number;
};

/** An alert's identity as the bench writes it down: fingerprint and start. */
export function keyOf(sample: Pick<Sample, 'fingerprint' | 'startsAt'>): string {
  return `${sample.fingerprint} ${sample.startsAt.toISOString()}`;
}

const TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** `hook` tells where Sitrep listens now, which changes with each restart; null while it is down. */
export function createSender(hook: () => Target | null): Sender {
  const acknowledged = new Map<string, { sample: Sample; at: number }>();
  const refused: number[] = [];
  const idle: { url: string; connection: HttpConnection }[] = [];
  let retries = 0;

  const attempt = async (target: Target, body: string): Promise<number> => {
    let free = idle.pop();
    while (free && free.url !== target.url) {
      free.connection.close();
      free = idle.pop();
    }
    free ??= { url: target.url, connection: new HttpConnection(target.url, TIMEOUT_MS) };
    const status = await free.connection.post(target.path, body, target.headers);
    idle.push(free);
    return status;
  };

  const send = async (sample: Sample): Promise<boolean> => {
    const body = webhookBody([sample]);
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)) {
      const target = hook();
      const status = target ? await attempt(target, body) : 0;
      if (status >= 200 && status < 300) {
        acknowledged.set(keyOf(sample), { sample, at: now() });
        return true;
      }
      if (status >= 400 && status < 500) {
        refused.push(status);
        return false;
      }
      retries += 1;
      await pause(retryMs);
    }
  };

  return {
    send,
    acknowledged,
    refused,
    retries: () => retries,
    flow(perSecond, next) {
      const running = new Set<Promise<unknown>>();
      const began = now();
      let index = 0;
      const timer = setInterval(() => {
        const due = Math.floor(((now() - began) * perSecond) / 1000);
        for (; index < due; index += 1) {
          const one = send(next(index)).finally(() => running.delete(one));
          running.add(one);
        }
      }, 5);
      return {
        async stop() {
          clearInterval(timer);
          await Promise.all(running);
        },
      };
    },
  };
}
