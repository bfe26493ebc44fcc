import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startCluster, type Cluster } from '../rig/cluster.ts';
import type { Target } from '../rig/load.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../rig/pg-proxy.ts';
import { createSender, type Sender } from '../rig/sender.ts';
import { startSitrep, type Sitrep } from '../rig/sitrep.ts';
import { startSlackRecorder, type SlackRecorder } from '../rig/slack.ts';
import { openStorage, type Storage } from '../rig/storage.ts';
import { whatWaits } from './record.ts';

/** Sitrep between a proxied PostgreSQL, a recorded Slack and a sender who remembers what was acknowledged. */
export type World = {
  cluster: Cluster;
  storage: Storage;
  slack: SlackRecorder;
  proxy: DatabaseProxy;
  sender: Sender;
  /** Starts Sitrep, or starts it again. */
  start(): Promise<Sitrep>;
  /** Kills the running one at once; resolves when it is gone. */
  kill(): Promise<void>;
  /** The sender finds nobody from now on; called at the very moment of a kill. */
  killNow(): void;
  /** Resolves to the ms until nothing waits any more; null when that is not so after `mostMs`. */
  untilQuiet(mostMs: number): Promise<number | null>;
  /** Ends everything. */
  close(): Promise<void>;
};

/** Without a proxy Sitrep talks to the database itself. */
export async function openWorld({ proxied } = { proxied: true }): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-crash-'));
  const cluster = await startCluster();
  const storage = await openStorage(cluster.url);
  const slack = await startSlackRecorder();
  const proxy = await startDatabaseProxy(storage.url ?? '');
  let running: Sitrep | null = null;
  let hook: Target | null = null;
  const sender = createSender(() => hook);

  const kill = async (): Promise<void> => {
    hook = null;
    await running?.end('SIGKILL');
  };
  return {
    cluster,
    storage,
    slack,
    proxy,
    sender,
    async start() {
      running = await startSitrep({
        home,
        databaseUrl: proxied ? proxy.url : storage.url,
        slackApiUrl: slack.apiUrl,
      });
      hook = running.hook;
      return running;
    },
    kill,
    killNow() {
      hook = null;
      running?.signal('SIGKILL');
    },
    untilQuiet: (mostMs) => untilQuiet(storage, mostMs),
    async close() {
      await kill();
      await proxy.stop();
      await slack.stop();
      await storage.close();
      await cluster.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function untilQuiet(storage: Storage, mostMs: number): Promise<number | null> {
  const began = performance.now();
  while (performance.now() - began < mostMs) {
    const waiting = await whatWaits(storage).catch(() => null);
    if (waiting?.length === 0) return Math.round(performance.now() - began);
    await pause(50);
  }
  return null;
}
