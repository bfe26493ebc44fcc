import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Target } from '../../src/adapters/local/alerts/scraper.ts';

/** The alert rules that watch the fleet. */
export const FLEET_RULES = join(import.meta.dirname, 'fleet.rules.yaml');

/** The services of the fleet, in chains in which each one needs the one before. */
export const FLEET_SERVICES = ['basket', 'catalog', 'ledger', 'parcel', 'search'].flatMap((chain) =>
  [1, 2, 3, 4].map((place) => `${chain}-${place}`),
);
/** What a service needs; null at the head of a chain. */
export function needOf(service: string): string | null {
  const [chain, place] = service.split('-');
  return place === '1' ? null : `${chain}-${Number(place) - 1}`;
}
const PODS = 5;

/** The pods of a service. */
export function podsOf(service: string): string[] {
  return Array.from({ length: PODS }, (_, index) => `${service}-pod-${index}`);
}

export type Fault = 'errors' | 'slow' | 'not ready';

export type Fleet = {
  target: Target;
  /** From now on, and all at once, exactly these pods have exactly these faults; all others are well. */
  suffer(faults: ReadonlyMap<string, readonly Fault[]>): void;
  /** Whether the one node, which no service is named for, is well. */
  node(ready: boolean): void;
  stop(): Promise<void>;
};

/** An exporter with four series for each of 100 pods of 20 services: requests, errors, latency, readiness. */
export async function startFleet(): Promise<Fleet> {
  let faults: ReadonlyMap<string, readonly Fault[]> = new Map();
  let nodeReady = true;
  const pods = FLEET_SERVICES.flatMap((service) =>
    podsOf(service).map((pod) => ({ service, pod, good: 0, bad: 0 })),
  );
  const has = (pod: string, fault: Fault) => faults.get(pod)?.includes(fault) ?? false;
  // Ten requests a second; one that fails is counted only while its pod has errors.
  const traffic = setInterval(() => {
    for (const one of pods) {
      if (has(one.pod, 'errors')) one.bad += 1;
      else one.good += 1;
    }
  }, 100);
  const page = () =>
    pods
      .flatMap(({ service, pod, good, bad }) => {
        const labels = `service="${service}",pod="${pod}"`;
        return [
          `http_requests_total{${labels},code="200"} ${good}`,
          `http_requests_total{${labels},code="500"} ${bad}`,
          `http_request_seconds{${labels},quantile="0.95"} ${has(pod, 'slow') ? 2 : 0.02}`,
          `pod_ready{${labels}} ${has(pod, 'not ready') ? 0 : 1}`,
        ];
      })
      .concat(`node_ready{node="node-1"} ${nodeReady ? 1 : 0}`, '')
      .join('\n');
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, labels: {} },
    suffer: (next) => (faults = next),
    node: (ready) => (nodeReady = ready),
    async stop() {
      clearInterval(traffic);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
