import { snsMessage } from '../support/webhooks.ts';

// One body for each source and kind of message, written in the shape that its maker documents.

export const alertmanagerBody = {
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'sitrep',
  groupLabels: { alertname: 'HighLatency' },
  commonLabels: { alertname: 'HighLatency' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example:9093',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'HighLatency', service: 'search', severity: 'page' },
      annotations: { summary: 'search is slow', description: 'p99 is 4 s' },
      startsAt: '2026-03-04T03:00:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example/graph?g0.expr=x',
      fingerprint: '9f1c2d3e4a5b6c7d',
    },
    {
      status: 'resolved',
      labels: { alertname: 'HighLatency', service: 'login', severity: 'warning' },
      annotations: {},
      startsAt: '2026-03-04T02:00:00.000Z',
      endsAt: '2026-03-04T02:30:00.000Z',
      generatorURL: '',
      fingerprint: '0a1b2c3d4e5f6071',
    },
  ],
};

export const grafanaBody = {
  receiver: 'sitrep',
  status: 'firing',
  orgId: 1,
  version: '1',
  groupKey: '{}/{}:{alertname="Spend"}',
  truncatedAlerts: 0,
  title: '[FIRING:1] Spend',
  state: 'alerting',
  message: '**Firing**',
  externalURL: 'https://grafana.example/',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Spend', grafana_folder: 'Cost', kind: 'cost', severity: 'info' },
      annotations: { summary: 'Spend is above plan' },
      startsAt: '2026-03-04T04:00:00+01:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://grafana.example/alerting/grafana/abc/view',
      fingerprint: 'c6eadffa33fcdf99',
      silenceURL: 'https://grafana.example/alerting/silence/new',
      dashboardURL: 'https://grafana.example/d/abc',
      panelURL: 'https://grafana.example/d/abc?viewPanel=2',
      values: { A: 1250.5, C: 1 },
      valueString: '[ var=A value=1250.5 ]',
    },
  ],
};

export const pagerdutyBody = (type = 'incident.triggered', status = 'triggered', data: object = {}) => ({
  event: {
    id: '01DJ8ZQX3N0Y0Q',
    event_type: type,
    resource_type: 'incident',
    occurred_at: '2026-03-04T03:05:00.000Z',
    agent: { id: 'PABC123', type: 'user_reference', summary: 'Somebody' },
    client: null,
    data: {
      id: 'QINC0001',
      type: 'incident',
      self: 'https://api.pagerduty.com/incidents/QINC0001',
      html_url: 'https://example.pagerduty.com/incidents/QINC0001',
      number: 41,
      status,
      incident_key: 'k-41',
      created_at: '2026-03-04T03:00:00Z',
      title: 'Disk of db-1 is nearly full',
      service: { id: 'PSVC1', type: 'service_reference', summary: 'orders-db' },
      assignees: [],
      escalation_policy: { id: 'PESC1', type: 'escalation_policy_reference', summary: 'Default' },
      teams: [],
      priority: { id: 'PPRIO', type: 'priority_reference', summary: 'P3' },
      urgency: 'low',
      conference_bridge: null,
      resolve_reason: null,
      ...data,
    },
  },
});

export const pagerdutyService = {
  event: {
    id: '01SERVICE',
    event_type: 'service.updated',
    resource_type: 'service',
    occurred_at: '2026-03-04T03:05:00.000Z',
    agent: null,
    client: null,
    data: { id: 'PSVC1', type: 'service', summary: 'orders-db' },
  },
};

export const datadogBody = (over: object = {}) => ({
  alert_id: '1234567',
  alert_cycle_key: '8271638123',
  aggreg_key: 'ab12',
  alert_transition: 'Triggered',
  alert_title: '[Triggered on {host:web-1}] CPU is high on web-1',
  alert_type: 'error',
  priority: 'P3',
  scope: 'host:web-1',
  metric: 'system.cpu.user',
  query: 'avg(last_5m):avg:system.cpu.user{*} by {host} > 90',
  hostname: 'web-1',
  link: 'https://app.datadoghq.example/monitors/1234567',
  tags: 'service:web,env:prod,monitor',
  text: 'CPU has been above 90 % for five minutes.',
  date_posix: '1772593200',
  ...over,
});

export const sentryIssueAlert = {
  action: 'triggered',
  actor: { id: 'sentry', name: 'Sentry', type: 'application' },
  installation: { uuid: '00000000-0000-4000-8000-000000000001' },
  data: {
    event: {
      event_id: '5a2c1f6e',
      issue_id: '778899',
      issue_url: 'https://sentry.example/api/0/issues/778899/',
      title: 'TypeError: total is undefined',
      culprit: 'checkout/total',
      level: 'fatal',
      datetime: '2026-03-04T03:01:02.345000Z',
      environment: 'production',
      release: 'shop@1.2.3',
      project: 7,
      platform: 'node',
      tags: [['level', 'fatal']],
      web_url: 'https://sentry.example/organizations/shop/issues/778899/events/5a2c1f6e/',
    },
    triggered_rule: 'Anything fatal',
  },
};

