import { expect, test } from 'vitest';
import { REPO, startDemoGitHub } from '../../support/demo-github.ts';

const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

test('commits of some paths between two moments come newest first, with their patches', async () => {
  const { client, shop } = await startDemoGitHub({ now });
  const paths = ['services/pricing', 'lib'];
  const commits = await client.commits({ repo: REPO, since: hoursAgo(30), until: now, paths });
  const local = (await shop.commits()).filter(
    ({ at, paths: changed }) =>
      at >= hoursAgo(30) && changed.some((path) => paths.some((under) => path.startsWith(`${under}/`))),
  );
  expect(commits.map(({ sha, at, author }) => ({ sha, at, author }))).toEqual(
    local.map(({ sha, at, author }) => ({ sha, at, author: author.name })),
  );
  const bad = commits.find(({ sha }) => sha === shop.releases.bad.sha);
  expect(bad).toMatchObject({
    repo: REPO,
    subject: 'Validate coupon codes with one regular expression',
    body: expect.stringContaining('Codes are printed in'),
    url: expect.stringContaining(`/acme/shop/commit/${shop.releases.bad.sha}`),
  });
  const file = bad?.files.find(({ path }) => path === 'services/pricing/coupons.js');
  expect(file?.patch).toContain('+const COUPON = /^([A-Z0-9]+-?)+$/;');
  expect(file).toMatchObject({ additions: expect.any(Number), deletions: expect.any(Number) });
});

test('all commits are found without paths, and no more than the limit', async () => {
  const { client, shop } = await startDemoGitHub({ now });
  const query = { repo: REPO, since: hoursAgo(1000), until: now };
  const all = await client.commits(query);
  expect(all.map(({ sha }) => sha)).toEqual((await shop.commits()).map(({ sha }) => sha));
  const few = await client.commits({ ...query, limit: 3 });
  expect(few.map(({ sha }) => sha)).toEqual(all.slice(0, 3).map(({ sha }) => sha));
  expect(await client.commits({ ...query, until: hoursAgo(500) })).toEqual([]);
});

test('links lead to a page that shows the commit and escapes what it quotes', async () => {
  const { client, shop, commitFile } = await startDemoGitHub({ now });
  const commit = await client.commit({ repo: REPO, sha: shop.releases.bad.sha });
  const page = await (await fetch(commit.url)).text();
  expect(page).toContain('<h1>Validate coupon codes with one regular expression</h1>');
  const sha = await commitFile('x.html', '<script>alert(1)</script>\n', 'Say <b>hello</b>');
  const other = await (await fetch(commit.url.replace(shop.releases.bad.sha, sha))).text();
  expect(other).not.toContain('<script>');
  expect(other).not.toContain('<b>');
});
