import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Run = {
  id: number;
  name: string;
  path: string;
  run_attempt: number;
  event: string;
  status: string;
  conclusion: string | null;
  head_branch: string;
  html_url: string;
  actor: { login: string };
  triggering_actor: { login: string };
};

export const WORKFLOW = `name: Roll out
on:
  workflow_dispatch:
    inputs:
      service: { required: true, type: string }
      note: { type: string }
jobs: {}
`;

/** GitHub Actions of acme/shop with one workflow, as https://docs.github.com/en/rest/actions describes its answers. */
export async function startFakeActions() {
  const state = {
    sha: 'a'.repeat(40),
    source: WORKFLOW,
    workflow: {
      id: 7,
      name: 'Roll out',
      path: '.github/workflows/rollout.yml',
      state: 'active',
      updated_at: '2026-11-01T00:00:00Z',
    },
    runs: [] as Run[],
    /** How many lists of runs, after a start, leave out the newest one: GitHub lists a run some seconds after it took the request. */
    late: 0,
    lateBy: 0,
    dispatched: [] as unknown[],
  };
  const addRun = (more: Partial<Run> = {}): Run => {
    const id = 1000 + state.runs.length;
    const run = {
      id,
      name: 'Roll out',
      path: state.workflow.path,
      run_attempt: 1,
      event: 'workflow_dispatch',
      status: 'queued',
      conclusion: null,
      head_branch: 'main',
      html_url: `https://github.example/acme/shop/actions/runs/${id}`,
      actor: { login: 'sitrep-bot' },
      triggering_actor: { login: 'sitrep-bot' },
      ...more,
    };
    state.runs.unshift(run);
    return run;
  };

  const answer = (method: string, url: URL, body: any): [number, unknown?] => {
    if (url.pathname === '/user') return [200, { login: 'sitrep-bot' }];
    const path = url.pathname.replace('/repos/acme/shop/', '');
    if (path === 'commits/main') return [200, { sha: state.sha }];
    if (path === 'contents/.github%2Fworkflows%2Frollout.yml')
      return [200, { type: 'file', content: Buffer.from(state.source).toString('base64') }];
    const [, id, again] = /^actions\/runs\/(\d+)(\/rerun-failed-jobs)?$/.exec(path) ?? [];
    const run = state.runs.find((one) => String(one.id) === id);
    if (run && !again) return [200, run];
    if (run) {
      if (run.status !== 'completed') return [403, { message: 'This workflow is already running' }];
      Object.assign(run, { run_attempt: run.run_attempt + 1, status: 'queued', conclusion: null });
      return [201, {}];
    }
    if (path === 'actions/workflows/rollout.yml') return [200, state.workflow];
    if (method === 'PUT' && /^actions\/workflows\/rollout\.yml\/(en|dis)able$/.test(path)) {
      state.workflow.state = path.endsWith('enable') ? 'active' : 'disabled_manually';
      return [204];
    }
    if (path === 'actions/workflows/rollout.yml/runs') {
      const shown = state.runs.slice(state.late > 0 ? 1 : 0);
      state.late = Math.max(0, state.late - 1);
      const found = shown.filter(
        (one) =>
          one.event === url.searchParams.get('event') && one.head_branch === url.searchParams.get('branch'),
      );
      return [200, { total_count: found.length, workflow_runs: found }];
    }
    if (path === 'actions/workflows/rollout.yml/dispatches') {
      state.dispatched.push(body);
      state.late = state.lateBy;
      addRun();
      return [204];
    }
    return [404, { message: 'Not Found' }];
  };

  const http = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://github');
      const [status, said] = answer(request.method ?? '', url, text === '' ? undefined : JSON.parse(text));
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(said === undefined ? '' : JSON.stringify(said));
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return { state, addRun, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}