export const sentryMetricAlert = (action = 'critical') => ({
  action,
  actor: { id: 'sentry', name: 'Sentry', type: 'application' },
  data: {
    description_title: 'Critical: Too many errors',
    description_text: '5000 events in the last 10 minutes',
    web_url: 'https://sentry.example/organizations/shop/alerts/rules/details/5/',
    metric_alert: {
      id: '991',
      identifier: '12',
      title: 'Too many errors',
      date_started: '2026-03-04T02:58:00Z',
      date_detected: '2026-03-04T02:58:30Z',
      date_closed: action === 'resolved' ? '2026-03-04T03:08:00Z' : null,
      projects: ['shop'],
      status: 20,
      alert_rule: { id: '5', name: 'Too many errors', aggregate: 'count()', time_window: 10, triggers: [] },
    },
  },
});

export const sentryIssue = (action = 'resolved') => ({
  action,
  actor: { id: 5, name: 'Somebody', type: 'user' },
  data: {
    issue: {
      id: '778899',
      title: 'TypeError: total is undefined',
      culprit: 'checkout/total',
      level: 'error',
      status: action,
      project: { id: '7', name: 'shop', slug: 'shop' },
    },
  },
});

export const alarm = (state = 'ALARM', over: object = {}) => ({
  AlarmName: 'orders-queue-age',
  AlarmDescription: 'Orders wait too long',
  AWSAccountId: '123456789012',
  AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
  NewStateValue: state,
  NewStateReason: 'Threshold Crossed: 3 out of 3 datapoints were greater than the threshold (300.0).',
  StateChangeTime: '2026-03-04T03:09:57.001+0000',
  Region: 'EU (Ireland)',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-queue-age',
  OldStateValue: 'OK',
  OKActions: [],
  AlarmActions: [],
  Trigger: {
    MetricName: 'ApproximateAgeOfOldestMessage',
    Namespace: 'AWS/SQS',
    Statistic: 'MAXIMUM',
    Dimensions: [{ value: 'orders', name: 'QueueName' }],
    Period: 60,
    Threshold: 300,
  },
  ...over,
});

export const anomaly = {
  accountId: '123456789012',
  accountName: 'shop',
  anomalyId: '4e8d7f9c-2a1b-4c3d-9e8f-7a6b5c4d3e2f',
  anomalyStartDate: '2026-03-02T00:00:00Z',
  anomalyEndDate: '2026-03-03T00:00:00Z',
  anomalyScore: { maxScore: 0.9, currentScore: 0.9 },
  anomalyDetailsLink: 'https://console.aws.amazon.com/cost-management/home#/anomaly-detection',
  dimensionalValue: 'Amazon EC2',
  impact: { maxImpact: 151, totalActualSpend: 1301, totalExpectedSpend: 300, totalImpact: 1001.456 },
  monitorArn: 'arn:aws:ce::123456789012:anomalymonitor/abc',
  monitorName: 'All services',
  monitorType: 'DIMENSIONAL',
  rootCauses: [
    { linkedAccount: '123456789012', region: 'eu-west-1', service: 'Amazon EC2', usageType: 'BoxUsage' },
  ],
  subscriptionId: 'abc',
  subscriptionName: 'now',
};

const repository = {
  id: 1,
  name: 'shop',
  full_name: 'example/shop',
  default_branch: 'main',
  html_url: 'https://github.com/example/shop',
};

export const workflowRun = (conclusion: string, branch = 'main') => ({
  action: 'completed',
  repository,
  sender: { login: 'octocat' },
  workflow: { id: 55, name: 'CI' },
  workflow_run: {
    id: 900,
    name: 'CI',
    workflow_id: 55,
    head_branch: branch,
    head_sha: 'aa11bb22',
    status: 'completed',
    conclusion,
    updated_at: '2026-03-04T03:02:00Z',
    html_url: 'https://github.com/example/shop/actions/runs/900',
  },
});

export const checkSuite = (conclusion: string) => ({
  action: 'completed',
  repository,
  check_suite: {
    id: 31,
    head_branch: 'main',
    head_sha: 'aa11bb22',
    conclusion,
    updated_at: '2026-03-04T03:02:00Z',
    app: { slug: 'ci-app', name: 'CI App' },
  },
});

export const checkRun = (conclusion: string) => ({
  action: 'completed',
  repository,
  check_run: {
    id: 32,
    name: 'lint',
    head_sha: 'aa11bb22',
    conclusion,
    completed_at: '2026-03-04T03:02:00Z',
    html_url: 'https://github.com/example/shop/runs/32',
    check_suite: { id: 31, head_branch: 'main' },
  },
});

export const deploymentStatus = (state: string) => ({
  action: 'created',
  repository,
  deployment: { id: 4, task: 'deploy', ref: 'main', sha: 'aa11bb22', environment: 'production' },
  deployment_status: {
    id: 5,
    state,
    environment: 'production',
    description: 'The new version did not become ready',
    log_url: 'https://github.com/example/shop/actions/runs/901',
    target_url: '',
    updated_at: '2026-03-04T03:03:00Z',
  },
});

