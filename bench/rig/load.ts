import { HttpConnection, type Status } from './http-client.ts';
import { now } from './slack.ts';

/** One request that was sent: which, when it was due, when its answer came, and what that was. */
export type Sent = { index: number; scheduledAt: number; answeredAt: number; status: Status };

/** Where requests go, and with which extra header lines (each ending in \r\n). */
export type Target = { url: string; path: string; headers: string };

/** What to send next. */
export type NextBody = (index: number) => string;

const TIMEOUT_MS = 15_000;

/** Sends as fast as `connections` can, for `ms`. Resolves to what came of each, in order of the answers. */
export async function closedLoop(
  target: Target,
  options: { connections: number; ms: number; body: NextBody },
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const end = now() + options.ms;
  let index = 0;
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const connection = new HttpConnection(target.url, TIMEOUT_MS);
      while (now() < end) {
        const scheduledAt = now();
        const mine = index++;
        const status = await connection.post(target.path, options.body(mine), target.headers);
        sent.push({ index: mine, scheduledAt, answeredAt: now(), status });
      }
      connection.close();
    }),
  );
  return sent;
}

/**
 * Sends `perSecond` at fixed times, whether or not earlier answers have come; latency counts from the
 * scheduled time, so that a stall shows in every request that it held up (no coordinated omission;
 * G. Tene, “How NOT to measure latency”). A connection is reused when it is free, else one more is opened.
 */
export async function openLoop(
  target: Target,
  options: { perSecond: number; ms: number; body: NextBody },
): Promise<Sent[]> {
  const idle: HttpConnection[] = [];
  const all: HttpConnection[] = [];
  const sent: Sent[] = [];
  const running: Promise<void>[] = [];
  const began = now();
  const total = Math.round((options.perSecond * options.ms) / 1000);

  const send = async (index: number): Promise<void> => {
    const scheduledAt = began + (index * 1000) / options.perSecond;
    let connection = idle.pop();
    if (!connection) {
      connection = new HttpConnection(target.url, TIMEOUT_MS);
      all.push(connection);
    }
    const status = await connection.post(target.path, options.body(index), target.headers);
    idle.push(connection);
    sent.push({ index, scheduledAt, answeredAt: now(), status });
  };

  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((now() - began) * options.perSecond) / 1000) + 1);
    for (; index < due; index += 1) running.push(send(index));
    const next = began + (index * 1000) / options.perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, next - now())));
  }
  await Promise.all(running);
  for (const connection of all) connection.close();
  return sent;
}

/** The p-th percentile (0 to 100, nearest rank) of some milliseconds, to a tenth; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  return value === undefined ? NaN : Math.round(value * 10) / 10;
}

/** Whether it was acknowledged: from then on the sender will never send it again. */
export function isAcknowledged(sent: Sent): boolean {
  return sent.status >= 200 && sent.status < 300;
}

/** How long each answer took from its scheduled time, in ms. */
export function latencies(sent: readonly Sent[]): number[] {
  return sent.map((one) => one.answeredAt - one.scheduledAt);
}
