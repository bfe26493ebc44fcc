// npm run prove [-- --quick | --ci] [--json] [--seed N] [--only TEXT]
// Tries to break what Sitrep claims of itself, always in the same way for the same seed, and exits with 1 where
// it succeeds. Needs nothing but npm packages; with TEST_DATABASE_URL the properties that need a database use that
// PostgreSQL server instead of the embedded one.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROPERTIES } from './properties.ts';
import { apart } from './support/apart.ts';
import { together, type Examined } from './support/examine.ts';
import type { Property, Scale } from './support/property.ts';
import { table } from './support/table.ts';

const LANES = availableParallelism();

const { values: flags } = parseArgs({
  options: {
    /** Under a minute. */
    quick: { type: 'boolean', default: false },
    /** About two minutes. */
    ci: { type: 'boolean', default: false },
    /** A JSON object as the last line of stdout. */
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    /** Only properties whose name contains this. */
    only: { type: 'string', default: '' },
  },
});
const scale: Scale = flags.quick ? 'quick' : flags.ci ? 'ci' : 'full';
const seed = Number(flags.seed);
const chosen = PROPERTIES.filter(({ name }) => name.includes(flags.only));
if (!Number.isSafeInteger(seed) || chosen.length === 0) {
  const names = PROPERTIES.map(({ name }) => name).join(', ');
  console.error(`--seed takes a whole number, and --only part of one of: ${names}.`);
  process.exit(2);
}
const compiled = mkdtempSync(join(tmpdir(), 'sitrep-prove-compiled-'));
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const results = new Map<Property, [Examined, ...Examined[]]>();
const waiting = chosen.flatMap((property) => {
  const of = property.parts?.[scale] ?? 1;
  return Array.from({ length: of }, (_, index) => ({ property, part: { index, of } }));
});
await Promise.all(
  Array.from({ length: LANES }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { property, part } = next;
      const result = await apart(property, { scale, seed, part, compiled });
      results.set(property, [result, ...(results.get(property) ?? [])]);
      const { name, cases, violations, seconds, examples } = result;
      const which = part.of === 1 ? '' : ` (part ${part.index + 1} of ${part.of})`;
      console.error(`${name}${which}: ${cases} cases, ${violations} violations, ${seconds} s`);
      for (const example of examples) console.error(`  violated: ${example}`);
    }
  }),
);
const all = chosen.flatMap((property) => {
  const parts = results.get(property);
  return parts ? [together(parts)] : [];
});
const sum = (pick: (one: Examined) => number): number => all.reduce((total, one) => total + pick(one), 0);
const violations = sum((one) => one.violations);
console.log(table(all));
if (flags.json) {
  const properties = Object.fromEntries(all.map(({ name, ...rest }) => [name, rest]));
  console.log(JSON.stringify({ cases: sum((one) => one.cases), violations, scale, seed, properties }));
}
process.exit(violations === 0 ? 0 : 1);
