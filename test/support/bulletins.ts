import type { Bulletin, QuietReport, QuietRule, StormIncident } from '../../src/incident/bulletin.ts';
import { minutesAfter, NOON } from './incident-view.ts';

type Storm = Extract<Bulletin, { kind: 'storm' }>;

export function aStorm(
  changes: Partial<Omit<Storm, 'report'>> & { report?: Partial<Storm['report']> } = {},
): Storm {
  return {
    id: 3,
    kind: 'storm',
    openedAt: minutesAfter(1),
    endedAt: null,
    ...changes,
    report: {
      from: NOON,
      why: '1,520 alert messages came in within 15 s, where 40 a minute are usual',
      received: { total: 10_432, fresh: 812, repeated: 9_500, resolved: 120 },
      alerts: { total: 812, inIncidents: 640, quiet: 150, unplaced: 22 },
      incidents: { critical: 1, warning: 2, info: 0 },
      listed: [
        aStormIncident({ id: 21, severity: 'critical', title: 'checkout: payments fail', hasThread: true }),
        aStormIncident({ id: 23 }),
        aStormIncident({ id: 22, state: 'resolved' }),
      ],
      ...changes.report,
    },
  };
}

export function aStormIncident(changes: Partial<StormIncident> = {}): StormIncident {
  return {
    id: 22,
    title: 'storefront: pages are slow',
    severity: 'warning',
    state: 'awaiting',
    alerts: 212,
    hasThread: false,
    ...changes,
  };
}

export function aQuietReport(changes: Partial<QuietReport> = {}): QuietReport {
  return {
    from: NOON,
    to: minutesAfter(1440),
    alerts: { total: 1_250, inIncidents: 200, quiet: 1_050, unplaced: 0 },
    reasons: [
      { reason: 'maintenance', count: 900 },
      { reason: 'flapping', count: 150 },
    ],
    rules: [aQuietRule(), aQuietRule({ name: 'DiskFilling', service: null, reason: 'flapping', count: 150 })],
    ...changes,
  };
}

export function aQuietRule(changes: Partial<QuietRule> = {}): QuietRule {
  return {
    name: 'PodRestarted',
    service: 'checkout',
    reason: 'maintenance',
    why: 'the maintenance window “cluster upgrade” covers checkout until 14:00',
    count: 900,
    lastAt: minutesAfter(600),
    ...changes,
  };
}
