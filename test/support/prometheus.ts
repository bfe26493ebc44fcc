import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Target } from '../../src/adapters/local/alerts/scraper.ts';

/** Whether Debian's prometheus and prometheus-alertmanager are installed. */
export function havePrometheus(): boolean {
  return ['prometheus', 'prometheus-alertmanager'].every(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

export type RealPrometheus = { url: string; alertmanagerUrl: string; stop(): Promise<void> };

export type PrometheusOptions = {
  rulesFile: string;
  /** Asked twice a second, so that pods may come and go. */
  targets: () => Promise<Target[]>;
  webhookUrl: string;
  bearerToken: string;
  /** Further routes to the same webhook: what matches one of them is sent by it as well. */
  also?: { matchers: string[]; groupBy: string[] }[];
};

/**
 * Starts Debian's Prometheus and Alertmanager, unmodified, on loopback ports, with a rule file and one webhook
 * receiver; scrapes and groups every second. Resolves when both are ready.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<RealPrometheus> {
  const home = await mkdtemp(join(tmpdir(), 'sitrep-prometheus-'));
  const [port, alertmanagerPort] = [await freePort(), await freePort()];
  const writeTargets = targetsWriter(home, options.targets);
  await writeTargets();
  await writeFile(join(home, 'prometheus.yml'), stringify(prometheusConfig(options, alertmanagerPort)));
  await writeFile(join(home, 'alertmanager.yml'), stringify(alertmanagerConfig(options)), { mode: 0o600 });

  const children = [
    run('prometheus', home, [
      `--config.file=${home}/prometheus.yml`,
      `--storage.tsdb.path=${home}/tsdb`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=http://127.0.0.1:${port}`,
    ]),
    run('prometheus-alertmanager', home, [
      `--config.file=${home}/alertmanager.yml`,
      `--storage.path=${home}/alertmanager`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      `--web.external-url=http://127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ]),
  ];
  // Whoever knows the targets may be stopped before Prometheus is; then the last list stays.
  const discovery = setInterval(() => void writeTargets().catch(() => undefined), 500);
  const url = `http://127.0.0.1:${port}`;
  const alertmanagerUrl = `http://127.0.0.1:${alertmanagerPort}`;
  async function stop(): Promise<void> {
    clearInterval(discovery);
    await Promise.all(children.map(end));
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
  try {
    await Promise.all([ready(url), ready(alertmanagerUrl)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, alertmanagerUrl, stop };
}

function prometheusConfig({ rulesFile }: PrometheusOptions, alertmanagerPort: number) {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [resolve(rulesFile)],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
    scrape_configs: [
      { job_name: 'shop', file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }] },
    ],
  };
}

function alertmanagerConfig({ webhookUrl, bearerToken, also = [] }: PrometheusOptions) {
  const receiver = (name: string) => ({
    name,
    webhook_configs: [
      {
        url: webhookUrl,
        send_resolved: true,
        http_config: { authorization: { type: 'Bearer', credentials: bearerToken } },
      },
    ],
  });
  const further = also.map(({ matchers, groupBy }, index) => ({
    receiver: `sitrep-${index + 2}`,
    matchers,
    group_by: groupBy,
    continue: true,
  }));
  return {
    route: {
      receiver: 'sitrep',
      group_by: ['alertname', 'service'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '4h',
      // Once an alert has matched a route below, only another one below brings it to the first receiver.
      ...(further.length > 0 ? { routes: [...further, { receiver: 'sitrep' }] } : {}),
    },
    receivers: ['sitrep', ...further.map((route) => route.receiver)].map(receiver),
  };
}

function targetsWriter(home: string, targets: () => Promise<Target[]>): () => Promise<void> {
  let written = '';
  return async () => {
    const groups = (await targets()).map(({ url, labels }) => {
      const { host, pathname } = new URL(url);
      return { targets: [host], labels: { ...labels, __metrics_path__: pathname } };
    });
    const text = JSON.stringify(groups);
    if (text === written) return;
    written = text;
    await writeFile(join(home, 'targets.tmp'), text);
    await rename(join(home, 'targets.tmp'), join(home, 'targets.json'));
  };
}

function run(program: string, cwd: string, args: string[]): ChildProcess {
  return spawn(program, args, { cwd, stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(kill);
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) return;
    await delay(100);
  }
  throw new Error(`${url} was not ready within 20 s`);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
