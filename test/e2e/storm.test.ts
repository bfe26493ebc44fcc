import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { incidentName, type Incident } from '../../src/incident/incident.ts';
import type { SentAlert } from '../support/alert-tap.ts';
import { FLEET_SERVICES, podsOf, type Fault } from '../support/fleet.ts';
import { havePrometheus } from '../support/prometheus.ts';
import type { AlertRecord } from '../support/record.ts';
import { aboutOf, doubled, said, shown } from '../support/slack-said.ts';
import { startStormBench, type ListedAlert, type StormBench } from '../support/storm-bench.ts';

const reason = havePrometheus()
  ? ''
  : " (skipped: Debian's prometheus and prometheus-alertmanager are not installed)";

/** Where the story begins; it is part of the storm as well. */
const FIRST = 'search-4';
/** What stays well throughout. */
const SPARED = new Set(['parcel-4', 'search-2', 'search-3']);
/** How many incidents `sitrep incidents` lists. */
const LISTED = 20;

/** An alert as its source knows it; this must be on record exactly once. */
const keyOf = (alert: { fingerprint: string; startsAt: string | Date }) =>
  `${alert.fingerprint} ${new Date(alert.startsAt).toISOString()}`;

/**
 * Debian's Prometheus and Alertmanager, unmodified, watch a fleet that breaks down; Sitrep runs as a process that is
 * killed in the middle of it.
 */
