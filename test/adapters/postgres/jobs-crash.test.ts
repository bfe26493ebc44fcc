import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeadJob } from '../../../src/adapters/postgres/job-queue.ts';
import { openJobs } from '../../../src/adapters/postgres/jobs.ts';
import { openDatabase } from '../../../src/adapters/postgres/open.ts';
import { type Child, moduleUrl, runChild } from '../../support/child.ts';
import { serverDatabase, TEST_DATABASE_URL } from '../../support/database.ts';

const log = { warn: () => {}, error: () => {} };
const options = { retryLimit: 1, retryDelayS: 60, expireS: 600 };

/** A process that takes a job and never finishes it. */
function stuckWorker(where: { home: string; url?: string; schema?: string }): Child {
  return runChild(`
    import { openDatabase } from ${moduleUrl('adapters/postgres/open.ts')};
    import { openJobs } from ${moduleUrl('adapters/postgres/jobs.ts')};
    const db = await openDatabase(${JSON.stringify(where)});
    const jobs = await openJobs(db, { log: { warn() {}, error() {} } });
    await jobs.define('act', ${JSON.stringify(options)}, async () => {
      console.log('begun');
      await new Promise(() => {});
    });
    console.log('ready');
    process.stdin.once('data', () => db.tx((sql) => jobs.enqueue(sql, 'act', { n: 1 })));
  `);
}

describe('a job whose process is killed', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'sitrep-jobs-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  test('starts again at once on the embedded database, and is dead after the last try', async () => {
    const first = stuckWorker({ home });
    expect(await first.line()).toBe('ready');
    first.process.stdin?.write('go\n');
    expect(await first.line()).toBe('begun');
    await first.kill();

    const second = stuckWorker({ home });
    const lines = [await second.line(), await second.line()];
    expect(lines.toSorted()).toEqual(['begun', 'ready']);
    await second.kill();

    const db = await openDatabase({ home });
    const jobs = await openJobs(db, { log });
    const dead: DeadJob[] = [];
    const ran: unknown[] = [];
    await jobs.onDead(async (job) => void dead.push(job));
    await jobs.define('act', options, async (data) => void ran.push(data));
    await vi.waitFor(() => expect(dead).toHaveLength(1), { timeout: 10_000, interval: 10 });
    await jobs.drain();
    await db.close();
    expect(dead[0]).toMatchObject({ queue: 'act', data: { n: 1 } });
    expect(ran).toEqual([]);
  }, 60_000);

  test.skipIf(TEST_DATABASE_URL === undefined)(
    'is taken over by another process on a server when its heartbeat stops',
    async () => {
      const db = await serverDatabase();
      const jobs = await openJobs(db, { log });
      const worker = stuckWorker({ home, url: TEST_DATABASE_URL ?? '', schema: db.schema });
      expect(await worker.line()).toBe('ready');
      worker.process.stdin?.write('go\n');
      expect(await worker.line()).toBe('begun');
      const killed = performance.now();
      await worker.kill();

      const ran: unknown[] = [];
      await jobs.define('act', { ...options, retryDelayS: 0 }, async (data) => void ran.push(data));
      await db.query(`update ${db.schema}_jobs.job set retry_delay = 0, retry_backoff = false`);
      await vi.waitFor(() => expect(ran).toEqual([{ n: 1 }]), { timeout: 30_000, interval: 50 });
      expect(performance.now() - killed).toBeLessThan(20_000);
      await jobs.drain();
      await db.close();
    },
    60_000,
  );
});
