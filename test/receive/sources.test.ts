import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertsOf, NOW, readAs, snsMessage, TOPIC } from '../support/webhooks.ts';
import {
  alarm,
  alertmanagerBody,
  anomaly,
  checkRun,
  checkSuite,
  cloudEvent,
  codeScanningAlert,
  datadogBody,
  dependabotAlert,
  deploymentStatus,
  everyExample,
  grafanaBody,
  jsonBody,
  opsgenieBody,
  pagerdutyBody,
  pagerdutyService,
  secretAlert,
  sentryIssue,
  sentryIssueAlert,
  sentryMetricAlert,
  workflowRun,
} from './examples.ts';

const one = async (...args: Parameters<typeof alertsOf>) => {
  const alerts = await alertsOf(...args);
  expect(alerts).toHaveLength(1);
  return alerts[0]!;
};
const at = (text: string) => new Date(`2026-03-04T${text}Z`);

/** The pair that a resolve must make with its firing: same signal, and not before it. */
async function expectEnds(firing: ReturnType<typeof one>, resolve: ReturnType<typeof one>) {
  const [begun, ended] = [await firing, await resolve];
  expect(ended).toMatchObject({ status: 'resolved', source: begun.source, fingerprint: begun.fingerprint });
  expect(begun).toMatchObject({ status: 'firing', endsAt: null });
  expect(ended.endsAt!.getTime()).toBeGreaterThanOrEqual(begun.startsAt.getTime());
  if (ended.identifiedBy === 'start') expect(ended.startsAt).toEqual(begun.startsAt);
  else expect(ended.startsAt).toEqual(ended.endsAt);
}

describe('alertmanager', () => {
  it('says of each alert of a group whether it fires', async () => {
    expect(await alertsOf('alertmanager', alertmanagerBody)).toMatchObject([
      { name: 'HighLatency', service: 'search', severity: 'critical', status: 'firing', endsAt: null },
      { service: 'login', severity: 'warning', status: 'resolved', endsAt: at('02:30:00') },
    ]);
  });

  it('takes what a real Alertmanager 0.25 has sent: firing, mixed, resolved', async () => {
    const capture = JSON.parse(
      readFileSync(new URL('./alertmanager-0.25.json', import.meta.url), 'utf8'),
    ) as Record<'firing' | 'mixed' | 'resolved', { body: object }>;
    const firing = await alertsOf('alertmanager', capture.firing.body);
    const mixed = await alertsOf('alertmanager', capture.mixed.body);
    const resolved = await alertsOf('alertmanager', capture.resolved.body);
    expect(firing.every((alert) => alert.status === 'firing' && alert.endsAt === null)).toBe(true);
    expect(new Set(mixed.map((alert) => alert.status))).toEqual(new Set(['firing', 'resolved']));
    expect(resolved.every((alert) => alert.status === 'resolved' && alert.endsAt !== null)).toBe(true);
    expect(firing[0]).toMatchObject({ identifiedBy: 'start', service: 'cart-api', severity: 'critical' });
  });
});

describe('grafana', () => {
  it('reads the superset, shows the panel, and takes the kind from a label', async () => {
    expect(await one('grafana', grafanaBody)).toMatchObject({
      source: 'grafana',
      name: 'Spend',
      kind: 'cost',
      severity: 'info',
      startsAt: at('03:00:00'),
      link: 'https://grafana.example/d/abc?viewPanel=2',
    });
  });
});

