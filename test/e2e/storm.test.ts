import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { incidentName, type Incident } from '../../src/incident/incident.ts';
import { startAlertTap, type AlertTap } from '../support/alert-tap.ts';
import { freshHome, runCli, startBot, WEBHOOK_TOKEN, type Bot } from '../support/bot.ts';
import {
  FLEET_RULES,
  FLEET_SERVICES,
  needOf,
  podsOf,
  startFleet,
  type Fault,
  type Fleet,
} from '../support/fleet.ts';
import { ownDatabase, type OwnDatabase } from '../support/own-database.ts';
import { freePort, havePrometheus, startPrometheus, type RealPrometheus } from '../support/prometheus.ts';
import { readRecord, type AlertRecord } from '../support/record.ts';
import { startSlackProcess, type SlackMessage, type SlackProcess } from '../support/slack-process.ts';

const reason = havePrometheus()
  ? ''
  : " (skipped: Debian's prometheus and prometheus-alertmanager are not installed)";

/** The first fault of the story: in one service, which is also part of the storm. */
const FIRST = 'search-4';
/** What stays well throughout. */
const SPARED = new Set(['parcel-4', 'search-2', 'search-3']);

const settings = stringify({
  services: Object.fromEntries(
    FLEET_SERVICES.map((service) => [
      service,
      { depends_on: [needOf(service)].filter((one) => one !== null) },
    ]),
  ),
  timing: { quiet_seconds: 2 },
});

/** An alert as its source knows it; what must be on record exactly once. */
const keyOf = (alert: { fingerprint: string; startsAt: string | Date }) =>
  `${alert.fingerprint} ${new Date(alert.startsAt).toISOString()}`;
type Listed = { fingerprint: string; startsAt: string; labels: Record<string, string> };

/**
 * Debian's Prometheus and Alertmanager, unmodified, watch a fleet that breaks down; Sitrep runs as a process that is
 * killed in the middle of it, Slack's stand-in as another.
 */
