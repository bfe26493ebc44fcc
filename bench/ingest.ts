import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * `node bench/ingest.ts [files]`: how long `sitrep ingest` takes for many small files, again with nothing
 * changed, and with one deleted. With DATABASE_URL on that server (its schema `sitrep` must be empty), otherwise embedded.
 */
const files = Number(process.argv[2] ?? 20_000);
const home = join(tmpdir(), `sitrep-bench-ingest-${process.pid}`);
const folder = join(home, 'runbooks');

const SYMPTOMS = [
  'latency',
  'errors',
  'saturation',
  'restarts',
  'backlog',
  'timeouts',
  'disk',
  'certificate',
];
const PARTS = [
  'gateway',
  'billing',
  'search',
  'ledger',
  'mailer',
  'scheduler',
  'cache',
  'storage',
  'identity',
];

function page(number: number): string {
  const part = `${PARTS[number % PARTS.length]}${number % 997}`;
  const symptom = SYMPTOMS[(number * 7) % SYMPTOMS.length];
  return `---
title: ${part} ${symptom}
alerts: [${part}${symptom}${number}]
---
# ${part}: ${symptom}

## Meaning

The ${symptom} of ${part} is above its usual range on shard ${number % 31}; see [the architecture](../architecture.md).

## Diagnosis

| metric | normal |
|---|---|
| ${part}_${symptom}_total | ${number % 100} |

\`\`\`sh
kubectl -n ${part} logs deploy/${part}-${number % 13} | grep ${symptom}
\`\`\`

## Fix

Roll ${part} back when a release went out; otherwise scale it and watch ${symptom} for ${number % 60} minutes.
`;
}

for (let number = 0; number < files; number += 1) {
  const below = join(folder, String(number % 100));
  if (number < 100) mkdirSync(below, { recursive: true });
  writeFileSync(join(below, `page-${number}.md`), page(number));
}
writeFileSync(join(home, 'sitrep.yaml'), 'knowledge: { incidents: false }\n');

async function ingest(what: string): Promise<void> {
  const began = performance.now();
  const env = {
    ...process.env,
    SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64'),
    SITREP_HOME: join(home, 'state'),
    SITREP_CONFIG: join(home, 'sitrep.yaml'),
  };
  const child = spawn(process.execPath, ['src/cli.ts', 'ingest'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakKb = 0;
  const watching = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? peakKb);
    } catch {
      // It has ended.
    }
  }, 200);
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) said.push(line);
  clearInterval(watching);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    JSON.stringify({
      what,
      files,
      seconds: Number(seconds),
      peakMb: Math.round(peakKb / 1024),
      said: said[0],
    }),
  );
}

try {
  await ingest('first');
  await ingest('again');
  rmSync(join(folder, '0', 'page-0.md'));
  await ingest('one deleted');
} finally {
  rmSync(home, { recursive: true, force: true });
}