describe('pagerduty', () => {
  it('opens with an incident and ends with its resolve', async () => {
    expect(await one('pagerduty', pagerdutyBody())).toMatchObject({
      fingerprint: 'QINC0001',
      name: 'Disk of db-1 is nearly full',
      service: 'orders-db',
      severity: 'warning',
      startsAt: at('03:00:00'),
      link: 'https://example.pagerduty.com/incidents/QINC0001',
    });
    await expectEnds(
      one('pagerduty', pagerdutyBody()),
      one('pagerduty', pagerdutyBody('incident.resolved', 'resolved')),
    );
  });

  it.each([
    ['P1', 'low', 'critical'],
    ['P3', 'high', 'critical'],
    ['P5', 'low', 'warning'],
    ['Whatever', 'low', 'warning'],
  ])('takes priority %s with urgency %s for %s', async (summary, urgency, severity) => {
    const body = pagerdutyBody('incident.priority_updated', 'acknowledged', {
      priority: { summary },
      urgency,
    });
    expect(await one('pagerduty', body)).toMatchObject({ severity, status: 'firing' });
  });

  it('begins anew when an incident is reopened', async () => {
    const body = pagerdutyBody('incident.reopened', 'triggered', { reopened_at: '2026-03-04T03:04:00Z' });
    expect(await one('pagerduty', body)).toMatchObject({ startsAt: at('03:04:00') });
  });

  it('needs neither priority, service nor title', async () => {
    const bare = { priority: null, service: null, title: null };
    expect(await one('pagerduty', pagerdutyBody('incident.triggered', 'triggered', bare))).toMatchObject({
      name: 'unnamed alert',
      service: null,
    });
  });

  it.each([
    ['a change of a service', pagerdutyService],
    ['a note', pagerdutyBody('incident.annotated', 'triggered', { type: 'incident_note' })],
    ['a responder', pagerdutyBody('incident.responder.added')],
    ['a test', { event: { id: 'p', event_type: 'pagey.ping', data: { type: 'ping' } } }],
  ])('answers %s and keeps nothing', async (_, body) => {
    expect(await readAs('pagerduty', body)).toMatchObject({ kind: 'alerts', alerts: [] });
  });

  it('gives the event id, by which a repetition is known', async () => {
    expect(await readAs('pagerduty', pagerdutyBody())).toMatchObject({ deliveryId: '01DJ8ZQX3N0Y0Q' });
  });

  it('refuses an incident that it cannot read instead of losing it', async () => {
    const body = pagerdutyBody('incident.triggered', 'on fire');
    expect(await readAs('pagerduty', body)).toMatchObject({ kind: 'refused', refusal: { status: 400 } });
  });
});

describe('datadog', () => {
  it('reads the template of the documentation', async () => {
    expect(await one('datadog', datadogBody())).toMatchObject({
      fingerprint: '1234567 host:web-1',
      name: 'CPU is high on web-1',
      service: 'web',
      severity: 'critical',
      startsAt: at('03:00:00'),
      labels: { env: 'prod', monitor: 'true', host: 'web-1' },
    });
    await expectEnds(
      one('datadog', datadogBody()),
      one(
        'datadog',
        datadogBody({ alert_transition: 'Recovered', alert_type: 'success', date_posix: '1772593500' }),
      ),
    );
  });

  it('is exactly the template: every variable in it is read', async () => {
    const template = JSON.parse(
      readFileSync(new URL('../../docs/datadog-webhook.json', import.meta.url), 'utf8'),
    ) as object;
    expect(Object.keys(template).sort()).toEqual(Object.keys(datadogBody()).sort());
    // Unfilled, it still is an alert and not a text full of dollars.
    expect(await one('datadog', template)).toMatchObject({ name: 'unnamed alert', startsAt: NOW });
  });

  it.each([
    ['Warn', 'warning', '', 'warning'],
    ['Warn', 'warning', 'P1', 'critical'],
    ['Triggered', 'error', 'P5', 'critical'],
    ['No Data', 'something new', '', 'warning'],
    ['Renotify', 'info', 'P4', 'warning'],
  ])('%s of type %s with priority “%s” is %s', async (alert_transition, alert_type, priority, severity) => {
    const alert = await one('datadog', datadogBody({ alert_transition, alert_type, priority }));
    expect(alert).toMatchObject({ severity, status: 'firing' });
  });

  it('takes the kind from a tag', async () => {
    expect(await one('datadog', datadogBody({ tags: 'kind:security' }))).toMatchObject({ kind: 'security' });
  });
});

