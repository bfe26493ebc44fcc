// node bench/footprint.ts: how long a first and a later start take until Sitrep is ready, and the resident
// memory of its process 20 s later. With DATABASE_URL on that server, otherwise embedded.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SETTLE_MS = 20_000;
const home = mkdtempSync(join(tmpdir(), 'sitrep-footprint-'));
const starts = [];
for (const name of ['first', 'second', 'third']) {
  const began = performance.now();
  const child = spawn(process.execPath, ['src/cli.ts', 'start'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64'),
      SITREP_HOME: home,
      PORT: '0',
    },
  });
  await ready(child);
  const readyMs = Math.round(performance.now() - began);
  const atStart = residentMb(child.pid ?? 0);
  await pause(SETTLE_MS);
  starts.push({
    start: name,
    ready_ms: readyMs,
    rss_mb_ready: atStart,
    rss_mb_settled: residentMb(child.pid ?? 0),
  });
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
}
rmSync(home, { recursive: true, force: true });
console.log(JSON.stringify({ storage: process.env['DATABASE_URL'] ? 'server' : 'embedded', starts }));

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Sitrep is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready:\n${text}`)));
  });
}

/** Resident memory in MiB, as Linux tells it. */
function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}
