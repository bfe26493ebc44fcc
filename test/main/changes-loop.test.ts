import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { leaseStore } from '../../src/adapters/postgres/store/leases.ts';
import { createStore, type Store } from '../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { startChanges } from '../../src/main/changes-loop.ts';
import { testDatabase } from '../support/database.ts';
import { testVault } from '../support/vault.ts';

const REPO = 'acme/shop';
const LEASE = `changes:${REPO}`;
const SHA = 'c'.repeat(40);

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => db.query('truncate lease, change, change_cursor'));
afterAll(() => db.close());

const takeOver = async () => {
  await db.query('update lease set until = now()');
  expect(await leaseStore(db).holdLease(LEASE, 'another process', 600)).not.toBeNull();
};

/** Follows a GitHub of one commit; `rounds` counts how often the process has come round, whatever it did. */
async function follow(onList: () => Promise<void> = async () => {}) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?', 1)[0]?.replace(`/repos/${REPO}`, '') ?? '';
    requests.push(path);
    if (path === '/commits') await onList();
    const commit = { message: 'Change', author: { name: 'dev', date: '2026-11-02T09:00:00Z' } };
    const all =
      path === '/commits' ? [{ sha: SHA, html_url: 'https://x.example', commit, author: null }] : [];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(all));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let rounds = 0;
  const transaction = <T>(work: (store: Store) => Promise<T>) =>
    db.tx((sql) => {
      const store = createStore(sql, { outsideStop: () => null, enqueue: async () => {}, vault: testVault });
      const counted = {
        ...store,
        forgetChanges: (days: number) => ((rounds += 1), store.forgetChanges(days)),
      };
      return work(counted);
    });
  const { port } = server.address() as AddressInfo;
  const { stop } = startChanges({
    transaction,
    github: { token: 'a-token', apiUrl: `http://127.0.0.1:${port}` },
    follows: [{ repo: REPO, flagPaths: [] }],
    pollS: 0.01,
    keepDays: 30,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await stop();
    server.close();
  });
  return {
    requests,
    stop,
    rounds: (least: number) => vi.waitFor(() => expect(rounds).toBeGreaterThanOrEqual(least), 20_000),
  };
}

test('a repository that another process reads is left to it, until that one has ended', async () => {
  await takeOver();
  const { requests, rounds, stop } = await follow();
  await rounds(3);
  expect(requests).toEqual([]);
  await leaseStore(db).endLease(LEASE, 'another process');
  await vi.waitFor(() => expect(requests).toContain(`/commits/${SHA}`), 20_000);
  await stop();
  expect(await leaseStore(db).holdLease(LEASE, 'another process', 600)).not.toBeNull();
});

test('a process that was held up and lost the repository reads no details of it any more', async () => {
  const { requests, rounds } = await follow(takeOver);
  await rounds(2);
  expect(requests).toEqual(['/commits', '/pulls', '/deployments']);
});