describe('sentry', () => {
  const issueAlert = { 'sentry-hook-resource': 'event_alert', 'request-id': 'r-1' };
  const issue = { 'sentry-hook-resource': 'issue' };
  const metric = { 'sentry-hook-resource': 'metric_alert' };

  it('opens with an issue alert, which the issue’s end resolves', async () => {
    expect(await one('sentry', sentryIssueAlert, issueAlert)).toMatchObject({
      name: 'TypeError: total is undefined',
      severity: 'critical',
      service: null,
      labels: { environment: 'production', release: 'shop@1.2.3', project: '7' },
    });
    await expectEnds(
      one('sentry', sentryIssueAlert, issueAlert),
      one('sentry', sentryIssue('resolved'), issue),
    );
    expect(await readAs('sentry', sentryIssueAlert, issueAlert)).toMatchObject({ deliveryId: 'r-1' });
  });

  it('keeps the frames of the application, the innermost first, and reads past what is no frame', async () => {
    const frame = (filename: string, lineno: unknown, in_app: unknown = true) => ({
      filename,
      lineno,
      in_app,
      function: 'total',
    });
    const withFrames = (frames: unknown) => {
      const body = structuredClone(sentryIssueAlert);
      Object.assign(body.data.event, {
        exception: { values: [{ type: 'TypeError', stacktrace: { frames } }] },
      });
      return one('sentry', body, issueAlert);
    };
    const told = await withFrames([
      frame('node_modules/express/index.js', 1, false),
      frame('services/checkout/cart.js', 12),
      'no frame',
      frame('services/checkout/total.js', 'seven'),
      frame('services/checkout/coupon.js', 7),
    ]);
    expect(told).toMatchObject({
      annotations: {
        stacktrace: 'at total (services/checkout/coupon.js:7)\nat total (services/checkout/cart.js:12)',
      },
    });
    const many = await withFrames(Array.from({ length: 5000 }, (_, n) => frame(`a${n}.js`, n + 1)));
    expect(String(many?.annotations['stacktrace']).split('\n')).toHaveLength(20);
    expect(await withFrames('nothing')).toMatchObject({
      name: 'TypeError: total is undefined',
      annotations: {},
    });
  });

  it('knows the end of an alert again under any request id, which is not signed', async () => {
    const id = async (body: object, request: string) => {
      const said = await readAs('sentry', body, { ...issue, 'request-id': request });
      return said.kind === 'alerts' ? said.deliveryId : null;
    };
    expect(await id(sentryIssue('resolved'), 'r-1')).toBe(await id(sentryIssue('resolved'), 'r-2'));
    expect(await id(sentryIssue('unresolved'), 'r-1')).not.toBe(await id(sentryIssue('unresolved'), 'r-2'));
  });

  it('follows a metric alert', async () => {
    expect(await one('sentry', sentryMetricAlert(), metric)).toMatchObject({
      name: 'Too many errors',
      severity: 'critical',
      startsAt: at('02:58:00'),
    });
    await expectEnds(
      one('sentry', sentryMetricAlert(), metric),
      one('sentry', sentryMetricAlert('resolved'), metric),
    );
  });

  it.each([
    ['issue', sentryIssue('created')],
    ['issue', sentryIssue('assigned')],
    ['installation', { action: 'created' }],
    ['comment', { action: 'created' }],
    ['error', { action: 'created' }],
  ])('keeps nothing of %s', async (resource, body) => {
    expect(await alertsOf('sentry', body, { 'sentry-hook-resource': resource })).toEqual([]);
  });
});

describe('cloudwatch', () => {
  it('opens with ALARM and ends with OK', async () => {
    expect(await one('cloudwatch', snsMessage(alarm()))).toMatchObject({
      name: 'orders-queue-age',
      severity: 'warning',
      kind: 'operational',
      startsAt: new Date('2026-03-04T03:09:57.001Z'),
      labels: { QueueName: 'orders', namespace: 'AWS/SQS', region: 'eu-west-1', account: '123456789012' },
    });
    const ok = alarm('OK', { StateChangeTime: '2026-03-04T03:09:59.000+0000' });
    await expectEnds(one('cloudwatch', snsMessage(alarm())), one('cloudwatch', snsMessage(ok)));
  });

  it('does not take missing data for health', async () => {
    expect(await one('cloudwatch', snsMessage(alarm('INSUFFICIENT_DATA')))).toMatchObject({
      status: 'firing',
    });
  });

  it('takes cost anomalies and budgets as signals of cost', async () => {
    expect(await one('cloudwatch', snsMessage(anomaly))).toMatchObject({
      kind: 'cost',
      summary: 'Cost anomaly: Amazon EC2, 1001.46 USD more than expected',
      startsAt: new Date('2026-03-02T00:00:00Z'),
    });
    const budget = 'AWS Budget Notification\n\nBudget Name: monthly\nBudget Type: Cost\nACTUAL Amount: $120';
    expect(
      await one('cloudwatch', snsMessage(budget, { Subject: 'AWS Budgets: monthly is over' })),
    ).toMatchObject({
      kind: 'cost',
      name: 'Budget monthly',
      summary: 'AWS Budgets: monthly is over',
    });
  });

  it('makes an alert of anything else that is published to a topic for alerts', async () => {
    expect(await one('cloudwatch', snsMessage('The backup failed'))).toMatchObject({
      name: 'A subject',
      summary: 'The backup failed',
      severity: 'warning',
      labels: { topic: TOPIC },
    });
  });
});

