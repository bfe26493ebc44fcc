import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { leaseStore } from '../../src/adapters/postgres/store/leases.ts';
import type { PassageVectors } from '../../src/adapters/postgres/knowledge/vectors.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { fill } from '../../src/main/knowledge.ts';
import { LEASE_S, whileLeased } from '../../src/main/while-leased.ts';
import { testDatabase } from '../support/database.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(async () => {
  vi.useRealTimers();
  await db.query('truncate lease');
});
afterAll(() => db.close());

/** Something to wait for. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

test('a second process leaves the work to the first, and takes it up once that has ended or failed', async () => {
  const begun = gate();
  const end = gate();
  const first = whileLeased(db, 'work', async () => {
    begun.open();
    await end.passed;
    throw new Error('it broke');
  });
  await begun.passed;
  const second = vi.fn(async () => 'done');
  expect(await whileLeased(db, 'work', second)).toBeNull();
  expect(second).not.toHaveBeenCalled();
  expect(await whileLeased(db, 'other work', second)).toBe('done');
  end.open();
  await expect(first).rejects.toThrow('it broke');
  expect(await whileLeased(db, 'work', second)).toBe('done');
});

test('embedding stops once another process has taken it over, and leaves the lease to that one', async () => {
  const embedded: number[] = [];
  const vectors: PassageVectors = {
    ...{ id: 1, use: async () => {}, put: async () => {}, nearest: async () => [] },
    // There is always one more.
    missing: async (after) => [{ id: after + 1, text: 'a passage' }],
  };
  const done = await whileLeased(db, 'embed:1', (lost) =>
    fill(
      vectors,
      async () => {
        embedded.push(embedded.length);
        if (embedded.length === 3) {
          // This one was held up, its lease ran out, and another took it.
          await db.query(`update lease set until = now() where name = 'embed:1'`);
          await leaseStore(db).holdLease('embed:1', 'another process', LEASE_S);
          vi.advanceTimersByTime((LEASE_S * 1000) / 3);
          await once(lost, 'abort');
        }
        return [[1]];
      },
      () => lost.aborted,
    ),
  );
  expect(done).toBe(3);
  expect(await whileLeased(db, 'embed:1', async () => 'mine')).toBeNull();
});
