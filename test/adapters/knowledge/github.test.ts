import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/adapters/github/connection.ts';
import { githubSource } from '../../../src/adapters/knowledge/github.ts';
import { ingest } from '../../../src/adapters/knowledge/ingest.ts';
import { REPO, startDemoGitHub } from '../../support/demo-github.ts';
import { memoryKnowledge } from '../../support/memory-knowledge.ts';

const START = new Date('2026-11-28T06:00:00Z');

/** A clock that moves only when somebody waits. */
function clock() {
  let at = START.getTime();
  const pauses: Date[] = [];
  const waits: number[] = [];
  return {
    pauses,
    waits,
    now: () => new Date(at),
    wait: async (ms: number) => {
      waits.push(ms);
      at += ms;
    },
    onPause: (until: Date) => void pauses.push(until),
  };
}

const open = (apiUrl: string, token: string, patience = clock(), folder = '') =>
  githubSource({
    ...{ name: `github:${REPO}`, repo: REPO, branch: undefined, folder, patience },
    octokit: connect({ token, apiUrl, userAgent: 'sitrep-test', now: patience.now }),
  });

test('reads a repository, and after a push only what it changed', async () => {
  const github = await startDemoGitHub();
  const store = memoryKnowledge();
  const source = open(github.url, 'token-of-this-test');
  const first = await ingest(source, store);
  expect(first).toMatchObject({ failed: false, problems: [] });
  expect(store.documents().map(({ path }) => path)).toContain('docs/on-call.md');
  expect(await source.list()).toBe('unchanged');

  await github.commitFile('docs/disk.md', '# Disk\n\nSee [on-call](on-call.md).', 'Add a runbook');
  expect(await ingest(source, store)).toMatchObject({
    read: 1,
    changed: 1,
    removed: 0,
    unchanged: first.changed,
  });
  const added = store.documents().find(({ path }) => path === 'docs/disk.md');
  expect(added?.link).toMatch(/\/acme\/shop\/blob\/main\/docs\/disk\.md$/);
  expect(added?.passages[0]?.body).toMatch(/on-call \(http.*\/acme\/shop\/blob\/main\/docs\/on-call\.md\)/);

  const docs = memoryKnowledge();
  await ingest(open(github.url, 'token-of-this-test', clock(), 'docs'), docs);
  expect(docs.documents().every(({ path }) => path.startsWith('docs/'))).toBe(true);
  const wrong = await ingest(open(github.url, 'token-of-this-test', clock(), 'dosc'), docs);
  expect(wrong).toMatchObject({
    failed: true,
    problems: [expect.stringMatching(/^There is no folder dosc in main/)],
  });
});

test('a repository that cannot be seen is one sentence', async () => {
  const github = await startDemoGitHub();
  const found = await ingest(open(github.url, 'wrong'), memoryKnowledge());
  expect(found).toMatchObject({ failed: true, problems: [expect.stringMatching(/Set GITHUB_TOKEN/)] });
});

/** A GitHub of one document that refuses once with each of these, before every kind of answer. */
async function limitedGitHub(refusals: { status: number; headers: Record<string, string> }[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/repos\/acme\/shop/, '').split('?', 1)[0] ?? '';
    requests.push(path);
    const refusal = refusals.shift();
    const json = { 'content-type': 'application/json' };
    if (refusal) {
      response.writeHead(refusal.status, { ...json, ...refusal.headers });
      response.end(JSON.stringify({ message: 'API rate limit exceeded' }));
      return;
    }
    const answers: Record<string, unknown> = {
      '': { default_branch: 'main' },
      '/commits/main': {
        sha: 'c1',
        html_url: 'https://ghe.example/acme/shop/commit/c1',
        commit: { tree: { sha: 't1' } },
      },
      '/git/trees/t1': request.url?.includes('recursive')
        ? { truncated: true, tree: [] }
        : { truncated: false, tree: [{ path: 'docs', mode: '040000', type: 'tree', sha: 't2' }] },
      '/git/trees/t2': {
        truncated: false,
        tree: [{ path: 'a.md', mode: '100644', type: 'blob', sha: 'b1', size: 3 }],
      },
      '/git/blobs/b1': { content: Buffer.from('# A').toString('base64'), encoding: 'base64' },
    };
    response.writeHead(path in answers ? 200 : 404, json).end(JSON.stringify(answers[path] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test('waits until a limit ends, primary or secondary, and goes on; a truncated tree is walked', async () => {
  const reset = START.getTime() / 1000 + 1800;
  const github = await limitedGitHub([
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } },
    { status: 403, headers: { 'retry-after': '120' } },
    { status: 429, headers: {} },
  ]);
  const patience = clock();
  const store = memoryKnowledge();
  expect(await ingest(open(github.url, 'x', patience), store)).toMatchObject({ changed: 1, failed: false });
  expect(patience.pauses.map((until) => until.toISOString())).toEqual([
    '2026-11-28T06:30:00.000Z',
    '2026-11-28T06:32:01.000Z',
    '2026-11-28T06:33:02.000Z',
  ]);
  expect(store.documents()).toEqual([expect.objectContaining({ path: 'docs/a.md', title: 'A' })]);
  expect(github.requests).toHaveLength(9);
});

test('a limit that outlasts an hour is a failure, and what was read stays', async () => {
  const later = String(START.getTime() / 1000 + 7200);
  const github = await limitedGitHub([
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later } },
  ]);
  const patience = clock();
  const found = await ingest(open(github.url, 'x', patience), memoryKnowledge());
  expect(found).toMatchObject({ failed: true, problems: [expect.stringMatching(/rate limit/)] });
  expect(patience.waits).toEqual([]);
});