describe('github', () => {
  const event = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });

  it.each([
    ['workflow_run', workflowRun, 'CI on main'],
    ['check_suite', checkSuite, 'CI App checks on main'],
    ['check_run', checkRun, 'lint on main'],
  ])('opens with a red %s on the default branch and ends with a green one', async (name, body, title) => {
    expect(await one('github', body('failure'), event(name))).toMatchObject({
      name: title,
      service: 'shop',
      severity: 'warning',
    });
    await expectEnds(
      one('github', body('failure'), event(name)),
      one('github', body('success'), event(name)),
    );
    expect(await alertsOf('github', body('cancelled'), event(name))).toEqual([]);
  });

  it('leaves other branches to those who work on them', async () => {
    expect(await alertsOf('github', workflowRun('failure', 'topic'), event('workflow_run'))).toEqual([]);
  });

  it('follows deployments', async () => {
    await expectEnds(
      one('github', deploymentStatus('failure'), event('deployment_status')),
      one('github', deploymentStatus('success'), event('deployment_status')),
    );
    expect(await alertsOf('github', deploymentStatus('in_progress'), event('deployment_status'))).toEqual([]);
  });

  it.each([
    ['secret_scanning_alert', secretAlert, 'resolved', 'critical'],
    ['dependabot_alert', dependabotAlert, 'fixed', 'critical'],
    ['code_scanning_alert', codeScanningAlert, 'fixed', 'warning'],
  ])('takes %s for a signal of security', async (name, body, end, severity) => {
    const created = await one('github', body('created'), event(name));
    expect(created).toMatchObject({ kind: 'security', severity, service: 'shop', startsAt: at('03:00:00') });
    expect(JSON.stringify(created)).not.toContain('never-keep-this');
    await expectEnds(one('github', body('created'), event(name)), one('github', body(end), event(name)));
    expect(await alertsOf('github', body('assigned'), event(name))).toEqual([]);
  });

  it.each(['ping', 'push', 'constructor', '__proto__', ''])(
    'keeps nothing of the event “%s”',
    async (name) => {
      expect(await readAs('github', { zen: 'Design for failure.' }, event(name))).toMatchObject({
        kind: 'alerts',
        alerts: [],
        deliveryId: 'd-1',
      });
    },
  );
});

describe('opsgenie', () => {
  it.each(['opsgenie', 'jsm'])('opens with Create and ends with Close, as %s', async (source) => {
    expect(await one(source, opsgenieBody())).toMatchObject({
      source: 'opsgenie',
      fingerprint: 'db-lag',
      service: 'orders-db',
      severity: 'critical',
      startsAt: at('03:00:00'),
      labels: { zone: 'b', entity: 'db-2' },
    });
    await expectEnds(one(source, opsgenieBody()), one(source, opsgenieBody('Close')));
  });

  it.each(['Acknowledge', 'AddNote', 'AssignOwnership', 'toString'])(
    'keeps nothing of %s',
    async (action) => {
      expect(await alertsOf('opsgenie', opsgenieBody(action))).toEqual([]);
    },
  );

  it.each([
    ['P1', 'critical'],
    ['P3', 'warning'],
    ['P4', 'warning'],
    ['P5', 'info'],
    ['P9', 'warning'],
    [undefined, 'warning'],
  ])('takes priority %s for %s', async (priority, severity) => {
    expect(await one('opsgenie', opsgenieBody('Create', { priority }))).toMatchObject({ severity });
  });
});

describe('cloudevents', () => {
  const type = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

  it('reads a structured event, and its end by the type', async () => {
    expect(await one('cloudevents', cloudEvent(), type)).toMatchObject({
      name: 'Checkout does not answer',
      service: 'checkout',
      severity: 'critical',
      startsAt: at('03:00:00'),
      labels: { zone: 'b', event_type: 'com.example.probe.firing', event_source: '/probes/checkout' },
    });
    const end = { id: 'e-2', type: 'com.example.probe.resolved', time: '2026-03-04T03:05:00Z', data: {} };
    await expectEnds(one('cloudevents', cloudEvent(), type), one('cloudevents', cloudEvent(end), type));
  });

  it('knows a repetition by source and id', async () => {
    expect(await readAs('cloudevents', cloudEvent())).toMatchObject({ deliveryId: '/probes/checkout e-1' });
  });

  it.each([undefined, null, 'words', 7, [], { status: 'strange', title: 'Odd' }])(
    'makes an alert of an event with the data %j',
    async (data) => {
      expect(await one('cloudevents', cloudEvent({ data }))).toMatchObject({ status: 'firing' });
    },
  );

  it('reads a batch, also an empty one', async () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    expect(await alertsOf('cloudevents', [cloudEvent(), cloudEvent({ id: 'e-2' })], batch)).toHaveLength(2);
    expect(await alertsOf('cloudevents', [], batch)).toEqual([]);
  });

  it.each([{ specversion: '0.3' }, { type: '' }, { id: undefined }])('refuses %j', async (over) => {
    expect(await readAs('cloudevents', cloudEvent(over))).toMatchObject({ refusal: { status: 400 } });
  });
});

