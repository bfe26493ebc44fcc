import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import pino from 'pino';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { readConfig } from '../../src/config.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { start, type Sitrep } from '../../src/main.ts';
import { freshHome } from '../support/bot.ts';
import { freePort, havePrometheus, startPrometheus, type RealPrometheus } from '../support/prometheus.ts';

const RULES = join(import.meta.dirname, '../../src/adapters/local/alerts/shop.rules.yaml');
const TOKEN = 'webhook-token';
const reason = havePrometheus()
  ? ''
  : " (skipped: Debian's prometheus and prometheus-alertmanager are not installed)";

/** The whole story with Debian's Prometheus and Alertmanager, unmodified, in the place of the local evaluator. */
describe.skipIf(reason !== '')(`the loop with a real Prometheus and Alertmanager${reason}`, () => {
  let sitrep: Sitrep;
  let prometheus: RealPrometheus;

  beforeAll(async () => {
    const port = await freePort();
    const watched = {
      pods: async (): Promise<{ url: string; labels: { service: string; instance: string } }[]> => [],
    };
    prometheus = await startPrometheus({
      rulesFile: RULES,
      targets: () => watched.pods(),
      webhookUrl: `http://127.0.0.1:${port}/hooks/alertmanager`,
      bearerToken: TOKEN,
    });
    const home = freshHome();
    const environment = {
      SITREP_HOME: home,
      PORT: String(port),
      SITREP_WEBHOOK_TOKEN: TOKEN,
      PROMETHEUS_URL: prometheus.url,
      ...(process.env['TEST_DATABASE_URL'] ? { DATABASE_URL: process.env['TEST_DATABASE_URL'] } : {}),
      SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64'),
    };
    sitrep = await start({
      config: readConfig(environment, home),
      role: 'all',
      log: pino({ level: 'error' }, pino.destination(2)),
      schema: `e2e_${process.pid}`,
      onProgress: () => undefined,
    });
    const cluster = sitrep.world?.addresses.shop?.kubernetes;
    if (!cluster) throw new Error('the demo shop did not start');
    const client = kubernetesClient({ ...cluster, timeoutMs: 5000 });
    watched.pods = async () =>
      (await client.listPods('shop')).flatMap((pod) => {
        const podPort = pod.metadata.annotations['sitrep.local/port'];
        const service = pod.metadata.labels['app'];
        if (!podPort || !service || pod.metadata.deletionTimestamp) return [];
        return [
          { url: `http://127.0.0.1:${podPort}/metrics`, labels: { service, instance: pod.metadata.name } },
        ];
      });
  }, 120_000);

  afterAll(async () => {
    await sitrep?.stop();
    await prometheus?.stop();
  }, 60_000);

  const view = async (): Promise<IncidentView> => {
    const found = await sitrep.reading.view(1);
    if (!found) throw new Error('there is no incident yet');
    return found;
  };

  it('recovers by an approved rollback', { timeout: 240_000 }, async () => {
    const { world, people } = sitrep;
    const approver = people.find((person) => person.mayApprove)?.slackId ?? '';
    await vi.waitFor(
      async () => {
        const answer = await fetch(
          `${prometheus.url}/api/v1/query?query=${encodeURIComponent('service:requests:rate{service="pricing"} > 0')}`,
        );
        const { data } = (await answer.json()) as { data: { result: unknown[] } };
        expect(data.result).not.toEqual([]);
      },
      { timeout: 60_000, interval: 500 },
    );
    await world?.breakShop();
    const rollback = await vi.waitFor(
      async () => {
        const found = (await view()).proposals.find(
          (one) => one.action.tool === 'kubernetes.rollback' && one.state === 'proposed',
        );
        expect(found?.action.arguments).toMatchObject({ deployment: 'pricing' });
        return found;
      },
      { timeout: 60_000, interval: 250 },
    );
    // A card may be replaced while others join; whoever looks presses the one that stands.
    await vi.waitFor(
      async () => {
        const standing = (await view()).proposals.find(
          (one) => one.action.tool === 'kubernetes.rollback' && one.state === 'proposed',
        );
        if (standing) await world?.press(approver, `approve:${standing.id}`);
        expect((await view()).proposals.some((one) => one.decidedBy === approver)).toBe(true);
      },
      { timeout: 30_000, interval: 500 },
    );
    expect(rollback).toBeDefined();
    await vi.waitFor(
      async () =>
        expect((await view()).proposals.find((one) => one.decidedBy === approver)?.state).toBe('succeeded'),
      {
        timeout: 90_000,
        interval: 500,
      },
    );
    await vi.waitFor(
      async () => expect(await sitrep.reading.postmortem(1)).toContain('# Postmortem (draft): INC-1'),
      {
        timeout: 60_000,
        interval: 500,
      },
    );
    const { alerts } = await view();
    expect(alerts.every((alert) => alert.status === 'resolved')).toBe(true);
    expect(alerts.every((alert) => alert.link?.startsWith(prometheus.url))).toBe(true);
  });
});