export const secretAlert = (action: string) => ({
  action,
  repository,
  alert: {
    number: 8,
    created_at: '2026-03-04T03:00:00Z',
    updated_at: '2026-03-04T03:04:00Z',
    resolved_at: action === 'resolved' ? '2026-03-04T03:04:00Z' : null,
    html_url: 'https://github.com/example/shop/security/secret-scanning/8',
    secret_type: 'example_api_key',
    secret_type_display_name: 'Example API key',
    secret: 'never-keep-this',
  },
});

export const dependabotAlert = (action: string, severity = 'high') => ({
  action,
  repository,
  alert: {
    number: 9,
    state: 'open',
    created_at: '2026-03-04T03:00:00Z',
    updated_at: '2026-03-04T03:04:00Z',
    html_url: 'https://github.com/example/shop/security/dependabot/9',
    dependency: { package: { ecosystem: 'npm', name: 'left-pad' }, manifest_path: 'package.json' },
    security_advisory: { ghsa_id: 'GHSA-0000', cve_id: null, summary: 'It may hang', severity },
  },
});

export const codeScanningAlert = (action: string) => ({
  action,
  repository,
  alert: {
    number: 10,
    created_at: '2026-03-04T03:00:00Z',
    updated_at: '2026-03-04T03:04:00Z',
    fixed_at: action === 'fixed' ? '2026-03-04T03:04:00Z' : null,
    html_url: 'https://github.com/example/shop/security/code-scanning/10',
    rule: { id: 'js/x', severity: 'error', security_severity_level: 'medium', description: 'Unsafe query' },
    tool: { name: 'Scanner' },
  },
});

export const opsgenieBody = (action = 'Create', over: object = {}) => ({
  action,
  source: { name: 'web', type: 'API' },
  integrationId: '00000000-0000-4000-8000-000000000002',
  integrationName: 'Sitrep',
  alert: {
    alertId: '70413a06-38d6-4c85-92b8-5ebc900d42e2-1772593200000',
    alias: 'db-lag',
    tinyId: '17',
    message: 'Replica lags behind',
    description: 'by 90 s',
    priority: 'P2',
    entity: 'db-2',
    source: 'monitoring',
    tags: ['service:orders-db', 'urgent'],
    details: { zone: 'b' },
    createdAt: 1772593200000,
    updatedAt: 1772593500000000000,
    username: 'system',
    ...over,
  },
});

export const cloudEvent = (over: object = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/probes/checkout',
  type: 'com.example.probe.firing',
  subject: 'checkout',
  time: '2026-03-04T03:00:00Z',
  datacontenttype: 'application/json',
  data: {
    title: 'Checkout does not answer',
    severity: 'critical',
    service: 'checkout',
    labels: { zone: 'b' },
  },
  ...over,
});

export const jsonBody = (over: object = {}) => ({
  name: 'Backup is late',
  service: 'backup',
  severity: 'warning',
  summary: 'No backup for 26 hours',
  labels: { host: 'nas', tries: 3 },
  ...over,
});

/** Every one of them with the headers it needs, for what must hold for all. */
export const everyExample: readonly { source: string; body: object; headers?: Record<string, string> }[] = [
  { source: 'alertmanager', body: alertmanagerBody },
  { source: 'grafana', body: grafanaBody },
  { source: 'pagerduty', body: pagerdutyBody() },
  { source: 'pagerduty', body: pagerdutyService },
  { source: 'datadog', body: datadogBody() },
  { source: 'sentry', body: sentryIssueAlert, headers: { 'sentry-hook-resource': 'event_alert' } },
  { source: 'sentry', body: sentryMetricAlert(), headers: { 'sentry-hook-resource': 'metric_alert' } },
  { source: 'sentry', body: sentryIssue(), headers: { 'sentry-hook-resource': 'issue' } },
  { source: 'github', body: workflowRun('failure'), headers: { 'x-github-event': 'workflow_run' } },
  { source: 'github', body: checkSuite('failure'), headers: { 'x-github-event': 'check_suite' } },
  { source: 'github', body: checkRun('failure'), headers: { 'x-github-event': 'check_run' } },
  { source: 'github', body: deploymentStatus('failure'), headers: { 'x-github-event': 'deployment_status' } },
  { source: 'github', body: secretAlert('created'), headers: { 'x-github-event': 'secret_scanning_alert' } },
  { source: 'github', body: dependabotAlert('created'), headers: { 'x-github-event': 'dependabot_alert' } },
  {
    source: 'github',
    body: codeScanningAlert('created'),
    headers: { 'x-github-event': 'code_scanning_alert' },
  },
  { source: 'opsgenie', body: opsgenieBody() },
  { source: 'jsm', body: opsgenieBody('Close') },
  { source: 'cloudevents', body: cloudEvent() },
  { source: 'cloudevents', body: [cloudEvent(), cloudEvent({ id: 'e-2', data: 'plain words' })] },
  { source: 'json', body: jsonBody() },
  { source: 'json', body: [jsonBody(), jsonBody({ name: 'Another' })] },
  { source: 'cloudwatch', body: snsMessage(alarm()) },
  { source: 'cloudwatch', body: snsMessage(anomaly) },
];
