// node bench/replicas.ts [--histories N] [--seed N] [--json]
// Plays generated histories of duplicates, reorderings, resolves before their firing, flapping and skewed
// clocks to one replica of the intake and to two, and holds the record against a small model. With
// DATABASE_URL in a database of its own on that server, otherwise embedded. A history that does not fit is
// printed as small as it can be made.
import fc from 'fast-check';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { openEmbedded } from '../src/adapters/postgres/pglite.ts';
import { openServer } from '../src/adapters/postgres/server.ts';
import { history } from '../test/support/intake/history.ts';
import { judgeHistory, type Verdict } from '../test/support/intake/judge.ts';
import { createReplicas } from '../test/support/intake/replicas.ts';
import { openStorage } from './rig/storage.ts';

const { values: flags } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const wanted = Number(flags.histories);
/** Played side by side, because the intake commits what waits together. */
const AT_ONCE = 100;

const began = performance.now();
const storage = await openStorage(process.env['DATABASE_URL']);
const open = () =>
  storage.url
    ? openServer({ url: storage.url, schema: 'sitrep' })
    : openEmbedded({ directory: undefined, schema: 'sitrep' });
const first = await open();
await migrate(first, join(import.meta.dirname, '../migrations'));
const second = storage.url ? await open() : first;
const replicas = createReplicas([first, second]);

let played = 0;
let deliveries = 0;
let counterexample: unknown = null;
const judge = (one: Parameters<typeof judgeHistory>[1]): Promise<Verdict> => {
  played += 1;
  deliveries += one.deliveries.length * 3;
  return judgeHistory(replicas, one, `history-${played}`);
};
for (let round = 0; played < wanted && counterexample === null; round += 1) {
  const seed = Number(flags.seed) * 100_000 + round;
  const numRuns = Math.min(AT_ONCE, wanted - played);
  const histories = fc.sample(history, { seed, numRuns });
  const verdicts = await Promise.all(histories.map(judge));
  const bad = verdicts.findIndex((one) => one !== null);
  if (bad >= 0)
    counterexample = (await smallest(seed, numRuns)) ?? { history: histories[bad], ...verdicts[bad] };
  if (round % 10 === 9) console.error(`${played} histories`);
}
if (second !== first) await second.close();
await first.close();
await storage.close();

const summary = {
  histories: played,
  deliveries,
  differing: counterexample === null ? 0 : 1,
  seconds: Math.round((performance.now() - began) / 1000),
  seed: Number(flags.seed),
  storage: storage.name,
};
if (counterexample !== null) console.log(JSON.stringify(counterexample, null, 1));
console.log(flags.json ? JSON.stringify(summary) : summary);
if (counterexample !== null) process.exitCode = 1;

/** The smallest history that does not fit, one at a time; null where it only happens among others. */
async function smallest(seed: number, numRuns: number): Promise<unknown> {
  const found = await fc.check(
    fc.asyncProperty(history, async (one) => (await judge(one)) === null),
    { seed, numRuns },
  );
  const [one] = found.counterexample ?? [];
  return one ? { history: one, ...(await judge(one)) } : null;
}
