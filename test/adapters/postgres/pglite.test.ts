import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/postgres/pglite.ts';
import { describeDatabase } from '../../support/database-conformance.ts';

const image = (): Buffer => readFileSync(inject('databaseImage'));

describeDatabase('the embedded database', () =>
  openEmbedded({ directory: undefined, schema: 'conformance', image: image() }),
);

test('a long query does not hold up the main thread', async () => {
  const db = await openEmbedded({ directory: undefined, schema: 'sitrep', image: image() });
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const before = performance.now();
  await db.query('select count(*) from generate_series(1, 3000000)');
  const took = performance.now() - before;
  clearInterval(timer);
  await db.close();
  expect(took).toBeGreaterThan(200);
  expect(longest).toBeLessThan(took / 2);
});
