import { expect, test } from 'vitest';
import { revertBranch } from '../../../src/adapters/github/revert.ts';
import { git } from '../../../src/adapters/local/shop/git.ts';
import { REPO, startDemoGitHub } from '../../support/demo-github.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const COUPONS = 'services/pricing/coupons.js';
const text = { title: 'Revert the coupon check', body: 'It made pricing slow.' };

test('a merged revert restores the file, leaving later commits alone', async () => {
  const { client, shop, call, file } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const parent = (await call('GET', `commits/${sha}`)).body.parents[0].sha;
  const result = await client.openRevertPullRequest({ repo: REPO, sha, ...text });
  if (result.kind !== 'opened') throw new Error(`${result.kind} instead of opened`);
  expect(result.files.map(({ path }) => path)).toEqual([COUPONS, 'test/coupons.test.js']);
  expect(result.pullRequest).toMatchObject({ state: 'open', title: text.title, branch: revertBranch(sha) });

  const merged = await call('PUT', `pulls/${result.pullRequest.number}/merge`, { merge_method: 'squash' });
  expect(merged.body.merged).toBe(true);
  expect(await file(COUPONS)).toBe(await file(COUPONS, parent));
  expect(await file('services/catalog/products.js')).toContain('gift-wrap');
  const found = await client.findPullRequest({ repo: REPO, branch: revertBranch(sha) });
  expect(found?.state).toBe('merged');
});

test('the dry run writes nothing, and its patch is what git itself would make of the revert', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const result = await client.openRevertPullRequest({ repo: REPO, sha, ...text, dryRun: true });
  if (result.kind !== 'planned') throw new Error(`${result.kind} instead of planned`);
  expect((await call('GET', 'branches')).body.map(({ name }: { name: string }) => name)).toEqual(['main']);
  expect((await call('GET', 'pulls?state=all')).body).toEqual([]);

  const clone = temporaryDirectory();
  const env = {
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@t',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@t',
  };
  await git(clone, ['clone', '--quiet', shop.dir, '.']);
  await git(clone, ['apply', '--index', '-'], { input: result.patch });
  const applied = await git(clone, ['write-tree']);
  await git(clone, ['reset', '--quiet', '--hard']);
  await git(clone, ['revert', '--no-edit', sha], { env });
  expect(applied.trim()).toBe((await git(clone, ['rev-parse', 'HEAD^{tree}'])).trim());
});

test('a change elsewhere in the file since then is kept', async () => {
  const { client, shop, file, commitFile } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const changed = `${await file(COUPONS)}\n/** Added later. */\nexport const later = true;\n`;
  await commitFile(COUPONS, changed, 'Add something at the end');
  await client.openRevertPullRequest({ repo: REPO, sha, ...text });
  const reverted = await file(COUPONS, revertBranch(sha));
  expect(reverted).toContain('typed.trim().toUpperCase()');
  expect(reverted).toContain('export const later = true;');
  expect(reverted).not.toContain('const COUPON');
});

test('a change in the same place is a conflict, and leaves nothing behind', async () => {
  const { client, shop, call, file, commitFile } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const changed = (await file(COUPONS))?.replace(
    'const COUPON = /^([A-Z0-9]+-?)+$/',
    'const COUPON = /^[A-Z0-9-]+$/',
  );
  await commitFile(COUPONS, changed ?? '', 'Do not backtrack');
  await expect(client.openRevertPullRequest({ repo: REPO, sha, ...text })).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(`${COUPONS} was changed again`),
  });
  expect((await call('GET', 'branches')).body).toHaveLength(1);
});

test('what is reverted already has nothing left to revert', async () => {
  const { client, shop, file, commitFile, call } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const parent = (await call('GET', `commits/${sha}`)).body.parents[0].sha;
  for (const path of [COUPONS, 'test/coupons.test.js']) {
    await commitFile(path, (await file(path, parent)) ?? '', `Restore ${path}`);
  }
  await expect(client.openRevertPullRequest({ repo: REPO, sha, ...text })).rejects.toThrow(
    /Nothing to revert/,
  );
});

