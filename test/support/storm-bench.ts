import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startAlertTap, type AlertTap, type SentAlert } from './alert-tap.ts';
import { freshHome, runCli, startBot, WEBHOOK_TOKEN, type Bot } from './bot.ts';
import { FLEET_RULES, FLEET_SERVICES, needOf, startFleet, type Fleet } from './fleet.ts';
import { ownDatabase } from './own-database.ts';
import { freePort, startPrometheus, type RealPrometheus } from './prometheus.ts';
import { readRecord, type AlertRecord } from './record.ts';
import { startSlackProcess, type SlackProcess } from './slack-process.ts';

/** An alert as Alertmanager lists it. */
export type ListedAlert = Pick<SentAlert, 'fingerprint' | 'startsAt' | 'labels'>;

/** A fleet, Prometheus and Alertmanager that watch it, and Sitrep and Slack's stand-in as processes. */
export type StormBench = {
  fleet: Fleet;
  tap: AlertTap;
  prometheus: RealPrometheus;
  slack: SlackProcess;
  /** The Sitrep that runs now. */
  bot(): Bot;
  /** Starts Sitrep again, where the one that was killed had been. */
  startAgain(): Promise<void>;
  /** What Alertmanager says fires at this moment. */
  firing(): Promise<ListedAlert[]>;
  /** The labels of every alert that has ever fired, by Prometheus's own series of them. */
  everFiring(): Promise<Record<string, string>[]>;
  /** The sum of a gauge of Sitrep's over those of its series that have these labels. */
  gauge(name: string, labels?: string): Promise<number>;
  cli(...args: string[]): ReturnType<typeof runCli>;
  /** Only while Sitrep does not run. */
  record(): Promise<AlertRecord>;
};

const TEAM = stringify({
  services: Object.fromEntries(
    FLEET_SERVICES.map((service) => [service, { depends_on: [needOf(service) ?? []].flat() }]),
  ),
  timing: { quiet_seconds: 2 },
});

/** Starts all of it. Whatever has been started can be ended by `onStop`'s functions, the last one first. */
export async function startStormBench(onStop: (end: () => Promise<unknown>) => void): Promise<StormBench> {
  async function begin<T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
    const part = await starting;
    onStop(() => part.stop());
    return part;
  }
  const home = freshHome();
  onStop(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  const database = await ownDatabase();
  onStop(() => database.drop());
  await mkdir(join(home, 'runbooks'));
  await writeFile(join(home, 'sitrep.yaml'), TEAM);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const slack = await begin(startSlackProcess(url));
  const environment = {
    ...database.environment,
    ...slack.environment,
    SITREP_CONFIG: join(home, 'sitrep.yaml'),
    PORT: String(port),
  };
  async function startSitrep(): Promise<Bot> {
    const running = await startBot(home, environment);
    // One that has been killed before is not killed again.
    onStop(() => running.kill('SIGKILL'));
    return running;
  }
  let bot = await startSitrep();
  const fleet = await begin(startFleet());
  const tap = await begin(startAlertTap(`${url}/hooks/alertmanager`));
  const prometheus = await begin(
    startPrometheus({
      rulesFile: FLEET_RULES,
      targets: async () => [fleet.target],
      webhookUrl: tap.url,
      bearerToken: WEBHOOK_TOKEN,
      // Critical alerts come twice, by two receivers that group differently.
      also: [{ matchers: ['severity="critical"'], groupBy: ['service'] }],
    }),
  );
  return {
    fleet,
    tap,
    prometheus,
    slack,
    bot: () => bot,
    async startAgain() {
      bot = await startSitrep();
    },
    async firing() {
      return (await (await fetch(`${prometheus.alertmanagerUrl}/api/v2/alerts`)).json()) as ListedAlert[];
    },
    async everFiring() {
      const query = encodeURIComponent('last_over_time(ALERTS{alertstate="firing"}[10m])');
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${query}`);
      const { data } = (await answer.json()) as { data: { result: { metric: Record<string, string> }[] } };
      return data.result.map(({ metric: { __name__, alertstate, ...labels } }) => labels);
    },
    async gauge(name, labels = '') {
      const text = await (await fetch(`${url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    cli: (...args) => runCli(args, home, environment),
    record: () => readRecord(home, database.environment['DATABASE_URL']),
  };
}
