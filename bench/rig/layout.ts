import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Target } from './load.ts';
import { startSitrep, usage, type Sitrep } from './sitrep.ts';

/** Sitrep as one or several processes on one database. */
export type Layout = {
  processes: Sitrep[];
  /** The process that takes webhooks. */
  hook: Target;
  /** Resolves when nothing waits to be placed or shown, to the ms that took; null after `mostMs`. */
  quiet(mostMs: number): Promise<number | null>;
  /** Of all processes: peak memory of the largest in MiB, and CPU seconds so far. */
  usage(): { peakMb: number; cpuS: number };
  stop(): Promise<void>;
};

/** The roles that take webhooks where there are several processes, the most special first. */
const TAKES_HOOKS = ['intake', 'web', 'all'];

/** Starts one process for each role, one after the other, as replicas would come up. */
export async function startLayout(options: {
  roles: readonly string[];
  home: string;
  databaseUrl: string | undefined;
  slackApiUrl: string;
  nodeArguments?: string[];
  environment?: Record<string, string>;
}): Promise<Layout> {
  const processes: Sitrep[] = [];
  for (const [index, role] of options.roles.entries()) {
    const home = join(options.home, `${index}-${role}`);
    mkdirSync(home, { recursive: true });
    processes.push(await startSitrep({ ...options, role, home }));
  }
  const taker = TAKES_HOOKS.flatMap((role) => processes.filter((one) => one.role === role))[0];
  if (!taker)
    throw new Error(`None of the roles ${options.roles.join(', ')} takes webhooks; add web or all.`);
  return {
    processes,
    hook: taker.hook,
    quiet: (mostMs) => untilQuiet(taker.url, mostMs),
    usage() {
      const all = processes.filter((one) => one.alive()).map((one) => usage(one.pid));
      return {
        peakMb: Math.max(...all.map((one) => one.peakMb)),
        cpuS: all.reduce((sum, one) => sum + one.cpuS, 0),
      };
    },
    async stop() {
      await Promise.all(processes.map((one) => one.end('SIGTERM')));
    },
  };
}

async function untilQuiet(url: string, mostMs: number): Promise<number | null> {
  const began = performance.now();
  while (performance.now() - began < mostMs) {
    const waiting = await waitingIn(url);
    if (waiting !== null && waiting.alerts === 0 && waiting.messages === 0) {
      return Math.round(performance.now() - began);
    }
    await pause(100);
  }
  return null;
}

/** How many alerts have no place yet and how many messages are not as wanted; null where nobody answers. */
export async function waitingIn(url: string): Promise<{ alerts: number; messages: number } | null> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return null;
    const text = await answer.text();
    const gauge = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    return { alerts: gauge('sitrep_alerts_waiting'), messages: gauge('sitrep_messages_waiting') };
  } catch {
    return null;
  }
}
