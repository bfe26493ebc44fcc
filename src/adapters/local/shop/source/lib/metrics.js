import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics that every service exposes, each labelled with the service's name. */
export function serviceMetrics(service) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 10],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (route, status, seconds) => duration.observe({ route, status: String(status) }, seconds),
  };
}
