import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closedLoop, isAcknowledged, openLoop, percentile } from '../rig/load.ts';
import { now } from '../rig/slack.ts';
import type { Other } from './other.ts';
import { startAlertmanager } from './alertmanager.ts';
import { startNodeRed } from './node-red.ts';

/**
 * How many alerts a second the others accept, and how long an alert takes through them at 100 a second.
 * Neither keeps what it has accepted on disk before it says so: a crash loses it.
 */
export async function measureOthers(options: {
  ms: number;
  perSecond: number;
  nodeRed: string | undefined;
  say: (text: string) => void;
}): Promise<Record<string, number | null>> {
  const figures: Record<string, number | null> = {};
  const receiver = await startReceiver();
  for (const start of [startAlertmanager, (url: string) => startNodeRed(url, options.nodeRed)]) {
    // A fresh one for each figure: Alertmanager grows slower with every alert that it holds.
    const first = await start(receiver.url);
    if (typeof first === 'string') {
      options.say(first);
      continue;
    }
    receiver.arrivals.clear();
    const open = await withOther(first, () =>
      openLoop(first.target, { ...options, body: first.body('open') }).finally(receiver.quiet),
    );
    const took = open.flatMap(({ index, scheduledAt }) => {
      const arrived = receiver.arrivals.get(`open-${index}`);
      return arrived === undefined ? [] : [arrived - scheduledAt];
    });
    const second = await start(receiver.url);
    if (typeof second === 'string') continue;
    const closed = await withOther(second, () =>
      closedLoop(second.target, { connections: 16, ms: options.ms / 2, body: second.body('closed') }),
    );
    const seconds = (Math.max(...closed.map((one) => one.answeredAt)) - (closed[0]?.scheduledAt ?? 0)) / 1000;
    Object.assign(figures, {
      [`${first.name}_accepted_per_s`]: Math.round(closed.filter(isAcknowledged).length / seconds),
      [`${first.name}_end_to_end_p50_ms`]: percentile(took, 50),
      [`${first.name}_end_to_end_p99_ms`]: percentile(took, 99),
      [`${first.name}_missing`]: open.length - took.length,
    });
  }
  await receiver.stop();
  return figures;
}

/** Waits until it is ready and has answered some alerts, lets `work` measure, and ends it. */
async function withOther<T>(other: Other, work: () => Promise<T>): Promise<T> {
  try {
    await ready(other.readyUrl);
    await openLoop(other.target, { perSecond: 50, ms: 1000, body: other.body('warm') });
    return await work();
  } finally {
    await other.stop();
  }
}

/** Takes what the others pass on and notes when each alert came first, by its fingerprint label. */
async function startReceiver() {
  const arrivals = new Map<string, number>();
  let last = now();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      last = now();
      for (const [, pod = ''] of Buffer.concat(chunks)
        .toString()
        .matchAll(/"pod":"[a-z]+-([a-z]+-\d+)"/g)) {
        if (!arrivals.has(pod)) arrivals.set(pod, last);
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    /** Resolves when nothing has come for two seconds. */
    async quiet() {
      while (now() - last < 2000) await new Promise((resolve) => setTimeout(resolve, 100));
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not become ready within 20 s`);
}
