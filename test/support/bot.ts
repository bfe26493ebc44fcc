import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
export const WEBHOOK_TOKEN = 'test-webhook-token';
const LONGEST_START_MS = 45_000;

export type Bot = {
  url: string;
  /** Everything that it has printed so far. */
  output(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null>;
};

/** A home that no other test uses. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'sitrep-bot-'));
}

/** Starts the real program as a process of its own, as `npm start` does, and waits until it is ready. */
export async function startBot(home: string, environment: Record<string, string> = {}): Promise<Bot> {
  const { child, output } = run(['start'], home, environment);
  // What hangs must not outlive the test that gave up waiting for it.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), LONGEST_START_MS);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /POST (http:\S+)\/hooks\/alertmanager[\s\S]*Ctrl-C/.exec(output());
      if (found?.[1]) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`sitrep start ended with ${code}:\n${output()}`)));
  }).finally(() => clearTimeout(tooLong));
  return { url, output, kill: (signal) => end(child, signal) };
}

/** Runs a command of the program to its end. */
export async function runCli(
  args: string[],
  home: string,
  environment: Record<string, string> = {},
): Promise<{ code: number | null; output: string; stdout: string }> {
  const { child, output, stdout } = run(args, home, environment);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output: output(), stdout: stdout() };
}

function run(args: string[], home: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      SITREP_HOME: home,
      SITREP_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
      PORT: '0',
      ...environment,
    },
  });
  let all = '';
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    all += chunk.toString();
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()));
  return { child, output: () => all, stdout: () => out };
}

function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.kill(signal);
  });
}

/** Posts one firing or resolved alert; resolves to the HTTP status, or null where nobody answered. */
export async function postAlert(
  url: string,
  alert: { fingerprint: string; service: string; status?: 'firing' | 'resolved' },
): Promise<number | null> {
  const body = {
    version: '4',
    alerts: [
      {
        status: alert.status ?? 'firing',
        labels: { alertname: 'ServiceErrorRateHigh', service: alert.service, severity: 'critical' },
        annotations: { summary: `${alert.service} fails` },
        startsAt: '2026-03-04T03:00:00.000Z',
        fingerprint: alert.fingerprint,
      },
    ],
  };
  try {
    const answer = await fetch(`${url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${WEBHOOK_TOKEN}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    });
    return answer.status;
  } catch {
    return null;
  }
}
