// node bench/demo.ts [runs]: plays the demo several times and prints the medians of what it measured.
// With DATABASE_URL on that server, otherwise embedded.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const runs = Number(process.argv[2] ?? 20);
const figures = ['alert_to_thread_ms', 'alert_to_proposal_ms', 'approve_to_effect_ms'] as const;
type Result = { result: string; step?: string; message?: string } & Partial<
  Record<(typeof figures)[number], number>
>;

const results: (Result & { whole_ms: number })[] = [];
for (let run = 1; run <= runs; run += 1) {
  const began = performance.now();
  const result = await play();
  results.push({ ...result, whole_ms: Math.round(performance.now() - began) });
  console.error(`${run}/${runs} ${JSON.stringify(results.at(-1))}`);
}

const ok = results.filter((one) => one.result === 'ok');
const summary = Object.fromEntries(
  [...figures, 'whole_ms' as const].map((name) => {
    const values = ok.map((one) => one[name] ?? NaN).sort((a, b) => a - b);
    return [name, { min: values[0], median: values[Math.floor(values.length / 2)], max: values.at(-1) }];
  }),
);
console.log(
  JSON.stringify({
    storage: process.env['DATABASE_URL'] ? 'server' : 'embedded',
    runs,
    ok: ok.length,
    ...summary,
  }),
);
if (ok.length < runs) process.exitCode = 1;

function play(): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['src/cli.ts', 'demo', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let last: Result = { result: 'failed', message: 'it printed nothing' };
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = JSON.parse(line) as Result;
    });
    child.on('close', () => resolve(last));
  });
}
