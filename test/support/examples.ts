import type { Alert, StoredAlert } from '../../src/incident/alert.ts';
import type { Evidence, StoredEvidence } from '../../src/incident/evidence.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Service, ServiceCatalogue } from '../../src/incident/service.ts';

// Small, valid examples of the vocabulary for tests; each takes what matters to the test.

export const T0 = new Date('2026-03-04T03:00:00.000Z');

export function minutes(count: number, from: Date = T0): Date {
  return new Date(from.getTime() + count * 60_000);
}

export function alert(over: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    identifiedBy: 'start',
    kind: 'operational',
    startsAt: T0,
    status: 'firing',
    endsAt: null,
    name: 'ServiceErrorRateHigh',
    service: 'checkout',
    severity: 'critical',
    summary: 'checkout fails for 40 % of requests',
    description: '',
    labels: {},
    annotations: {},
    link: null,
    ...over,
  };
}

export function storedAlert(over: Partial<StoredAlert> = {}): StoredAlert {
  return { ...alert(over), id: 1, incidentId: 1, receivedAt: T0, ...over };
}

export function incident(over: Partial<Incident> = {}): Incident {
  return {
    id: 1,
    state: 'open',
    title: 'checkout: fails',
    service: 'checkout',
    services: ['checkout'],
    severity: 'critical',
    openedAt: T0,
    lastAlertAt: T0,
    resolvedAt: null,
    ...over,
  };
}

export function service(name: string, dependsOn: string[] = [], over: Partial<Service> = {}): Service {
  return {
    name,
    description: '',
    environment: 'production',
    dependsOn,
    kubernetes: { namespace: 'shop', deployment: name },
    github: { repo: 'acme/shop', paths: [`services/${name}`] },
    signals: [{ name: 'error ratio', query: `errors{service="${name}"}`, healthyBelow: 0.05 }],
    ...over,
  };
}

export function catalogue(...services: Service[]): ServiceCatalogue {
  return new Map(services.map((one) => [one.name, one]));
}

export const SHOP = catalogue(
  service('storefront', ['checkout', 'catalog']),
  service('checkout', ['pricing']),
  service('catalog'),
  service('pricing'),
);

export function stored(evidence: Evidence[]): StoredEvidence[] {
  return evidence.map((one, place) => ({ ...one, id: place + 1, current: true }));
}

export function deploy(
  over: Partial<Extract<Evidence['about'], { kind: 'deploy' }>> = {},
  score = 0.9,
): Evidence {
  return {
    title: 'pricing revision 3',
    quote: 'shop/pricing:bad',
    link: null,
    why: '2 min before the first alert',
    score,
    about: {
      kind: 'deploy',
      service: 'pricing',
      namespace: 'shop',
      deployment: 'pricing',
      revision: 3,
      previousRevision: 2,
      image: 'shop/pricing:bad',
      sha: 'b'.repeat(40),
      at: minutes(-2).toISOString(),
      running: true,
      secondsBefore: 120,
      ...over,
    },
  };
}
