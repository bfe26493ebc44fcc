import { createCorrelator } from '../../../src/correlate/correlator.ts';
import type { Seen } from '../../../src/correlate/decision.ts';
import { createRandom } from './random.ts';

const HISTORY = 100_000;
const GROUPS = 200;
const MEASURED = 5000;
const BEGIN = Date.UTC(2026, 2, 2);

/** How long one alert takes in a storm: 10,000 a minute, with a long history and many open incidents. */
export function timed(): {
  history: number;
  groups: number;
  medianUs: number;
  p99Us: number;
  heapMb: number;
} {
  const random = createRandom(7);
  const correlator = createCorrelator({ catalogue: new Map(), windowS: 600 });
  let at = BEGIN;
  let id = 0;
  const alert = (name: string, service: string, pod: string): Seen => ({
    id: (id += 1),
    at: new Date(at),
    source: 'alertmanager',
    fingerprint: `${name} ${pod}`,
    name,
    service,
    severity: 'warning',
    kind: 'operational',
    summary: `${name} of ${pod}`,
    labels: {
      alertname: name,
      service,
      pod,
      node: `node-${random.int(1, 40)}`,
      namespace: 'prod',
      severity: 'warning',
    },
  });
  const any = () => {
    const service = `service-${random.int(1, 100)}`;
    return alert(`Rule${random.int(1, 200)}`, service, `${service}-pod-${random.int(1, 5)}`);
  };
  for (let count = 0; count < HISTORY; count += 1) {
    at += random.wait(10_000);
    correlator.place(any());
    if (random.chance(0.9)) correlator.ended(id, new Date(at + 60_000));
  }
  // As after a restart: so many incidents are open, each with a service of its own.
  for (let group = 1; group <= GROUPS; group += 1) {
    at += 100;
    const service = `service-${group}`;
    correlator.restore(alert(`Fresh${group}`, service, `${service}-pod-1`), {
      incidentId: group,
      endedAt: null,
    });
  }
  const took = Array.from({ length: MEASURED }, () => {
    at += 6;
    const one = any();
    const began = performance.now();
    correlator.place(one);
    return (performance.now() - began) * 1000;
  }).sort((a, b) => a - b);
  const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  return {
    history: HISTORY,
    groups: GROUPS,
    medianUs: took[MEASURED / 2] ?? 0,
    p99Us: took[MEASURED * 0.99] ?? 0,
    heapMb,
  };
}
