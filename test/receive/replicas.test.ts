import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServer } from '../../src/adapters/postgres/server.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { TEST_DATABASE_URL, testDatabase } from '../support/database.ts';
import { history } from '../support/intake/history.ts';
import { judgeHistory } from '../support/intake/judge.ts';
import { createReplicas, type Replicas } from '../support/intake/replicas.ts';

// Node bench/replicas.ts plays 10,000 of them.
const HISTORIES = 150;

let first: Database;
let second: Database;
let replicas: Replicas;
beforeAll(async () => {
  first = await testDatabase();
  // The embedded database has one owner; there both replicas share it.
  second = TEST_DATABASE_URL ? await openServer({ url: TEST_DATABASE_URL, schema: first.schema }) : first;
  replicas = createReplicas([first, second]);
});
afterAll(async () => {
  if (second !== first) await second.close();
  await first.close();
});

it(
  'records the same whatever comes twice, out of order or to another replica',
  { timeout: 60_000 },
  async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(history, async (one) => {
        number += 1;
        expect(await judgeHistory(replicas, one, `history-${number}`)).toBeNull();
      }),
      { numRuns: HISTORIES },
    );
  },
);