describe('json', () => {
  it('needs a name and nothing else', async () => {
    expect(await one('json', { name: 'Backup is late' })).toMatchObject({
      name: 'Backup is late',
      status: 'firing',
      severity: 'warning',
      kind: 'operational',
      service: null,
      startsAt: NOW,
      identifiedBy: 'fingerprint',
    });
  });

  it('ends with the same name, service and labels, whatever their order', async () => {
    await expectEnds(
      one('json', jsonBody()),
      one('json', jsonBody({ status: 'resolved', labels: { tries: '3', host: 'nas' } })),
    );
    const other = await one('json', jsonBody({ labels: { host: 'other' } }));
    expect(other.fingerprint).not.toBe((await one('json', jsonBody())).fingerprint);
  });

  it('takes a list, an object with a list, a kind and a start', async () => {
    const startsAt = '2026-03-04T02:00:00Z';
    const alerts = [
      jsonBody({ kind: 'cost', startsAt }),
      jsonBody({ kind: 'security', severity: 'critical' }),
    ];
    const expected = [
      { kind: 'cost', identifiedBy: 'start', startsAt: at('02:00:00') },
      { kind: 'security', severity: 'critical' },
    ];
    expect(await alertsOf('json', alerts)).toMatchObject(expected);
    expect(await alertsOf('json', { alerts })).toMatchObject(expected);
  });

  it.each([
    [{ service: 'x' }, /^name/],
    [{ name: '' }, /^name/],
    [{ name: 'x', status: 'broken' }, /^status/],
    [{ name: 'x', kind: 'other' }, /^kind/],
    [{ name: 'x', startsAt: 'yesterday' }, /^startsAt/],
    [{ alerts: [] }, /^alerts/],
    [{ alerts: [{ name: 'x' }, {}] }, /^alerts\.1\.name/],
    ['words', /^the body/],
    [null, /^the body/],
  ])('refuses %j and names the field', async (body, error) => {
    expect(await readAs('json', body)).toMatchObject({
      refusal: {
        status: 400,
        error: expect.stringMatching(error),
        fix: expect.stringContaining('docs/sources.md'),
      },
    });
  });
});

describe('whatever the source', () => {
  const nasty = 'A\u202eB\u0000C\u200b\ud800';

  it.each(everyExample)(
    '$source leaves no text of $body that is not inert',
    async ({ source, body, headers }) => {
      const spoil = (value: unknown, key = ''): unknown => {
        if (typeof value === 'object' && value !== null) {
          if (Array.isArray(value)) return value.map((item) => spoil(item));
          return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spoil(item, name)]));
        }
        return /title|summary|message|description|name|culprit|text$/i.test(key) && typeof value === 'string'
          ? `${nasty}${value}`
          : value;
      };
      // What SNS has signed is spoilt within, and signed then.
      const spoilt =
        source === 'cloudwatch'
          ? snsMessage(spoil(JSON.parse((body as { Message: string }).Message)))
          : (spoil(body) as object);
      const texts = JSON.stringify(await alertsOf(source, spoilt, headers));
      // oxlint-disable-next-line no-control-regex -- these are exactly the characters to be found
      expect(texts).not.toMatch(/[\u0000-\u001f\u202e\u200b]|\\u0000|\\ud800/);
    },
  );

  it.each(everyExample)(
    '$source keeps every time within what a database holds',
    async ({ source, body, headers }) => {
      for (const mad of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
        const text = JSON.stringify(body).replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+(Z|\+\d\d:?\d\d)/g, mad);
        const changed =
          source === 'cloudwatch'
            ? snsMessage((JSON.parse(text) as { Message: string }).Message)
            : (JSON.parse(text) as object);
        for (const alert of await alertsOf(source, changed, headers)) {
          for (const time of [alert.startsAt, alert.endsAt ?? alert.startsAt]) {
            expect(time.getUTCFullYear()).toBeGreaterThanOrEqual(1970);
            expect(time.getUTCFullYear()).toBeLessThanOrEqual(2200);
          }
        }
      }
    },
  );
});
