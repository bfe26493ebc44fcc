/** What the benches vary about an alert; the rest of a body is as Alertmanager writes it. */
export type Sample = {
  fingerprint: string;
  name: string;
  service: string;
  severity?: 'critical' | 'warning' | 'info';
  status?: 'firing' | 'resolved';
  startsAt: Date;
  endsAt?: Date;
};

/** An Alertmanager webhook body, version 4, with these alerts: one where `group_by: ['...']` is set. */
export function webhookBody(samples: readonly Sample[]): string {
  const [first] = samples;
  const labels = first ? labelsOf(first) : {};
  return JSON.stringify({
    version: '4',
    groupKey: `{}:${JSON.stringify(labels)}`,
    truncatedAlerts: 0,
    status: samples.some((one) => one.status !== 'resolved') ? 'firing' : 'resolved',
    receiver: 'sitrep',
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    alerts: samples.map(alertOf),
  });
}

/** One alert as it stands in the webhook's list. */
export function alertOf(sample: Sample): object {
  return {
    status: sample.status ?? 'firing',
    labels: labelsOf(sample),
    annotations: {
      summary: `${sample.name} on ${sample.service}`,
      description: `${sample.service} has been over its limit for five minutes; see the dashboard of the service.`,
      runbook_url: `https://runbooks.example/${sample.name}`,
    },
    startsAt: sample.startsAt.toISOString(),
    endsAt: sample.endsAt?.toISOString() ?? '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    fingerprint: sample.fingerprint,
  };
}

function labelsOf(sample: Sample): Record<string, string> {
  return {
    alertname: sample.name,
    service: sample.service,
    severity: sample.severity ?? 'warning',
    cluster: 'bench',
    instance: `10.0.${sample.fingerprint.length}.7:9100`,
    namespace: 'prod',
    pod: `${sample.service}-${sample.fingerprint}`,
  };
}
