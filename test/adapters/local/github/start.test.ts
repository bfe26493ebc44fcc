import { expect, onTestFinished, test, vi } from 'vitest';
import { revertBranch } from '../../../../src/adapters/github/revert.ts';
import { git } from '../../../../src/adapters/local/shop/git.ts';
import { REPO, startDemoGitHub } from '../../../support/demo-github.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const text = { title: 'Revert the coupon check', body: 'It made pricing slow.' };

test('it holds the repository’s own commits, people and dates', async () => {
  const { shop, call } = await startDemoGitHub();
  const listed = (await call('GET', 'commits?per_page=100')).body;
  const local = await shop.commits();
  expect(
    listed.map(({ sha, commit }: any) => [sha, commit.author.name, new Date(commit.author.date)]),
  ).toEqual(local.map(({ sha, author, at }) => [sha, author.name, at]));
  expect((await call('GET', `commits/${shop.releases.bad.sha}`)).body.author.login).toBe('pricing-dev');
  expect((await call('GET', 'git/ref/tags/pricing-v1.3.0')).body.object.sha).toBe(shop.releases.bad.sha);
  const { body } = await call(
    'GET',
    `compare/${shop.releases.current['pricing']}...${shop.releases.bad.sha}`,
  );
  const between = await git(shop.dir, [
    'rev-list',
    '--count',
    `${shop.releases.current['pricing']}..${shop.releases.bad.sha}`,
  ]);
  expect(body.total_commits).toBe(Number(between));
  expect(body.files.map(({ filename }: { filename: string }) => filename)).toContain(
    'services/pricing/coupons.js',
  );
});

test('only the configured token may use the API', async () => {
  const { call, url } = await startDemoGitHub();
  expect((await call('GET', 'commits')).status).toBe(200);
  expect(await call('GET', 'commits', undefined, 'another')).toMatchObject({
    status: 401,
    body: { message: 'Bad credentials' },
  });
  expect((await fetch(`${url}/repos/${REPO}/commits`)).status).toBe(401);
  expect((await fetch(`${url}/user`)).status).toBe(401);
  expect((await call('POST', 'git/refs', { ref: 'refs/heads/x' }, 'another')).status).toBe(401);
});

test('past rollouts are deployments, and new ones are added with their statuses', async () => {
  const { shop, call } = await startDemoGitHub();
  const known = (await call('GET', 'deployments?per_page=100')).body;
  expect(known).toHaveLength(shop.history.length - 1);
  expect(known[0]).toMatchObject({ environment: 'production', payload: { service: 'storefront' } });
  expect((await call('GET', `deployments/${known[0].id}/statuses`)).body[0].state).toBe('success');

  const made = await call('POST', 'deployments', { ref: 'pricing-v1.3.0', payload: { service: 'pricing' } });
  expect(made).toMatchObject({ status: 201, body: { sha: shop.releases.bad.sha } });
  await call('POST', `deployments/${made.body.id}/statuses`, { state: 'in_progress' });
  await call('POST', `deployments/${made.body.id}/statuses`, { state: 'success' });
  const statuses = (await call('GET', `deployments/${made.body.id}/statuses`)).body;
  expect(statuses.map(({ state }: { state: string }) => state)).toEqual(['success', 'in_progress']);
  const found = await call('GET', `deployments?sha=${shop.releases.bad.sha}`);
  expect(found.body.map(({ id }: { id: number }) => id)).toEqual([made.body.id]);
  expect((await call('POST', 'deployments', { ref: 'nothing' })).status).toBe(422);
  expect((await call('GET', 'deployments/999')).status).toBe(404);
});

test('a pull request has files, is found by its commits, and is not opened twice or for no branch', async () => {
  const { client, shop, call } = await startDemoGitHub();
  const { sha } = shop.releases.bad;
  expect((await call('GET', `commits/${sha}/pulls`)).body).toEqual([]);
  const opened = await client.openRevertPullRequest({ repo: REPO, sha, ...text });
  if (opened.kind !== 'opened') throw new Error(`${opened.kind} instead of opened`);
  const { number, headSha, branch } = opened.pullRequest;
  const files = (await call('GET', `pulls/${number}/files`)).body;
  expect(files.map(({ filename }: { filename: string }) => filename)).toEqual([
    'services/pricing/coupons.js',
    'test/coupons.test.js',
  ]);
  expect(files[0].patch).toContain('-const COUPON');
  expect((await call('GET', `commits/${headSha}/pulls`)).body[0].number).toBe(number);
  expect(await call('POST', 'pulls', { title: 'Again', head: branch, base: 'main' })).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('already exists') },
  });
  expect((await call('POST', 'pulls', { title: 'None', head: 'no-such-branch', base: 'main' })).status).toBe(
    422,
  );
});

test('what was opened, merged, closed and deployed is there after a restart, under the same hashes', async () => {
  const home = temporaryDirectory();
  const first = await startDemoGitHub({ home });
  const { sha } = first.shop.releases.bad;
  const opened = await first.client.openRevertPullRequest({ repo: REPO, sha, ...text });
  if (opened.kind !== 'opened') throw new Error(`${opened.kind} instead of opened`);
  const closed = await first.client.openRevertPullRequest({
    repo: REPO,
    sha: (await first.shop.commits())[0]?.sha ?? '',
    ...text,
  });
  if (closed.kind !== 'opened') throw new Error(`${closed.kind} instead of opened`);
  await first.client.closePullRequest({ repo: REPO, number: closed.pullRequest.number });
  const merge = await first.call('PUT', `pulls/${opened.pullRequest.number}/merge`, {
    merge_method: 'squash',
  });
  const deployed = await first.call('POST', 'deployments', { ref: sha });
  await first.stop();

  // Made again at another time, commits would get other hashes.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  const second = await startDemoGitHub({ home });
  expect((await second.call('GET', 'git/ref/heads/main')).body.object.sha).toBe(merge.body.sha);
  expect(await second.client.findPullRequest({ repo: REPO, branch: revertBranch(sha) })).toMatchObject({
    number: opened.pullRequest.number,
    headSha: opened.pullRequest.headSha,
    state: 'merged',
  });
  expect((await second.call('GET', 'pulls?state=closed')).body).toHaveLength(2);
  expect((await second.call('GET', 'branches')).body.map(({ name }: { name: string }) => name)).not.toContain(
    closed.pullRequest.branch,
  );
  const deployment = await second.call('GET', `deployments/${deployed.body.id}`);
  expect(deployment.body).toMatchObject({ sha, created_at: deployed.body.created_at });
});
