import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { changeStore } from '../../../../src/adapters/postgres/store/changes.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import type { RecordedChange } from '../../../../src/incident/change.ts';
import { testDatabase } from '../../../support/database.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => db.query('truncate change, change_cursor'));
afterAll(() => db.close());

const NOW = new Date();
const SPAN = { repos: ['acme/shop'], since: new Date(NOW.getTime() - 86_400_000), until: NOW };

function change(over: Partial<RecordedChange> = {}): RecordedChange {
  return {
    kind: 'commit',
    repo: 'acme/shop',
    key: 'a'.repeat(40),
    at: new Date(NOW.getTime() - 60_000),
    author: 'a developer',
    subject: 'Change a price',
    body: '',
    files: [{ path: 'prices.js', additions: 1, deletions: 2, patch: '+1' }],
    url: 'https://github.example/acme/shop/commit/a',
    service: null,
    environment: null,
    sha: 'a'.repeat(40),
    flag: null,
    complete: true,
    ...over,
  };
}

test('a change comes back as it was put, once, however often it is put', async () => {
  const store = changeStore(db);
  await store.putChanges([change(), change()]);
  await store.putChanges([change()]);
  expect(await store.changes(SPAN)).toEqual([change()]);
});

test('what is complete is not made less by a message that comes late, and what is not is completed', async () => {
  const store = changeStore(db);
  const poor = change({ files: [], complete: false });
  await store.putChanges([poor]);
  expect(await store.incompleteChanges('commit', 'acme/shop', 10)).toEqual([poor]);
  await store.putChanges([change(), poor]);
  await store.putChanges([poor]);
  expect(await store.incompleteChanges('commit', 'acme/shop', 10)).toEqual([]);
  expect(await store.changes(SPAN)).toEqual([change()]);
});

test('an end that arrives late, or again, does not replace a later one', async () => {
  const store = changeStore(db);
  const ended = (minutesAgo: number, subject: string) =>
    change({ kind: 'deploy', key: '7', at: new Date(NOW.getTime() - minutesAgo * 60_000), subject });
  await store.putChanges([ended(10, 'main to production')]);
  await store.putChanges([ended(2, 'main to production (failure)')]);
  await store.putChanges([ended(10, 'main to production')]);
  expect(await store.changes(SPAN)).toEqual([ended(2, 'main to production (failure)')]);
});

test('what is dated in the future counts from its arrival, says so, and is forgotten in time', async () => {
  const store = changeStore(db);
  const ahead = change({
    kind: 'flag',
    repo: 'flags:own',
    at: new Date('2199-01-01T00:00:00Z'),
    body: 'oops',
  });
  await store.putChanges([ahead]);
  const read = () => store.changes({ ...SPAN, until: new Date(Date.now() + 60_000) });
  const [first] = await read();
  expect(first?.body).toBe('Its source dates it in the future: 2199-01-01T00:00:00Z.\noops');
  await store.putChanges([ahead]);
  expect(await read()).toEqual([first]);
  const skewed = change({ at: new Date(Date.now() + 60_000) });
  await store.putChanges([skewed]);
  expect((await store.changes({ ...SPAN, until: new Date(Date.now() + 120_000) }))[0]).toEqual(skewed);
  await db.query(`update change set at = at - interval '8 days'`);
  await store.forgetChanges(7);
  expect(await store.changes({ ...SPAN, since: new Date(0) })).toEqual([]);
});

test('other repositories and other times are not read, flag services always', async () => {
  const store = changeStore(db);
  const flag = change({ kind: 'flag', repo: 'flags:unleash', flag: { key: 'x', before: null, after: 'on' } });
  await store.putChanges([
    change({ repo: 'acme/other' }),
    change({ key: 'b', at: new Date(NOW.getTime() - 2 * 86_400_000) }),
    change({ kind: 'deploy', key: '7', complete: false }),
    flag,
  ]);
  expect(await store.changes(SPAN)).toEqual([flag]);
});

test('the cursor only moves on, and old changes are forgotten', async () => {
  const store = changeStore(db);
  const at = { etags: {}, problem: null, remaining: 10 };
  await store.moveChangeCursor('acme/shop', { ...at, knownUntil: NOW });
  await store.moveChangeCursor('acme/shop', { ...at, knownUntil: new Date(0) });
  await store.moveChangeCursor('acme/shop', { ...at, knownUntil: null, problem: 'it is away' });
  expect(await store.knownUntil(['acme/shop', 'acme/other'])).toEqual(new Map([['acme/shop', NOW]]));
  expect(await store.changeStates()).toEqual([{ repo: 'acme/shop', knownUntil: NOW, problem: 'it is away' }]);
  await store.putChanges([change(), change({ key: 'old', at: new Date(NOW.getTime() - 31 * 86_400_000) })]);
  await store.forgetChanges(30);
  const { rows } = await db.query('select key from change');
  expect(rows).toEqual([{ key: change().key }]);
});

test('hostile and oversized texts are bounded and made inert', async () => {
  const store = changeStore(db);
  await store.putChanges([
    change({
      subject: 'a\u0000b\u202e',
      url: 'javascript:alert(1)',
      at: new Date(NaN),
      sha: 'main',
      files: Array.from({ length: 400 }, (_, place) => ({
        path: `f${place}`,
        additions: 1,
        deletions: 0,
        patch: 'x'.repeat(50_000),
      })),
    }),
  ]);
  const [kept] = await store.changes({ ...SPAN, since: new Date(0) });
  expect(kept).toMatchObject({ subject: 'ab', url: null, sha: null, at: new Date(0) });
  expect(kept?.files).toHaveLength(300);
  const patches = kept?.files.reduce((sum, { patch }) => sum + (patch?.length ?? 0), 0);
  expect(patches).toBeLessThanOrEqual(200_000);
});
