import type { Labels } from './exposition.ts';
import { fingerprint } from './fingerprint.ts';

/** An alert on its way to a receiver; `endsAt` once it has resolved. */
export type OutgoingAlert = {
  labels: Labels;
  annotations: Labels;
  startsAt: Date;
  endsAt?: Date;
  generatorURL: string;
};

/** How Go writes the time that is none: the end of an alert that still fires. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** The body that Alertmanager posts to webhooks (version 4) for one group of alerts. */
export function webhookBody(group: {
  receiver: string;
  groupLabels: Labels;
  alerts: OutgoingAlert[];
  externalURL: string;
}) {
  const alerts = group.alerts.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  return {
    receiver: group.receiver,
    status: alerts.some((alert) => alert.endsAt === undefined) ? 'firing' : 'resolved',
    alerts: alerts.map((alert) => ({
      status: alert.endsAt === undefined ? 'firing' : 'resolved',
      labels: sorted(alert.labels),
      annotations: sorted(alert.annotations),
      startsAt: alert.startsAt.toISOString(),
      endsAt: alert.endsAt?.toISOString() ?? NO_TIME,
      generatorURL: alert.generatorURL,
      fingerprint: fingerprint(alert.labels),
    })),
    groupLabels: sorted(group.groupLabels),
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    externalURL: group.externalURL,
    version: '4',
    groupKey: groupKey(group.groupLabels),
    truncatedAlerts: 0,
  };
}

/** The key of a group under Alertmanager's root route. */
export function groupKey(labels: Labels): string {
  const pairs = Object.entries(sorted(labels)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{}:{${pairs.join(', ')}}`;
}

/** The page of an expression in Prometheus, escaped as Go's url.QueryEscape does. */
export function expressionUrl(externalURL: string, expression: string): string {
  const escaped = encodeURIComponent(expression)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${externalURL}/graph?g0.expr=${escaped}&g0.tab=1`;
}

function common(all: Labels[]): Labels {
  const [first, ...others] = all;
  if (first === undefined) return {};
  return sorted(
    Object.fromEntries(
      Object.entries(first).filter(([name, value]) => others.every((o) => o[name] === value)),
    ),
  );
}

function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
