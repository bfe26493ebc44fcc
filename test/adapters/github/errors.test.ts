import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { githubClient } from '../../../src/adapters/github/client.ts';
import { utc } from '../../../src/incident/utc.ts';
import { toGitHubError } from '../../../src/adapters/github/errors.ts';
import { REPO, startDemoGitHub } from '../../support/demo-github.ts';

const query = { repo: REPO, since: new Date(0), until: new Date() };

/** A GitHub that answers in the given way, and counts the requests. */
async function serverThat(answer: (response: ServerResponse, request: number) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(response, requests.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = githubClient({ token: 'secret-token', apiUrl, userAgent: 'sitrep-test', timeoutMs: 200 });
  return { client, requests };
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

test('a wrong token is told as such', async () => {
  const { url } = await startDemoGitHub();
  const client = githubClient({ token: 'wrong', apiUrl: url, userAgent: 'sitrep-test' });
  const error = await client.commits(query).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'GitHubError', kind: 'unauthorized', status: 401 });
  expect(String(error)).toContain('GITHUB_TOKEN');
});

test('an unknown repository names itself and the setting', async () => {
  const { client } = await startDemoGitHub();
  await expect(client.commits({ ...query, repo: 'acme/other' })).rejects.toMatchObject({
    kind: 'not_found',
    message: expect.stringMatching(/acme\/other.*GITHUB_REPOS/),
  });
  await expect(client.commits({ ...query, repo: 'nonsense' })).rejects.toThrow(/owner\/name/);
});

test('a rate limit is not waited for if it is long, and says when it ends', async () => {
  const reset = Math.floor(Date.now() / 1000) + 1800;
  const { client, requests } = await serverThat((response) =>
    reply(
      response,
      403,
      { message: 'API rate limit exceeded' },
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(reset),
      },
    ),
  );
  await expect(client.commits(query)).rejects.toMatchObject({
    kind: 'rate_limited',
    resetAt: new Date(reset * 1000),
    message: expect.stringContaining(utc(new Date(reset * 1000))),
  });
  expect(requests).toHaveLength(1);
});

test('a short Retry-After is honoured', async () => {
  const times: number[] = [];
  const { client } = await serverThat((response, request) => {
    times.push(Date.now());
    if (request === 1) reply(response, 429, { message: 'secondary rate limit' }, { 'retry-after': '1' });
    else reply(response, 200, []);
  });
  expect(await client.commits(query)).toEqual([]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
});

test('a 403 that is no rate limit is a lack of permission', async () => {
  const { client } = await serverThat((response) =>
    reply(response, 403, { message: 'Resource not accessible by personal access token' }),
  );
  await expect(client.commits(query)).rejects.toMatchObject({ kind: 'forbidden' });
});

test('reads are tried again a few times, and an unreachable GitHub is told as such', async () => {
  const failing = await serverThat((response, request) =>
    request < 3 ? reply(response, 502, { message: 'Bad gateway' }) : reply(response, 200, []),
  );
  expect(await failing.client.commits(query)).toEqual([]);
  const silent = await serverThat(() => undefined);
  await expect(silent.client.commits(query)).rejects.toMatchObject({ kind: 'unreachable', maybeDone: false });
  expect(silent.requests).toHaveLength(3);
  const client = githubClient({ token: 't', apiUrl: 'http://127.0.0.1:9', userAgent: 'sitrep-test' });
  const error = await client.commits(query).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: 'unreachable' });
  expect(String(error)).toContain('GITHUB_API_URL');
});

test('a write is sent once, and a lost answer says that it may have been carried out', async () => {
  const { client, requests } = await serverThat((response) => {
    const last = requests.at(-1) ?? '';
    if (last.startsWith('PATCH')) return;
    const pull = {
      number: 1,
      html_url: '',
      title: '',
      state: 'open',
      merged_at: null,
      head: { ref: 'x', sha: '' },
    };
    reply(response, 200, pull);
  });
  await expect(client.closePullRequest({ repo: REPO, number: 1 })).rejects.toMatchObject({
    kind: 'unreachable',
    maybeDone: true,
  });
  expect(requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
});

test('no error carries the token', async () => {
  const { client } = await serverThat((response) => reply(response, 418, { message: 'no' }));
  const error = (await client.commits(query).catch((reason: unknown) => reason)) as Error;
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 10 })).not.toContain('secret-token');
});

test.each([
  ['POST', '/repos/acme/shop/actions/workflows/a.yml/dispatches', {}, 'actions: write'],
  ['POST', '/repos/acme/shop/issues', {}, 'issues: write'],
  ['PATCH', '/repos/acme/shop/pulls/1', {}, 'pull requests: write'],
  ['POST', '/repos/acme/shop/git/refs', {}, 'contents: write'],
  ['GET', '/repos/acme/shop/actions/runs/1', {}, 'actions: read'],
  [
    'PATCH',
    '/repos/acme/shop/issues/1',
    { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
    'issues: write or pull requests: write',
  ],
])('what may not be done names the permission that it takes: %s %s', (method, url, headers, permission) => {
  const rejection = { status: 403, response: { headers, data: { message: 'Resource not accessible' } } };
  expect(toGitHubError(rejection, { method, url }, new Date())).toMatchObject({
    kind: 'forbidden',
    message: expect.stringContaining(`needs the permission ${permission} in this repository`),
  });
});