describe.skipIf(reason !== '')(`a storm from a real Prometheus and Alertmanager${reason}`, () => {
  const ends: (() => Promise<unknown>)[] = [];
  let bench: StormBench;
  let isBroken = false;
  /** All that Alertmanager has ever listed as firing when it was asked. */
  const listed = new Map<string, ListedAlert>();

  beforeAll(async () => {
    bench = await startStormBench((end) => ends.push(end));
  }, 90_000);

  afterAll(async () => {
    const failures: unknown[] = [];
    for (const end of ends.reverse()) await end().catch((error: unknown) => failures.push(error));
    expect(failures).toEqual([]);
  }, 60_000);

  // Each part begins where the one before it has ended.
  beforeEach(({ skip }) => skip(isBroken, 'an earlier part of the story has failed'));
  afterEach(({ task }) => {
    isBroken ||= task.result?.state === 'fail';
  });

  /** Asks again until it holds. */
  const eventually = (hold: () => Promise<void>, timeout = 30_000) =>
    vi.waitFor(hold, { timeout, interval: 200 });

  /** Waits until so many alerts fire, for Alertmanager and on Sitrep's record, and each has its place. */
  const agreeOn = (count: number) =>
    eventually(async () => {
      const alerts = await bench.firing();
      for (const alert of alerts) listed.set(keyOf(alert), alert);
      expect(alerts).toHaveLength(count);
      expect(await bench.gauge('sitrep_alerts', 'status="firing"')).toBe(count);
      expect(await bench.gauge('sitrep_alerts_waiting')).toBe(0);
    });

  /**
   * Waits until every incident can be seen in the channel. What a killed Sitrep was posting is left alone for half a
   * minute, because somebody else might be at it.
   */
  const allShown = () =>
    eventually(async () => {
      const { named, counted } = shown(await bench.slack.channel());
      expect(named.size + counted).toBeGreaterThanOrEqual(await bench.gauge('sitrep_incidents'));
    }, 40_000);

  /** What Sitrep has said it has committed, in that order. */
  const acknowledged = (): SentAlert[] =>
    bench.tap.passed.flatMap(({ answer, alerts }) => (answer === 200 ? alerts : []));

  const suffer = (pods: string[], ...faults: Fault[]) =>
    bench.fleet.suffer(new Map(pods.map((pod) => [pod, faults])));

  test('one fault in quiet times is one incident with one message', { timeout: 45_000 }, async () => {
    suffer(podsOf(FIRST).slice(0, 3), 'not ready');
    await agreeOn(3);
    await allShown();
    const channel = await bench.slack.channel();
    expect(channel.map(aboutOf)).toEqual([['INC-1', 'summary']]);
    expect(JSON.stringify(channel)).toContain(FIRST);
  });

  test('a delivery that ends one alert and begins another is taken apart', { timeout: 45_000 }, async () => {
    const { tap } = bench;
    const [first = '', ...others] = podsOf(FIRST).slice(0, 4);
    const fourth = others.at(-1);
    suffer(others, 'not ready');
    await agreeOn(3);
    const statusOf = (alerts: SentAlert[], pod?: string) =>
      alerts.find((alert) => alert.labels['pod'] === pod)?.status;
    const isMixed = ({ answer, alerts }: (typeof tap.passed)[number]) =>
      answer === 200 && statusOf(alerts, first) === 'resolved' && statusOf(alerts, fourth) === 'firing';
    await tap.until(() => tap.passed.some(isMixed));
    expect(await bench.gauge('sitrep_alerts', 'status="resolved"')).toBeGreaterThanOrEqual(1);
    expect((await bench.slack.channel()).map(aboutOf)).toEqual([['INC-1', 'summary']]);
  });

  test('a storm comes through although Sitrep is killed in it', { timeout: 90_000 }, async () => {
    const { fleet, tap } = bench;
    const pods = FLEET_SERVICES.filter((service) => !SPARED.has(service)).flatMap(podsOf);
    const before = tap.passed.length;
    expect(doubled((await said(bench.slack)).all)).toEqual([]);

    fleet.node(false);
    suffer(pods, 'errors', 'slow', 'not ready');
    await tap.until(() => tap.passed.slice(before).filter(({ answer }) => answer === 200).length >= 10);
    await bench.bot().kill('SIGKILL');
    // Alertmanager has noticed, and will send again what was not acknowledged.
    await tap.until(() => tap.passed.some(({ answer }) => answer === null));
    await bench.startAgain();

    await agreeOn(pods.length * 3 + 1);
    await allShown();
  });

  test(
    'when all is well again every incident is over, and nothing is lost or doubled',
    { timeout: 120_000 },
    async () => {
      bench.fleet.node(true);
      suffer([]);
      await agreeOn(0);
      await eventually(async () =>
        expect(await bench.gauge('sitrep_incidents', 'state="resolved"')).toBe(
          await bench.gauge('sitrep_incidents'),
        ),
      );
      const count = await bench.gauge('sitrep_incidents');
      await allShown();
      await eventually(async () => {
        const roots = (await bench.slack.channel()).filter((one) => aboutOf(one)[1] === 'summary');
        expect(roots.map((one) => one.text).filter((text) => !/^INC-\d+ resolved/.test(text))).toEqual([]);
      }, 40_000);
      expect(await bench.bot().kill('SIGTERM')).toBe(0);

      const { all, channel } = await said(bench.slack);
      // The one message that was under way when Sitrep was killed may stand there twice.
      expect(doubled(all).length).toBeLessThanOrEqual(1);
      const record = await bench.record();
      const names = new Set(record.alerts.flatMap(({ incidentId }) => incidentId ?? []).map(incidentName));
      expect(names.size).toBe(count);
      const { named, counted } = shown(channel);
      expect([...names].filter((name) => !named.has(name)).length).toBeLessThanOrEqual(counted);

      const list = JSON.parse((await bench.cli('incidents', '--json')).stdout) as Incident[];
      expect(list.map(({ state }) => state)).toEqual(Array(Math.min(count, LISTED)).fill('resolved'));
      expect(await bench.cli('audit', 'verify')).toMatchObject({ code: 0 });
      await compare(record);
    },
  );

  /** What Prometheus, Alertmanager and Sitrep have on record must be the same. */
  async function compare({ alerts, intake, counted }: AlertRecord): Promise<void> {
    const { passed } = bench.tap;
    // It was away, or starting, or took them: Alertmanager drops for good what is refused otherwise.
    expect([200, 503, null]).toEqual(expect.arrayContaining([...new Set(passed.map((one) => one.answer))]));
    const sent = passed.flatMap((one) => one.alerts);
    expect(alerts.map(keyOf).sort()).toEqual([...new Set(sent.map(keyOf))].sort());
    const byKey = new Map(alerts.map((alert) => [keyOf(alert), alert]));
    for (const [key, { labels }] of listed) expect([key, byKey.get(key)?.labels]).toEqual([key, labels]);
    const labelSets = (all: Record<string, string>[]) => [...new Set(all.map(canonical))].sort();
    expect(labelSets(alerts.map(({ labels }) => labels))).toEqual(labelSets(await bench.everFiring()));

    const firstSaid = new Map(
      acknowledged()
        .reverse()
        .map((alert) => [keyOf(alert), alert.status]),
    );
    const ends = new Map(acknowledged().map((alert) => [keyOf(alert), new Date(alert.endsAt)]));
    for (const [key, alert] of byKey) {
      expect([key, alert.status, alert.endsAt]).toEqual([key, 'resolved', ends.get(key)]);
      expect([key, alert.place]).not.toEqual([key, 'waiting']);
      // Only what was first heard of when it was over has no place.
      if (alert.place === 'none') expect([key, firstSaid.get(key)]).toEqual([key, 'resolved']);
    }

    const { received, fresh, resolved, repeated } = intake;
    expect(received).toBe(fresh + resolved + repeated);
    expect(fresh).toBe(alerts.filter(({ place }) => place !== 'none').length);
    expect(resolved).toBe(alerts.length);
    // What was under way when Sitrep was killed may have been committed without anybody being told.
    expect(received).toBeGreaterThanOrEqual(acknowledged().length);
    expect(received).toBeLessThanOrEqual(sent.length);
    expect(counted).toEqual({ firing: 0, total: alerts.filter(({ place }) => place === 'incident').length });
  }
});

function canonical(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
