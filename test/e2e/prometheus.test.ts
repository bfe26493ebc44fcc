import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadRules } from '../../src/adapters/local/alerts/rules.ts';
import { startAlerts, type LocalAlerts } from '../../src/adapters/local/alerts/server.ts';
import { prometheusClient } from '../../src/adapters/prometheus/client.ts';
import { startMisbehavingService, type MisbehavingService } from '../support/misbehaving-service.ts';
import { havePrometheus, startPrometheus, type RealPrometheus } from '../support/prometheus.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const RULES = join(import.meta.dirname, '../../src/adapters/local/alerts/shop.rules.yaml');
const TOKEN = 'hook-token';

const reason = havePrometheus()
  ? ''
  : " (skipped: Debian's prometheus and prometheus-alertmanager are not installed)";

/** One story told to a real Prometheus with Alertmanager and to the local evaluator; what they post must agree. */
describe.skipIf(reason !== '')(`real Prometheus beside the local evaluator${reason}`, () => {
  let checkout: MisbehavingService;
  let catalog: MisbehavingService;
  let real: RealPrometheus;
  let local: LocalAlerts;
  let home: string;
  let realHook: WebhookReceiver;
  let localHook: WebhookReceiver;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'sitrep-alerts-'));
    [checkout, catalog, realHook, localHook] = await Promise.all([
      startMisbehavingService('checkout'),
      startMisbehavingService('catalog'),
      startWebhookReceiver(),
      startWebhookReceiver(),
    ]);
    const targets = async () => [checkout.target, catalog.target];
    [real, local] = await Promise.all([
      startPrometheus({ rulesFile: RULES, targets, webhookUrl: realHook.url, bearerToken: TOKEN }),
      startAlerts({
        rules: await loadRules(RULES),
        targets,
        receivers: [{ url: localHook.url, bearerToken: TOKEN }],
        intervalMs: 1_000,
        stateFile: join(home, 'firing.json'),
        log: { warn: () => undefined },
      }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([real.stop(), local.stop()]);
    await Promise.all([checkout, catalog, realHook, localHook].map((part) => part.stop()));
    await rm(home, { recursive: true });
  });

  /** The deliveries for an alert of a service, once `status` has come to both receivers. */
  async function told(alertname: string, service: string, status: string): Promise<[any, any]> {
    const find = (hook: WebhookReceiver) =>
      hook.deliveries.find(
        ({ body }) =>
          body.status === status &&
          body.groupLabels.alertname === alertname &&
          body.groupLabels.service === service,
      );
    await vi.waitFor(() => expect([find(realHook), find(localHook)]).not.toContain(undefined), {
      timeout: 45_000,
      interval: 200,
    });
    return [find(realHook)?.body, find(localHook)?.body];
  }

  test('both record the same series of healthy services', { timeout: 60_000 }, async () => {
    const clients = [real.url, local.url].map((url) => prometheusClient({ url, timeoutMs: 2_000 }));
    for (const [series, expected, precision] of [
      ['service:requests:rate', 20, -1],
      ['service:request_errors:ratio', 0, 5],
      ['service:request_latency_seconds:p95', 0.025, 1],
      ['service:up:max', 1, 5],
    ] as const) {
      for (const client of clients) {
        await vi.waitFor(
          async () => {
            const [found, ...others] = await client.instant(`${series}{service="checkout"}`);
            expect(others).toEqual([]);
            expect(found?.labels).toEqual({ __name__: series, service: 'checkout' });
            expect(found?.value).toBeCloseTo(expected, precision);
          },
          { timeout: 25_000, interval: 250 },
        );
      }
    }
    const to = new Date();
    for (const client of clients) {
      const [up] = await client.range(
        'service:up:max{service="checkout"}',
        new Date(to.getTime() - 3_000),
        to,
        1,
      );
      expect(up?.points.length).toBeGreaterThanOrEqual(2);
      expect(up?.points.every(({ value }) => value === 1)).toBe(true);
    }
  });

  test('errors fire and resolve alike', { timeout: 120_000 }, async () => {
    checkout.behave({ errorShare: 0.5, seconds: 0.02 });
    const [realFiring, localFiring] = await told('ServiceErrorRateHigh', 'checkout', 'firing');
    checkout.behave({ errorShare: 0, seconds: 0.02 });
    const [realResolved, localResolved] = await told('ServiceErrorRateHigh', 'checkout', 'resolved');

    for (const [theirs, ours] of [
      [realFiring, localFiring],
      [realResolved, localResolved],
    ]) {
      expect(comparable(ours)).toEqual(comparable(theirs));
    }
    expect(localFiring.alerts[0]).toMatchObject({ endsAt: '0001-01-01T00:00:00Z', status: 'firing' });
    expect(localFiring.alerts[0].startsAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(localResolved.alerts[0].startsAt).toBe(localFiring.alerts[0].startsAt);
    expect(Date.parse(localResolved.alerts[0].endsAt)).toBeGreaterThan(
      Date.parse(localResolved.alerts[0].startsAt),
    );
    for (const hook of [realHook, localHook]) {
      expect(hook.deliveries[0]?.headers).toMatchObject({
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
      });
    }
  });

  test(
    'latency and a hanging instance fire alike; the other service is left alone',
    { timeout: 120_000 },
    async () => {
      checkout.behave({ errorShare: 0, seconds: 2 });
      const [realSlow, localSlow] = await told('ServiceLatencyHigh', 'checkout', 'firing');
      expect(comparable(localSlow)).toEqual(comparable(realSlow));
      expect(localSlow.commonLabels.severity).toBe('warning');

      checkout.hang(true);
      const [realDown, localDown] = await told('ServiceDown', 'checkout', 'firing');
      expect(comparable(localDown)).toEqual(comparable(realDown));
      checkout.hang(false);
      const [realUp, localUp] = await told('ServiceDown', 'checkout', 'resolved');
      expect(comparable(localUp)).toEqual(comparable(realUp));

      const services = [...realHook.deliveries, ...localHook.deliveries].map(
        ({ body }) => body.groupLabels.service,
      );
      expect(new Set(services)).toEqual(new Set(['checkout']));
    },
  );
});

/** A body without what must differ: addresses, times, and the measured values in the texts. */
function comparable(body: any): unknown {
  const text = JSON.stringify(body, (name, value: unknown) => {
    if (name === 'externalURL' || name === 'generatorURL')
      return new URL(String(value)).pathname + new URL(String(value)).search;
    if (name === 'startsAt') return 'a time';
    if (name === 'endsAt') return value === '0001-01-01T00:00:00Z' ? value : 'a time';
    if (name === 'summary')
      return String(value)
        .replaceAll(/[\d.]+(?=%|s|ms)/g, 'N')
        .replace(/Nms$/, 'Ns');
    return value;
  });
  return JSON.parse(text);
}
