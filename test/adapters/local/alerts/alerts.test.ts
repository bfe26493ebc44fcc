import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadRules, parseRules, type Rule } from '../../../../src/adapters/local/alerts/rules.ts';
import type { Target } from '../../../../src/adapters/local/alerts/scraper.ts';
import { startAlerts, type LocalAlerts } from '../../../../src/adapters/local/alerts/server.ts';
import { prometheusClient, PrometheusError } from '../../../../src/adapters/prometheus/client.ts';
import { startMisbehavingService, type MisbehavingService } from '../../../support/misbehaving-service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/webhook-receiver.ts';

const RULES_FILE = join(import.meta.dirname, '../../../../src/adapters/local/alerts/shop.rules.yaml');
const SOON = { timeout: 18_000, interval: 100 };

let home: string;
let service: MisbehavingService;
let hook: WebhookReceiver;
let alerts: LocalAlerts;
let targets: Target[];
let rules: Rule[];
let targetsFail: boolean;
let warnings: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sitrep-alerts-'));
  [service, hook] = await Promise.all([startMisbehavingService('checkout'), startWebhookReceiver()]);
  targets = [service.target];
  targetsFail = false;
  warnings = [];
  // A shorter wait than the demo's, so that each test takes seconds.
  rules = (await loadRules(RULES_FILE)).map((rule) =>
    rule.kind === 'alert' ? { ...rule, forMs: 500 } : rule,
  );
  await start();
});

afterEach(async () => {
  await Promise.all([alerts.stop(), service.stop(), hook.stop()]);
  await rm(home, { recursive: true });
});

async function start(): Promise<void> {
  alerts = await startAlerts({
    rules,
    targets: async () => {
      if (targetsFail) throw new Error('the cluster does not answer');
      return targets;
    },
    receivers: [{ url: hook.url, bearerToken: 'hook-token' }],
    intervalMs: 100,
    stateFile: join(home, 'firing.json'),
    log: { warn: (_, message) => warnings.push(message) },
  });
}

const client = () => prometheusClient({ url: alerts.url, timeoutMs: 2_000 });

const bodies = (status: string, alertname: string) =>
  hook.deliveries
    .map(({ body }) => body)
    .filter((body) => body.status === status && body.groupLabels.alertname === alertname);

async function told(status: string, alertname: string): Promise<any> {
  await vi.waitFor(() => expect(bodies(status, alertname)).not.toEqual([]), SOON);
  return bodies(status, alertname)[0];
}

test('an alert fires once, is listed, and resolves once', { timeout: 40_000 }, async () => {
  service.behave({ errorShare: 1, seconds: 0.02 });
  const firing = await told('firing', 'ServiceErrorRateHigh');
  expect(firing).toMatchObject({
    version: '4',
    receiver: 'sitrep',
    groupKey: '{}:{alertname="ServiceErrorRateHigh", service="checkout"}',
    truncatedAlerts: 0,
    commonLabels: { alertname: 'ServiceErrorRateHigh', service: 'checkout', severity: 'critical' },
  });
  expect(firing.alerts[0].annotations).toMatchObject({
    summary: expect.stringMatching(/^checkout fails [\d.]+% of its requests$/),
    runbook_url: 'runbooks/high-error-rate.md',
  });
  const listed: any = await (await fetch(`${alerts.url}/api/v1/alerts`)).json();
  expect(listed.data.alerts).toContainEqual(
    expect.objectContaining({ state: 'firing', labels: firing.alerts[0].labels }),
  );
  const known: any = await (await fetch(`${alerts.url}/api/v1/rules`)).json();
  expect(known.data.groups[0].rules).toContainEqual(
    expect.objectContaining({ name: 'ServiceErrorRateHigh', state: 'firing' }),
  );
  const followed: any = await (await fetch(firing.alerts[0].generatorURL)).json();
  expect(followed.data.result).toContainEqual(
    expect.objectContaining({ metric: expect.objectContaining({ service: 'checkout' }) }),
  );

  service.behave({ errorShare: 0, seconds: 0.02 });
  const resolved = await told('resolved', 'ServiceErrorRateHigh');
  expect(resolved.alerts[0]).toMatchObject({
    fingerprint: firing.alerts[0].fingerprint,
    startsAt: firing.alerts[0].startsAt,
    status: 'resolved',
  });
  expect(bodies('firing', 'ServiceErrorRateHigh')).toHaveLength(1);
  expect(bodies('resolved', 'ServiceErrorRateHigh')).toHaveLength(1);
});

