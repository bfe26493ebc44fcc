import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { followRepository, type FollowOptions } from '../../../src/adapters/github/changes.ts';
import { githubReader } from '../../../src/adapters/github/reader.ts';
import { changeStore } from '../../../src/adapters/postgres/store/changes.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../../support/database.ts';
import { REPO, startDemoGitHub, TOKEN } from '../../support/demo-github.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => db.query('truncate change, change_cursor'));
afterAll(() => db.close());

const ever = { repos: [REPO], since: new Date(0), until: new Date(Date.now() + 86_400_000) };

async function followed() {
  const github = await startDemoGitHub();
  const sleep = async () => {};
  const reader = githubReader({ token: TOKEN, apiUrl: github.url, userAgent: 'sitrep-test', sleep });
  const options: FollowOptions = {
    reader,
    transaction: (work) => db.tx((sql) => work(changeStore(sql))),
    repo: REPO,
    now: () => new Date(),
    days: 30,
    flagPaths: ['config/*.json'],
    stillMine: async () => true,
  };
  const read = (over: Partial<FollowOptions> = {}) => followRepository({ ...options, ...over });
  const kept = () => changeStore(db).changes(ever);
  return { github, reader, read, kept };
}

test('commits with their files and deployments with their outcome come into the record', async () => {
  const { github, read, kept } = await followed();
  await read();
  const changes = await kept();
  const recent = (await github.shop.commits()).filter(
    ({ at }) => at > new Date(Date.now() - 29 * 86_400_000),
  );
  const keys = changes.filter(({ kind }) => kind === 'commit').map(({ key }) => key);
  expect(keys).toEqual(expect.arrayContaining(recent.map(({ sha }) => sha)));
  const bad = changes.find(({ key }) => key === github.shop.releases.bad.sha);
  expect(bad).toMatchObject({ subject: 'Validate coupon codes with one regular expression', complete: true });
  expect(bad?.files.find(({ path }) => path.endsWith('coupons.js'))?.patch).toContain('+const COUPON');
  expect(changes.filter(({ kind }) => kind === 'deploy')[0]).toMatchObject({ environment: 'production' });
  expect((await changeStore(db).knownUntil([REPO])).get(REPO)).toBeInstanceOf(Date);
});

test('a second reading asks for no details again, and finds what is new with the flags in it', async () => {
  const { github, reader, read, kept } = await followed();
  await read();
  await github.commitFile('config/flags.json', '{"checkout":{"fast":false,"limit":3}}', 'Add flags');
  await read();
  const sha = await github.commitFile('config/flags.json', '{"checkout":{"fast":true,"limit":3}}', 'Go fast');
  const asked: string[] = [];
  await read({
    reader: { ...reader, get: (path, ...rest) => (asked.push(path), reader.get(path, ...rest)) },
  });
  expect(asked.filter((path) => path.includes('/commits/'))).toEqual([`/repos/${REPO}/commits/${sha}`]);
  const flags = (await kept()).filter(({ kind, sha: by }) => kind === 'flag' && by === sha);
  expect(flags.map(({ flag }) => flag)).toEqual([{ key: 'checkout.fast', before: 'false', after: 'true' }]);
});

test('a reading that is cut off goes on where it was, and keeps nothing twice', async () => {
  const { reader, read, kept } = await followed();
  let left = 8;
  const dying = {
    ...reader,
    get: (...args: Parameters<typeof reader.get>) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return reader.get(...args);
    },
  };
  await expect(read({ reader: dying })).rejects.toThrow('killed');
  await read();
  const names = (await kept()).map(({ kind, key }) => `${kind} ${key}`);
  expect(new Set(names).size).toBe(names.length);
  expect((await kept()).filter(({ complete }) => !complete)).toEqual([]);
});

test('a token that may not see pull requests costs only these, and the cursor says so', async () => {
  const { github, reader, read } = await followed();
  const blind = githubReader({ token: 'wrong', apiUrl: github.url, userAgent: 'x', sleep: async () => {} });
  await expect(read({ reader: blind })).rejects.toMatchObject({ kind: 'unauthorized' });
  expect((await changeStore(db).changeStates())[0]).toMatchObject({
    knownUntil: null,
    problem: expect.stringContaining('GITHUB_TOKEN'),
  });
  const nowhere = `/repos/${REPO}/none`;
  const get: typeof reader.get = (path, ...rest) =>
    reader.get(path.endsWith('/pulls') ? nowhere : path, ...rest);
  await read({ reader: { ...reader, get } });
  expect((await changeStore(db).changeStates())[0]).toMatchObject({
    knownUntil: expect.any(Date),
    problem: expect.stringContaining('/none'),
  });
});

test('another process that has taken the repository over is left to it', async () => {
  const { read, kept } = await followed();
  await read({ stillMine: async () => false });
  expect((await kept()).every(({ complete }) => !complete)).toBe(true);
});
