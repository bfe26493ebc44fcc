import { once } from 'node:events';
import { createServer } from 'node:http';
import { Histogram, Registry } from 'prom-client';
import type { Target } from '../../src/adapters/local/alerts/scraper.ts';

/** How the pretended requests of the service go at present. */
export type Behaviour = { errorShare: number; seconds: number };

export type MisbehavingService = {
  target: Target;
  behave(behaviour: Behaviour): void;
  /** Lets scrapes wait for ever (true) or answers them again (false). */
  hang(hanging: boolean): void;
  /** Begins all counters anew, as a restarted process does. */
  restart(): void;
  stop(): Promise<void>;
};

/** A service with the shop's histogram and twenty pretended requests a second, which misbehaves when told to. */
export async function startMisbehavingService(service: string): Promise<MisbehavingService> {
  let behaviour: Behaviour = { errorShare: 0, seconds: 0.02 };
  let hanging = false;
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['service', 'status', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  let count = 0;
  const traffic = setInterval(() => {
    count += 1;
    const failed = (count * behaviour.errorShare) % 1 < behaviour.errorShare;
    histogram.observe(
      { service, status: failed && behaviour.errorShare > 0 ? '503' : '200', route: '/' },
      behaviour.seconds,
    );
  }, 50);
  const server = createServer((_req, res) => {
    if (hanging) return;
    void registry.metrics().then((page) => res.end(page));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    target: { url: `http://127.0.0.1:${address.port}/metrics`, labels: { job: 'shop', service } },
    behave: (next) => (behaviour = next),
    hang: (next) => (hanging = next),
    restart: () => registry.resetMetrics(),
    async stop() {
      clearInterval(traffic);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