test('a webhook that is refused is sent again until it is taken', async () => {
  hook.answer(503);
  service.behave({ errorShare: 1, seconds: 0.02 });
  await vi.waitFor(() => expect(hook.refused()).toBeGreaterThanOrEqual(2), SOON);
  hook.answer(200);
  await told('firing', 'ServiceErrorRateHigh');
  expect(bodies('firing', 'ServiceErrorRateHigh')).toHaveLength(1);
});

test(
  'an instance that hangs is down after the scrape timeout, and up when it answers again',
  { timeout: 30_000 },
  async () => {
    await vi.waitFor(async () => expect((await client().instant('up'))[0]?.value).toBe(1), SOON);
    service.hang(true);
    const down = await told('firing', 'ServiceDown');
    expect(down.commonLabels).toEqual({
      alertname: 'ServiceDown',
      service: 'checkout',
      severity: 'critical',
    });
    expect(await client().instant('http_request_duration_seconds_count')).toEqual([]);
    service.hang(false);
    await told('resolved', 'ServiceDown');
  },
);

test('one instance of two that is down does not make the service down', async () => {
  targets = [
    service.target,
    { url: 'http://127.0.0.1:9/metrics', labels: { job: 'shop', service: 'checkout' } },
  ];
  await vi.waitFor(async () => {
    const values = (await client().instant('up{service="checkout"}')).map(({ value }) => value);
    expect(values).toHaveLength(2);
    expect(new Set(values)).toEqual(new Set([0, 1]));
  }, SOON);
  expect(await client().instant('service:up:max')).toMatchObject([{ value: 1 }]);
});

test('an instance that goes away takes its series along', async () => {
  await vi.waitFor(async () => expect(await client().instant('up')).toHaveLength(1), SOON);
  targets = [];
  await vi.waitFor(async () => {
    for (const series of ['up', 'service:up:max', 'http_request_duration_seconds_count']) {
      expect(await client().instant(series)).toEqual([]);
    }
  }, SOON);
  expect(hook.deliveries).toEqual([]);
});

test('a counter that begins anew does not make a negative or a huge rate', async () => {
  const rate = async () => (await client().instant('service:requests:rate'))[0]?.value;
  await vi.waitFor(async () => expect(await rate()).toBeGreaterThan(5), SOON);
  service.restart();
  const seen: (number | undefined)[] = [];
  await vi.waitFor(async () => {
    seen.push(await rate());
    expect(seen.length).toBeGreaterThan(15);
  }, SOON);
  for (const value of seen) {
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(40);
  }
});

test('after a restart a firing alert keeps its start, and its end is told', { timeout: 60_000 }, async () => {
  service.behave({ errorShare: 1, seconds: 0.02 });
  const firing = await told('firing', 'ServiceErrorRateHigh');
  await alerts.stop();
  service.behave({ errorShare: 0, seconds: 0.02 });
  hook.deliveries.length = 0;
  await start();
  await vi.waitFor(() => expect(bodies('resolved', 'ServiceErrorRateHigh')).toHaveLength(1), {
    timeout: 30_000,
    interval: 100,
  });
  expect(bodies('resolved', 'ServiceErrorRateHigh')[0].alerts[0]).toMatchObject({
    startsAt: firing.alerts[0].startsAt,
    fingerprint: firing.alerts[0].fingerprint,
  });
});

