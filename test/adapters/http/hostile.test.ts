import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileRequests } from '../../support/hostile.ts';
import { startHookServer } from '../../support/hook-server.ts';
import { exchange } from '../../support/raw-http.ts';
import { accessAt } from '../../support/webhooks.ts';
import { jsonBody } from '../../receive/examples.ts';

const BODIES = 3000;
const SENDERS = 8;

// bench/hostile.ts sends more of the same to the whole program.
describe('hostile bytes', () => {
  let server: Awaited<ReturnType<typeof startHookServer>>;
  beforeAll(async () => {
    server = await startHookServer(accessAt());
  });
  afterAll(() => server.close());

  it(
    `are answered or cut off, ${BODIES} of them, while a good sender is served`,
    { timeout: 120_000 },
    async () => {
      const next = hostileRequests(7, 'webhook-token');
      const seen = new Map<string, Set<number | null>>();
      let left = BODIES;
      const sender = async () => {
        while (left > 0) {
          left -= 1;
          const { what, parts, hangUp = false } = next();
          const { status, ms } = await exchange(server.port, parts, { hangUp });
          expect(ms, what).toBeLessThan(5000);
          // 200 is right where the change was harmless; 5xx and a crash never are.
          if (status !== null)
            expect([200, 400, 401, 404, 405, 408, 413, 415, 431, 503], what).toContain(status);
          seen.set(what, (seen.get(what) ?? new Set()).add(status));
        }
      };
      let good = 0;
      const wellBehaved = async () => {
        while (left > 0) {
          const answer = await fetch(`${server.url}/hooks/json`, {
            method: 'POST',
            headers: { authorization: 'Bearer webhook-token', 'content-type': 'application/json' },
            body: JSON.stringify(jsonBody({ name: `good ${good}` })),
          });
          expect(answer.status).toBe(200);
          good += 1;
        }
      };
      await Promise.all([...Array.from({ length: SENDERS }, sender), wellBehaved()]);
      expect(good).toBeGreaterThan(20);
      expect(seen.size).toBeGreaterThan(20);
      expect(seen.get('a gzip bomb')).toEqual(new Set([413, 401, 404]));
      expect([...(seen.get('nesting of arrays') ?? [])]).toEqual(expect.arrayContaining([400]));
      expect([...(seen.get('far more announced than taken') ?? [])]).not.toContain(200);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    },
  );
});
