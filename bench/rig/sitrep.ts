import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './load.ts';
import { SLACK_ENVIRONMENT } from './slack.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const TOKEN = 'bench-webhook-token';

/** One running process of Sitrep. */
export type Sitrep = {
  role: string;
  pid: number;
  url: string;
  /** Where Alertmanager's webhook goes. */
  hook: Target;
  /** Everything that it has printed so far. */
  output(): string;
  /** Whether it still runs. */
  alive(): boolean;
  /** Sends a signal and waits until the process is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Sends a signal and returns at once. */
  signal(signal: NodeJS.Signals): void;
};

export type SitrepOptions = {
  /** A directory of its own for state; `teamFile` is written into it. */
  home: string;
  role?: string;
  /** Absent: the embedded database. */
  databaseUrl?: string | undefined;
  slackApiUrl: string;
  port?: number;
  environment?: Record<string, string>;
  nodeArguments?: string[];
};

/** The declared services: two chains of three. No cluster, code host or model: what is measured is intake. */
export const SERVICES = ['shopfront', 'checkout', 'stock', 'newsroom', 'search', 'archive'];

const TEAM = `services:
  shopfront: { depends_on: [checkout] }
  checkout: { depends_on: [stock] }
  stock: {}
  newsroom: { depends_on: [search] }
  search: { depends_on: [archive] }
  archive: {}
people:
  - { slack: U0ONCALL, name: on-call }
`;

/** Starts `sitrep start` as a process and waits until it says that it is ready. Rejects with its output. */
export async function startSitrep(options: SitrepOptions): Promise<Sitrep> {
  const role = options.role ?? 'all';
  mkdirSync(join(options.home, 'runbooks'), { recursive: true });
  const config = join(options.home, 'sitrep.yaml');
  writeFileSync(config, TEAM);
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), CLI, 'start', '--role', role], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: options.home,
      SITREP_HOME: options.home,
      SITREP_CONFIG: config,
      SITREP_WEBHOOK_TOKEN: TOKEN,
      PORT: String(options.port ?? 0),
      ...SLACK_ENVIRONMENT,
      SLACK_API_URL: options.slackApiUrl,
      SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64'),
      ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
      ...options.environment,
    },
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  let text = '';
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      // A storm of warnings must not fill the memory of the one who measures memory.
      text = `${text}${chunk.toString()}`.slice(-200_000);
      const found = /POST (http:\S+)\/hooks\/alertmanager[\s\S]*Ctrl-C/.exec(text);
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code, signal) => {
      reject(new Error(`sitrep start --role ${role} ended with ${code ?? signal}:\n${text}`));
    });
  });
  return {
    role,
    pid: child.pid ?? 0,
    url,
    hook: { url, path: '/hooks/alertmanager', headers: `Authorization: Bearer ${TOKEN}\r\n` },
    output: () => text,
    alive: () => isAlive(child),
    async end(signal) {
      if (isAlive(child)) child.kill(signal);
      await gone;
    },
    signal: (signal) => void child.kill(signal),
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** What Linux says of a process: resident memory now and at most, in MiB, and CPU seconds used. */
export function usage(pid: number): { rssMb: number; peakMb: number; cpuS: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  // User and system time are in ticks of a hundredth of a second.
  const cpuS = (Number(fields[11]) + Number(fields[12])) / 100;
  return { rssMb: Math.round(kb('VmRSS') / 1024), peakMb: Math.round(kb('VmHWM') / 1024), cpuS };
}
