import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeadJob, Jobs, QueueOptions } from '../../../src/adapters/postgres/job-queue.ts';
import { openJobs } from '../../../src/adapters/postgres/jobs.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { DATABASES } from '../../support/database.ts';

const log = { warn: () => {}, error: () => {} };
const quick: QueueOptions = { retryLimit: 3, retryDelayS: 0, expireS: 60 };
const soon = { timeout: 10_000, interval: 5 };

describe.each(DATABASES)('jobs on the %s database', (_, open) => {
  let db: Database;
  let jobs: Jobs;
  beforeAll(async () => {
    db = await open();
    jobs = await openJobs(db, { log });
  });
  afterAll(async () => {
    await jobs.drain();
    await db.close();
  });
  const add = (queue: string, data: object, options = {}): Promise<void> =>
    db.tx((sql) => jobs.enqueue(sql, queue, data, options));

  test('run once, with their data, after the commit', async () => {
    const ran: unknown[] = [];
    await jobs.define('greet-0', quick, async (data) => void ran.push(data));
    await db.tx(async (sql) => {
      await jobs.enqueue(sql, 'greet-0', { to: 'on-call' });
      expect(ran).toEqual([]);
    });
    await vi.waitFor(() => expect(ran).toEqual([{ to: 'on-call' }]), soon);
  });

  test('do not exist when the transaction is rolled back', async () => {
    const ran: unknown[] = [];
    await jobs.define('greet-1', quick, async (data) => void ran.push(data));
    const work = db.tx(async (sql) => {
      await jobs.enqueue(sql, 'greet-1', { n: 1 });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await add('greet-1', { n: 2 });
    await vi.waitFor(() => expect(ran).toEqual([{ n: 2 }]), soon);
  });

  test('start within 50 ms of the commit', async () => {
    const started = new Map<number, number>();
    await jobs.define('race', quick, async (data) => {
      started.set((data as { n: number }).n, performance.now());
    });
    const delays: number[] = [];
    for (let n = 0; n < 21; n += 1) {
      await add('race', { n });
      const committed = performance.now();
      await vi.waitFor(() => expect(started.has(n)).toBe(true), { ...soon, interval: 1 });
      delays.push((started.get(n) ?? Infinity) - committed);
    }
    expect(delays.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
  });

  test('drain a backlog one after the other without pauses', async () => {
    let running = 0;
    let done = 0;
    await jobs.declare('backlog', quick);
    for (let n = 0; n < 40; n += 1) await add('backlog', { n });
    const before = performance.now();
    await jobs.define('backlog', { ...quick, concurrency: 1 }, async () => {
      expect(running).toBe(0);
      running += 1;
      await Promise.resolve();
      running -= 1;
      done += 1;
    });
    await vi.waitFor(() => expect(done).toBe(40), soon);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('with the same key wait only once, and start at the earlier time', async () => {
    const ran: unknown[] = [];
    await jobs.declare('triage-4', quick);
    await add('triage-4', { n: 1 }, { key: 'incident-1', startAfterS: 3600 });
    await add('triage-4', { n: 2 }, { key: 'incident-1', startAfterS: 3600 });
    await add('triage-4', { n: 3 }, { key: 'incident-2' });
    await jobs.define('triage-4', quick, async (data) => void ran.push(data));
    await vi.waitFor(() => expect(ran).toEqual([{ n: 3 }]), soon);
    await add('triage-4', { n: 4 }, { key: 'incident-1' });
    await vi.waitFor(() => expect(ran).toEqual([{ n: 3 }, { n: 1 }]), soon);
  });

  test('with the same key as one that has begun run after it', async () => {
    const begun: number[] = [];
    const goOn = Promise.withResolvers<void>();
    await jobs.define('triage-5', quick, async (data) => {
      begun.push((data as { n: number }).n);
      await goOn.promise;
    });
    await add('triage-5', { n: 1 }, { key: 'incident-1' });
    await vi.waitFor(() => expect(begun).toEqual([1]), soon);
    await add('triage-5', { n: 2 }, { key: 'incident-1' });
    goOn.resolve();
    await vi.waitFor(() => expect(begun).toEqual([1, 2]), soon);
  });

  test('that wait do not start before the transaction that joined them ends', async () => {
    const seen: unknown[] = [];
    await db.query('create table facts (n int)');
    await jobs.declare('triage-6', quick);
    await add('triage-6', {}, { key: 'incident-1', startAfterS: 1 });
    const joined = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const tx = db.tx(async (sql) => {
      await sql.query('insert into facts values (1)');
      await jobs.enqueue(sql, 'triage-6', {}, { key: 'incident-1' });
      joined.resolve();
      await commit.promise;
    });
    await joined.promise;
    const working = jobs.define('triage-6', quick, async () => {
      seen.push((await db.query('select count(*)::int as n from facts')).rows[0]);
    });
    // Long enough for a worker to have taken it, were it free: workers look every two seconds.
    if (db.kind === 'server') await new Promise((resolve) => setTimeout(resolve, 2_500));
    commit.resolve();
    await Promise.all([tx, working]);
    await vi.waitFor(() => expect(seen).toEqual([{ n: 1 }]), soon);
  });

  test('wait as long as they were told', async () => {
    const started: number[] = [];
    await jobs.define('later', quick, async () => void started.push(performance.now()));
    const before = performance.now();
    await add('later', {}, { startAfterS: 1 });
    await vi.waitFor(() => expect(started).toHaveLength(1), soon);
    expect((started[0] ?? 0) - before).toBeGreaterThan(900);
    expect((started[0] ?? 0) - before).toBeLessThan(2_900);
  });

  test('that fail are tried again', async () => {
    let tries = 0;
    await jobs.define('flaky', quick, async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
    });
    await add('flaky', {});
    await vi.waitFor(() => expect(tries).toBe(3), soon);
  });

  test('that fail for the last time are reported dead with their error', async () => {
    const dead: DeadJob[] = [];
    let reports = 0;
    await jobs.onDead(async (job) => {
      reports += 1;
      if (reports === 1) throw new Error('the report itself fails once');
      dead.push(job);
    });
    await jobs.define('hopeless', { ...quick, retryLimit: 1 }, async () => {
      throw new Error('the moon is in the wrong house');
    });
    await add('hopeless', { n: 1 });
    await vi.waitFor(() => expect(dead).toHaveLength(1), { timeout: 15_000, interval: 10 });
    expect(dead).toEqual([{ queue: 'hopeless', data: { n: 1 }, error: 'the moon is in the wrong house' }]);
  });

  test('that take too long are told to stop, and are tried again', async () => {
    const ended: string[] = [];
    await jobs.define('slow', { ...quick, expireS: 1 }, (_data, signal) => {
      if (ended.length > 0) {
        ended.push('done');
        return Promise.resolve();
      }
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push('aborted');
          reject(new Error('aborted'));
        });
      });
    });
    await add('slow', {});
    await vi.waitFor(() => expect(ended).toEqual(['aborted', 'done']), soon);
  });

  test('for a queue that nobody made known are refused', async () => {
    await expect(add('unknown', {})).rejects.toThrow(/not known .*declare/);
  });

  test('keep a schedule under the name of its queue', async () => {
    await jobs.declare('nightly', quick);
    await jobs.every('nightly', '0 3 * * *', { what: 'report' });
    await jobs.every('nightly', '0 4 * * *', { what: 'report' });
    const { rows } = await db.query(`select cron, data from ${db.schema}_jobs.schedule`);
    expect(rows).toEqual([{ cron: '0 4 * * *', data: { what: 'report' } }]);
  });

  test('that run are waited for when draining, and those that wait are kept', async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const ran: unknown[] = [];
    await jobs.define('work', { ...quick, concurrency: 1 }, async (data) => {
      begun.resolve();
      await goOn.promise;
      ran.push(data);
    });
    await add('work', { n: 1 });
    await begun.promise;
    await add('work', { n: 2 });
    const draining = jobs.drain();
    goOn.resolve();
    await draining;
    // A worker that was about to look may still have taken the second one; then it was waited for as well.
    expect(ran[0]).toEqual({ n: 1 });
    jobs = await openJobs(db, { log });
    await jobs.define('work', quick, async (data) => void ran.push(data));
    await vi.waitFor(() => expect(ran).toEqual([{ n: 1 }, { n: 2 }]), soon);
  });
});