test('added files go and removed ones come back', async () => {
  const { client, shop, file, call, commitFile } = await startDemoGitHub();
  const subject = 'Add a page for whoever is on call';
  const added = (await shop.commits()).find((commit) => commit.subject === subject)?.sha ?? '';
  await expect(client.openRevertPullRequest({ repo: REPO, sha: added, ...text })).rejects.toThrow(
    /changed again/,
  );

  const one = await commitFile('docs/new.md', 'New.\n', 'Add a page');
  await client.openRevertPullRequest({ repo: REPO, sha: one, ...text });
  expect(await file('docs/new.md', revertBranch(one))).toBeUndefined();

  const { sha } = (await call('GET', 'contents/README.md')).body;
  const removed = await call('DELETE', 'contents/README.md', { message: 'Remove the readme', sha });
  const two = removed.body.commit.sha;
  const result = await client.openRevertPullRequest({ repo: REPO, sha: two, ...text });
  expect(result).toMatchObject({ files: [{ path: 'README.md', change: 'restored' }] });
  expect(await file('README.md', revertBranch(two))).toContain('# Shop');
});

test('asked twice, even at once, it opens one pull request', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const request = { repo: REPO, sha: shop.releases.bad.sha, ...text };
  const results = await Promise.all([
    client.openRevertPullRequest(request),
    client.openRevertPullRequest(request),
  ]);
  const third = await client.openRevertPullRequest(request);
  expect(third.kind).toBe('existing');
  const numbers = [...results, third].map((result) =>
    result.kind === 'planned' ? 0 : result.pullRequest.number,
  );
  expect(new Set(numbers).size).toBe(1);
  expect((await call('GET', 'pulls?state=all')).body).toHaveLength(1);
});

test('a branch left by an attempt that was cut short is used; one with other work is not', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  const request = { repo: REPO, sha, ...text };
  const main = (await call('GET', 'git/ref/heads/main')).body.object.sha;
  await call('POST', 'git/refs', { ref: `refs/heads/${revertBranch(sha)}`, sha: main });
  await expect(client.openRevertPullRequest(request)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining('holds something else'),
  });
  await call('DELETE', `git/refs/heads/${revertBranch(sha)}`);

  const first = await client.openRevertPullRequest(request);
  if (first.kind !== 'opened') throw new Error(`${first.kind} instead of opened`);
  await call('PATCH', `pulls/${first.pullRequest.number}`, { state: 'closed' });
  const second = await client.openRevertPullRequest(request);
  expect(second).toMatchObject({ kind: 'opened', pullRequest: { headSha: first.pullRequest.headSha } });
});

test('closing is the inverse of opening; a merged pull request cannot be closed', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const request = { repo: REPO, sha: shop.releases.bad.sha, ...text };
  const first = await client.openRevertPullRequest(request);
  if (first.kind !== 'opened') throw new Error(`${first.kind} instead of opened`);
  const { number } = first.pullRequest;
  expect((await client.closePullRequest({ repo: REPO, number })).state).toBe('closed');
  expect((await call('GET', `git/ref/heads/${revertBranch(request.sha)}`)).status).toBe(404);
  expect((await client.closePullRequest({ repo: REPO, number })).state).toBe('closed');

  const second = await client.openRevertPullRequest(request);
  if (second.kind !== 'opened') throw new Error(`${second.kind} instead of opened`);
  await call('PUT', `pulls/${second.pullRequest.number}/merge`, {});
  await expect(
    client.closePullRequest({ repo: REPO, number: second.pullRequest.number }),
  ).rejects.toMatchObject({
    kind: 'conflict',
  });
});

test('the first commit and a merge cannot be reverted', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const first = (await shop.commits()).at(-1)?.sha ?? '';
  await expect(client.openRevertPullRequest({ repo: REPO, sha: first, ...text })).rejects.toThrow(
    /the first/,
  );
  const opened = await client.openRevertPullRequest({ repo: REPO, sha: shop.releases.bad.sha, ...text });
  if (opened.kind !== 'opened') throw new Error(`${opened.kind} instead of opened`);
  const { sha } = (await call('PUT', `pulls/${opened.pullRequest.number}/merge`, { merge_method: 'merge' }))
    .body;
  await expect(client.openRevertPullRequest({ repo: REPO, sha, ...text })).rejects.toThrow(/a merge/);
});
