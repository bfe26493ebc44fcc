// How fast an export of the record is checked, in how much memory, and how fast entries are appended.
// usage: node bench/audit.ts [entries]; with DATABASE_URL on a fresh database of that server, otherwise embedded.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { openDatabase } from '../src/adapters/postgres/open.ts';
import { createStore } from '../src/adapters/postgres/store/store.ts';
import type { NewEntry } from '../src/incident/journal.ts';
import { createSigner } from '../src/incident/checkpoint.ts';
import { createVault } from '../src/incident/seal.ts';
import { verifyCommand } from '../src/cli/audit/verify.ts';
import { writeChain } from './audit/chain.ts';
import { openStorage } from './rig/storage.ts';

const [first = '1000000', file, checkpoints, key] = process.argv.slice(2);
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const APPEND_MS = 5_000;

if (file !== undefined && checkpoints !== undefined && key !== undefined) {
  // The part whose memory is measured.
  await verifyCommand(file, { checkpoints, key: [key], from: 1 });
  console.log(JSON.stringify({ peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
} else {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-bench-'));
  try {
    await verifying(Number(first), home);
    await appending(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function verifying(entries: number, home: string): Promise<void> {
  const [exported, marks] = [join(home, 'export.jsonl'), join(home, 'checkpoints.jsonl')];
  const signer = createSigner(Buffer.alloc(32, 1));
  const [lines, signed] = [createWriteStream(exported), createWriteStream(marks)];
  const bytes = await writeChain({ entries, every: 100, signer, lines, signed });
  for (const stream of [lines, signed]) {
    stream.end();
    await once(stream, 'finish');
  }
  const began = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '0', exported, marks, signer.key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error('the chain was not found intact');
  const seconds = (performance.now() - began) / 1000;
  const { peakMb } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '{}') as { peakMb: number };
  console.log(
    JSON.stringify({
      verified: entries,
      checkpoints: Math.ceil(entries / 100),
      megabytes: Math.round(bytes / 1e6),
      seconds: Number(seconds.toFixed(1)),
      perSecond: Math.round(entries / seconds),
      peakMb,
    }),
  );
}

async function appending(home: string): Promise<void> {
  const storage = await openStorage(process.env['DATABASE_URL']);
  const database = await openDatabase({ url: storage.url, home });
  await migrate(database, MIGRATIONS);
  await database.query(
    `insert into incident (title, severity) select 'bench', 'info' from generate_series(1, 8)`,
  );
  const vault = createVault([Buffer.alloc(32, 7)]);
  const options = { vault, outsideStop: () => null, enqueue: async () => undefined };
  const append = (entries: NewEntry[]) => database.tx((sql) => createStore(sql, options).recordAll(entries));
  for (const [writers, batch] of [
    [1, 1],
    [8, 1],
    [1, 100],
  ] as const) {
    let count = 0;
    const until = performance.now() + APPEND_MS;
    const write = async (writer: number) => {
      while (performance.now() < until) {
        await append(Array.from({ length: batch }, (_, n) => entryOf(writer + 1, count + n)));
        count += batch;
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    const seconds = (performance.now() - began) / 1000;
    console.log(
      JSON.stringify({
        appended: count,
        storage: database.kind,
        writers,
        perTransaction: batch,
        perSecond: Math.round(count / seconds),
      }),
    );
  }
  await database.close();
  await storage.close();
}

function entryOf(incidentId: number, n: number): NewEntry {
  // A kind that changes no message: the record alone is measured.
  const why = `refusal ${n}: ${'the proposal is not the one that you saw; '.repeat(6)}`;
  return { kind: 'approval.refused', incidentId, actor: 'U0ONCALL', proposal: `p${n}`, why };
}
