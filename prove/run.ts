// npm run prove [-- --quick | --ci] [--json] [--seed N] [--only TEXT]
// Tries to break what Sitrep claims of itself, always in the same way for the same seed, and exits with 1 where
// it succeeds. Needs nothing but npm packages; with TEST_DATABASE_URL the properties that need a database use that
// PostgreSQL server instead of the embedded one.
import { parseArgs } from 'node:util';
import { examine, type Examined } from './support/examine.ts';
import type { Property, Scale } from './support/property.ts';
import { table } from './support/table.ts';
import { authenticity } from './properties/authenticity.ts';
import { consent } from './properties/consent.ts';
import { crash } from './properties/crash.ts';
import { killSwitch } from './properties/kill-switch.ts';
import { mediation } from './properties/mediation.ts';
import { rendering } from './properties/rendering.ts';
import { twoPerson } from './properties/two-person.ts';
import { verification } from './properties/verification.ts';

const PROPERTIES: Property[] = [
  mediation,
  authenticity,
  consent,
  twoPerson,
  crash,
  killSwitch,
  verification,
  rendering,
];

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
  console.error(
    `--seed takes a whole number, and --only part of one of: ${PROPERTIES.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const results: Examined[] = [];
for (const property of chosen) {
  console.error(`${property.name}: ${property.claim}`);
  results.push(await examine(property, { scale, seed }));
}
const sum = (pick: (one: Examined) => number): number => results.reduce((total, one) => total + pick(one), 0);
const violations = sum((one) => one.violations);
console.log(table(results));
if (flags.json) {
  const properties = Object.fromEntries(results.map(({ name, ...rest }) => [name, rest]));
  console.log(JSON.stringify({ cases: sum((one) => one.cases), violations, scale, seed, properties }));
}
process.exit(violations === 0 ? 0 : 1);
