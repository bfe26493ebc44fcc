import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ImageCommand, ImageSource } from './image-source.ts';
import { logBuffer, type LogBuffer } from './log-buffer.ts';
import type { Container, ContainerState } from './objects.ts';
import { probeReadiness } from './readiness-probe.ts';
import { messageOf } from '../../../incident/text.ts';

/** What a pod's process tells the cluster; the cluster writes it into the pod's status. */
export type PodReport =
  | { kind: 'waiting'; reason: string; message: string; restartCount: number }
  | { kind: 'started'; port: number; pid: number; at: Date; restartCount: number }
  | { kind: 'ended'; last: Extract<ContainerState, { terminated: unknown }> }
  | { kind: 'readiness'; ready: boolean; why: string };

export type PodOptions = {
  name: string;
  container: Container;
  images: ImageSource;
  /** Addresses of the services, by environment variable. */
  serviceEnv: () => Record<string, string>;
  onReport(report: PodReport): void;
};

export type PodProcess = {
  /** Output of the container that runs now, and of the one before it. */
  log(): LogBuffer;
  previousLog(): LogBuffer | undefined;
  /** Ends the process: SIGTERM, and SIGKILL after `graceMs`. Resolves when it is gone; may be called twice. */
  stop(graceMs: number): Promise<void>;
};

/** Kubernetes waits 10 s, 20 s … 5 min; a demo is shorter, so the first restart is at once and then 1, 2, 4 … s. */
const BACKOFF_MS = [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const STABLE_AFTER_MS = 60_000;
const PULL_BACKOFF_MS = 2_000;

/** Runs one pod until stopped: resolves its image, starts it, probes it, and restarts it when it ends. */
export function startPodProcess(options: PodOptions): PodProcess {
  const stopping = new AbortController();
  const { signal } = stopping;
  let log = logBuffer();
  let previous: LogBuffer | undefined;
  let child: ChildProcess | undefined;

  async function run(): Promise<void> {
    let crashes = 0;
    for (let restartCount = 0; !signal.aborted; restartCount += 1) {
      const image = await pull(options, restartCount, signal);
      if (image === undefined) return;
      const startedAt = new Date();
      if (restartCount > 0) [previous, log] = [log, logBuffer()];
      const last = await runOnce(image, restartCount, startedAt);
      if (signal.aborted) return;
      options.onReport({ kind: 'ended', last });
      crashes = Date.now() - startedAt.getTime() > STABLE_AFTER_MS ? 0 : crashes + 1;
      const backoff = BACKOFF_MS[Math.min(crashes, BACKOFF_MS.length) - 1] ?? 0;
      if (backoff > 0) {
        const message = `back-off ${backoff / 1_000}s restarting failed container ${options.container.name}`;
        options.onReport({
          kind: 'waiting',
          reason: 'CrashLoopBackOff',
          message,
          restartCount: restartCount + 1,
        });
      }
      await pause(backoff, signal);
    }
  }

  async function runOnce(image: ImageCommand, restartCount: number, startedAt: Date) {
    const port = await freePort();
    if (signal.aborted) return terminated(startedAt, 0, null);
    const started = spawn(image.command, image.args, {
      cwd: image.cwd,
      env: environment(options, image, port),
      // Descriptor 3 is the lifeline (lifeline.js). A group of its own keeps the terminal's Ctrl-C away from
      // the pods: the cluster ends them in order.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    child = started;
    // A program that cannot be started emits `error` instead of `exit`; both are an end.
    const ended = new Promise<[number, NodeJS.Signals | null]>((resolve) => {
      started.once('exit', (code, by) => resolve([code ?? 128, by]));
      started.once('error', (error) => {
        log.write(`${error.message}\n`, new Date());
        resolve([127, null]);
      });
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => log.write(chunk, new Date()));
    }
    const probing = new AbortController();
    if (started.pid !== undefined) {
      options.onReport({ kind: 'started', port, pid: started.pid, at: startedAt, restartCount });
      void probeReadiness({
        probe: options.container.readinessProbe,
        port,
        signal: AbortSignal.any([signal, probing.signal]),
        onVerdict: (ready, why) => options.onReport({ kind: 'readiness', ready, why }),
      });
    }
    const [code, by] = await ended;
    probing.abort();
    return terminated(startedAt, code, by);
  }

  const finished = run();
  return {
    log: () => log,
    previousLog: () => previous,
    async stop(graceMs) {
      stopping.abort();
      const running = child;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return finished;
      running.kill('SIGTERM');
      const kill = setTimeout(() => killGroup(running), graceMs);
      await finished;
      clearTimeout(kill);
    },
  };
}

async function pull(
  options: PodOptions,
  restartCount: number,
  signal: AbortSignal,
): Promise<ImageCommand | undefined> {
  const { image } = options.container;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await options.images.resolve(image);
    } catch (error) {
      const why = messageOf(error);
      const reason = attempt === 0 ? 'ErrImagePull' : 'ImagePullBackOff';
      const message = attempt === 0 ? why : `Back-off pulling image "${image}": ${why}`;
      options.onReport({ kind: 'waiting', reason, message, restartCount });
    }
    await pause(PULL_BACKOFF_MS, signal);
  }
  return undefined;
}

/** Only what a program needs to run is passed on: the cluster's own environment may hold secrets. */
function environment(options: PodOptions, image: ImageCommand, port: number): Record<string, string> {
  const passed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const own = (options.container.env ?? []).map(({ name, value }) => [name, value ?? ''] as const);
  return {
    ...Object.fromEntries(passed),
    ...options.serviceEnv(),
    ...image.env,
    ...Object.fromEntries(own),
    PORT: String(port),
    HOSTNAME: options.name,
    NODE_OPTIONS: `--import=${new URL('./lifeline.js', import.meta.url).href}`,
  };
}

function terminated(startedAt: Date, exitCode: number, signal: NodeJS.Signals | null) {
  return {
    terminated: {
      exitCode: signal === null ? exitCode : 137,
      ...(signal === null ? {} : { signal }),
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended in the meantime, which is what was wanted.
  }
}

/** A loopback port that was free a moment ago; should another process take it first, the pod is restarted. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no loopback port could be opened');
  return address.port;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