test(
  'an end that nobody could be told of before a restart is told after it',
  { timeout: 60_000 },
  async () => {
    service.behave({ errorShare: 1, seconds: 0.02 });
    const firing = await told('firing', 'ServiceErrorRateHigh');
    hook.answer(503);
    service.behave({ errorShare: 0, seconds: 0.02 });
    // The evaluator knows that it is over; the receiver does not.
    await vi.waitFor(() => expect(hook.refused()).toBeGreaterThanOrEqual(1), SOON);
    await alerts.stop();
    hook.answer(200);
    await start();
    const resolved = await told('resolved', 'ServiceErrorRateHigh');
    expect(resolved.alerts[0]).toMatchObject({
      startsAt: firing.alerts[0].startsAt,
      fingerprint: firing.alerts[0].fingerprint,
    });
  },
);

test('while the targets cannot be listed, those known from before are scraped', async () => {
  await vi.waitFor(async () => expect(await client().instant('up')).toHaveLength(1), SOON);
  targetsFail = true;
  service.hang(true);
  await vi.waitFor(async () => expect((await client().instant('up'))[0]?.value).toBe(0), SOON);
});

test('a state file that cannot be written does not stop the alerts', async () => {
  await alerts.stop();
  await rm(home, { recursive: true });
  await start();
  service.behave({ errorShare: 1, seconds: 0.02 });
  await told('firing', 'ServiceErrorRateHigh');
  expect(warnings).toContainEqual(expect.stringContaining('could not be saved'));
  home = await mkdtemp(join(tmpdir(), 'sitrep-alerts-'));
});

test("every alert's runbook exists", () => {
  const urls = rules.flatMap((rule) => (rule.kind === 'alert' ? [rule.annotations['runbook_url']] : []));
  expect(urls).toHaveLength(3);
  for (const url of urls) {
    expect(existsSync(join(import.meta.dirname, '../../../..', url ?? 'none')), url).toBe(true);
  }
});

test('the query API answers selectors, ranges and mistakes as Prometheus does', async () => {
  await vi.waitFor(
    async () => expect((await client().instant('up{service=~"check.*",job!="x"}'))[0]?.value).toBe(1),
    SOON,
  );
  expect(await client().instant('up{service="other"}')).toEqual([]);
  const to = new Date();
  const [series] = await client().range('up', new Date(to.getTime() - 2_000), to, 0.5);
  expect(series?.labels).toMatchObject({ __name__: 'up', service: 'checkout' });
  expect(series?.points.at(-1)).toEqual({ at: to, value: 1 });
  await expect(client().instant('rate(up[5m])')).rejects.toMatchObject({ kind: 'refused' });
  await expect(client().range('up', to, to, 0)).rejects.toBeInstanceOf(PrometheusError);
  await expect(
    prometheusClient({ url: 'http://127.0.0.1:9', timeoutMs: 500 }).instant('up'),
  ).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('PROMETHEUS_URL'),
  });
});

test('a rule file that cannot be understood says what and where', async () => {
  const file = (rule: string) => `groups: [{ name: g, rules: [${rule}] }]`;
  expect(() => parseRules(file('{ alert: A, expr: "rate(x[5m]) > 1" }'), 'my.yaml')).toThrow(
    /my\.yaml: the alert A must compare one series/,
  );
  expect(() => parseRules(file('{ alert: A, expr: "x > 1", for: soon }'), 'my.yaml')).toThrow(
    /my\.yaml is not a usable rule file/,
  );
  const unknown = parseRules(file('{ record: "a:b", expr: "sum(x)" }'), 'my.yaml');
  const options = {
    targets: async () => [],
    receivers: [],
    intervalMs: 1_000,
    stateFile: join(home, 'x'),
    log: { warn: () => undefined },
  };
  await expect(startAlerts({ ...options, rules: unknown })).rejects.toThrow(/cannot compute a:b/);
});
