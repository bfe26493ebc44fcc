import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../../scripts/postgres-with-pgvector.sh');

/** A real PostgreSQL of its own that waits for the disk, and can be made to crash. */
export type Cluster = {
  url: string;
  /** Stops it as a crash would: what was not committed is gone, everybody's connection breaks. */
  crash(): Promise<void>;
  /** Brings it back under the same address. */
  restart(): Promise<void>;
  /** Process ids of all its processes, to freeze them. */
  pids(): number[];
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
};

/** Why this machine cannot have a cluster, or null where it can. */
export function whyNoCluster(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'a PostgreSQL of one’s own is started as root on Debian only';
  try {
    execFileSync('sh', ['-c', 'ls /usr/lib/postgresql/*/bin/postgres'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'PostgreSQL is not installed; scripts/postgres-with-pgvector.sh installs it';
  }
}

/** Starts a cluster with fsync on in a temporary directory. Rejects with what the script said. */
export async function startCluster(): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-cluster-'));
  // The user postgres has to get through to its own directory.
  chmodSync(home, 0o755);
  const run = (command: string): Promise<string> => runScript(command, join(home, 'postgres'));
  // An interrupted bench must not leave a server running.
  const sweep = (): void => {
    spawnSync('bash', [SCRIPT, 'stop'], {
      env: { ...process.env, POSTGRES_TEST_HOME: join(home, 'postgres') },
    });
    rmSync(home, { recursive: true, force: true });
  };
  process.once('exit', sweep);
  const url = (await run('start')).trim();
  return {
    url,
    crash: async () => void (await run('crash')),
    restart: async () => void (await run('start')),
    pids: () =>
      readdirSync('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && worksIn(pid, home)),
    async remove() {
      process.off('exit', sweep);
      await run('stop');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Every process of a cluster works in its data directory. */
function worksIn(pid: number, home: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(home);
  } catch {
    return false;
  }
}

function runScript(command: string, home: string): Promise<string> {
  const child = spawn('bash', [SCRIPT, command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, POSTGRES_TEST_HOME: home, POSTGRES_TEST_FSYNC: 'on' },
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${SCRIPT} ${command} ended with ${code}:\n${errors}`));
    });
  });
}