describe.skipIf(reason !== '')(`a storm from a real Prometheus and Alertmanager${reason}`, () => {
  const home = freshHome();
  const started: { stop(): Promise<unknown> }[] = [];
  let fleet: Fleet;
  let tap: AlertTap;
  let prometheus: RealPrometheus;
  let slack: SlackProcess;
  let environment: Record<string, string>;
  let bot: Bot;
  /** All that Alertmanager has listed as firing so far. */
  const listed = new Map<string, Listed>();

  beforeAll(async () => {
    const begin = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
      const part = await starting;
      started.push(part);
      return part;
    };
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const database: OwnDatabase = await ownDatabase();
    started.push({ stop: database.drop });
    await mkdir(join(home, 'runbooks'));
    await writeFile(join(home, 'sitrep.yaml'), settings);
    fleet = await begin(startFleet());
    slack = await begin(startSlackProcess(url));
    environment = {
      ...database.environment,
      ...slack.environment,
      SITREP_CONFIG: join(home, 'sitrep.yaml'),
      PORT: String(port),
    };
    await startSitrep();
    tap = await begin(startAlertTap(`${url}/hooks/alertmanager`));
    prometheus = await begin(
      startPrometheus({
        rulesFile: FLEET_RULES,
        targets: async () => [fleet.target],
        webhookUrl: tap.url,
        bearerToken: WEBHOOK_TOKEN,
        // Critical alerts come twice, by two receivers that group differently.
        also: [{ matchers: ['severity="critical"'], groupBy: ['service'] }],
      }),
    );
  }, 90_000);

  afterAll(async () => {
    const ends = await Promise.allSettled(started.reverse().map((part) => part.stop()));
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
    expect(ends.filter((end) => end.status === 'rejected')).toEqual([]);
  }, 60_000);

  async function startSitrep(): Promise<void> {
    const running = await startBot(home, environment);
    // A killed one is gone already; killing it again does nothing.
    started.push({ stop: () => running.kill('SIGKILL') });
    bot = running;
  }

  /** Asks again until it holds. */
  const eventually = (hold: () => Promise<void>, timeout = 30_000) =>
    vi.waitFor(hold, { timeout, interval: 200 });

  /** What Alertmanager says fires at this moment. */
  async function firing(): Promise<Listed[]> {
    const answer = await fetch(`${prometheus.alertmanagerUrl}/api/v2/alerts`);
    const alerts = (await answer.json()) as Listed[];
    for (const alert of alerts) listed.set(keyOf(alert), alert);
    return alerts;
  }

  /** The value of a gauge of Sitrep's; 0 where it does not show it. */
  async function gauge(series: string): Promise<number> {
    const text = await (await fetch(`${bot.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? 0);
  }

  /** Waits until so many alerts fire, for Alertmanager and on Sitrep's record, and each has its place. */
  const agreeOn = (count: number) =>
    eventually(async () => {
      expect(await firing()).toHaveLength(count);
      expect(await gauge('sitrep_alerts{status="firing"}')).toBe(count);
      expect(await gauge('sitrep_alerts_waiting')).toBe(0);
    });

  const acknowledged = () =>
    tap.passed.flatMap(({ answer, alerts }) => (answer !== null && answer < 300 ? alerts : []));

  /** Everything that stands in Slack, in the channel and below. */
  async function said(): Promise<{ channel: SlackMessage[]; all: SlackMessage[] }> {
    const channel = await slack.channel();
    const threads = await Promise.all(
      channel.filter((one) => one.reply_count).map((one) => slack.replies(one.ts)),
    );
    return { channel, all: [...channel, ...threads.flat()] };
  }

  test('one fault in quiet times is one incident with one message', { timeout: 45_000 }, async () => {
    fleet.suffer(
      new Map(
        podsOf(FIRST)
          .slice(0, 3)
          .map((pod) => [pod, ['not ready']]),
      ),
    );
    await agreeOn(3);
    await eventually(async () => {
      const roots = await slack.channel();
      expect(roots.map(aboutOf)).toEqual([['INC-1', 'summary']]);
      expect(JSON.stringify(roots)).toContain(FIRST);
    });
  });

  test(
    'one delivery that ends one alert and begins another is taken apart',
    { timeout: 45_000 },
    async () => {
      const [first = '', second = '', third = '', fourth = ''] = podsOf(FIRST);
      fleet.suffer(new Map([second, third, fourth].map((pod) => [pod, ['not ready']])));
      await agreeOn(3);
      const status = (pod: string) => (one: (typeof tap.passed)[number]) =>
        one.alerts.find((alert) => alert.labels['pod'] === pod)?.status;
      await tap.until(() =>
        tap.passed.some(
          (one) =>
            one.answer === 200 && status(first)(one) === 'resolved' && status(fourth)(one) === 'firing',
        ),
      );
      await eventually(async () => expect(await gauge('sitrep_alerts{status="resolved"}')).toBe(1));
      expect((await slack.channel()).map(aboutOf)).toEqual([['INC-1', 'summary']]);
    },
  );

  test(
    'a storm reaches the record and Slack although Sitrep is killed in it',
    { timeout: 75_000 },
    async () => {
      const broken = FLEET_SERVICES.filter((service) => !SPARED.has(service));
      const pods = broken.flatMap(podsOf);
      const before = tap.passed.length;
      expect(doubled((await said()).all)).toEqual([]);

      fleet.node(false);
      fleet.suffer(new Map(pods.map((pod): [string, Fault[]] => [pod, ['errors', 'slow', 'not ready']])));
      await tap.until(() => tap.passed.slice(before).filter((one) => one.answer === 200).length >= 10);
      await bot.kill('SIGKILL');
      expect(new Set(acknowledged().map(keyOf)).size).toBeLessThan(pods.length * 3);
      await startSitrep();

      await agreeOn(pods.length * 3 + 1);
      const known = new Set(acknowledged().map(keyOf));
      expect((await firing()).filter((alert) => !known.has(keyOf(alert)))).toEqual([]);
    },
  );

  test(
    'when all is well again, every incident is over and nothing is lost or doubled',
    { timeout: 75_000 },
    async () => {
      fleet.node(true);
      fleet.suffer(new Map());
      await agreeOn(0);
      await eventually(async () => {
        for (const state of ['open', 'triaging', 'awaiting', 'mitigating', 'monitoring'])
          expect([state, await gauge(`sitrep_incidents{state="${state}"}`)]).toEqual([state, 0]);
      });
      const count = await gauge('sitrep_incidents{state="resolved"}');
      await eventually(async () => {
        const { named, counted } = shown(await slack.channel());
        expect(named.size + counted).toBeGreaterThanOrEqual(count);
      });
      expect(await bot.kill('SIGTERM')).toBe(0);

      const { all, channel } = await said();
      // The one message that was under way when Sitrep was killed may have come twice.
      expect(doubled(all).length).toBeLessThanOrEqual(1);
      expect(channel.map(aboutOf)).toContainEqual(['INC-1', 'summary']);

      const list = await runCli(['incidents', '--json'], home, environment);
      const incidents = JSON.parse(list.stdout) as Incident[];
      expect(incidents.length).toBe(Math.min(count, 20));
      expect(new Set(incidents.map((one) => one.state))).toEqual(new Set(['resolved']));
      expect(await runCli(['audit', 'verify'], home, environment)).toMatchObject({ code: 0 });

      const record = await readRecord(home, environment['DATABASE_URL']);
      const { named, counted } = shown(channel);
      const names = new Set(record.alerts.flatMap(({ incidentId }) => incidentId ?? []).map(incidentName));
      expect(names.size).toBe(count);
      expect([...names].filter((name) => !named.has(name)).length).toBeLessThanOrEqual(counted);
      await compareWith(record);
    },
  );

  /** What Prometheus, Alertmanager and Sitrep have on record must be the same. */
  async function compareWith(record: AlertRecord): Promise<void> {
    const sent = tap.passed.flatMap((one) => one.alerts);
    const onRecord = record.alerts.map(keyOf).sort();
    const labelsOnRecord = new Map(record.alerts.map((alert) => [keyOf(alert), alert.labels]));

    expect(new Set(onRecord).size).toBe(onRecord.length);
    expect(onRecord).toEqual([...new Set(sent.map(keyOf))].sort());
    for (const [key, { labels }] of listed) expect([key, labelsOnRecord.get(key)]).toEqual([key, labels]);
    const everFired = await everFiring();
    const labelSets = (all: Record<string, string>[]) => [...new Set(all.map(canonical))].sort();
    expect(labelSets(record.alerts.map((alert) => alert.labels))).toEqual(labelSets(everFired));

    const ends = new Map(
      sent.filter((one) => one.status === 'resolved').map((one) => [keyOf(one), new Date(one.endsAt)]),
    );
    for (const alert of record.alerts) {
      expect(alert).toMatchObject({ status: 'resolved', pending: false, tombstone: false });
      expect([keyOf(alert), alert.endsAt]).toEqual([keyOf(alert), ends.get(keyOf(alert))]);
      expect(alert.incidentId !== null || alert.quiet).toBe(true);
    }

    const { received, fresh, resolved, repeated } = record.intake;
    expect(received).toBe(fresh + resolved + repeated);
    expect([fresh, resolved]).toEqual([record.alerts.length, record.alerts.length]);
    // What was sent when Sitrep was killed may have been committed without anybody being told.
    expect(received).toBeGreaterThanOrEqual(acknowledged().length);
    expect(received).toBeLessThanOrEqual(sent.length);
    expect(record.counted).toEqual({ firing: 0, total: record.alerts.filter((one) => !one.quiet).length });
  }

  /** The labels of every alert that has ever fired, by Prometheus's own series of them. */
  async function everFiring(): Promise<Record<string, string>[]> {
    const query = encodeURIComponent('last_over_time(ALERTS{alertstate="firing"}[10m])');
    const answer = (await (await fetch(`${prometheus.url}/api/v1/query?query=${query}`)).json()) as {
      data: { result: { metric: Record<string, string> }[] };
    };
    return answer.data.result.map(({ metric: { __name__, alertstate, ...labels } }) => labels);
  }
});

function canonical(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The incident and the place in its thread that a message of ours is for. */
function aboutOf({ metadata }: SlackMessage): unknown[] {
  return [metadata?.event_payload['incident'], metadata?.event_payload['slot']];
}

/** What Sitrep has posted more than once: messages by their id, files by their name. */
function doubled(messages: SlackMessage[]): string[] {
  const ids = messages.flatMap(({ metadata, files = [], thread_ts: thread }) => [
    ...(metadata ? [String(metadata.event_payload['id'])] : []),
    ...files.map(({ name }) => `${thread} ${name}`),
  ]);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/**
 * The incidents that can be seen in the channel: `named` by a message of their own or in one about many, and how many
 * more a message about many only counts.
 */
function shown(channel: SlackMessage[]): { named: Set<string>; counted: number } {
  const roots = channel.filter((one) => aboutOf(one)[1] === 'summary').map((one) => String(aboutOf(one)[0]));
  const text = JSON.stringify(channel.map(({ text, blocks }) => [text, blocks]));
  const inText = [...text.matchAll(/\bINC-\d+\b/g)].map(([name]) => name);
  const more = [...text.matchAll(/and ([\d,]+) more incidents?/g)].map(([, number = '']) => number);
  const counted = Math.max(0, ...more.map((number) => Number(number.replaceAll(',', ''))));
  return { named: new Set([...roots, ...inText]), counted };
}
