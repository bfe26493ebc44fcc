import { expect, it } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { connect } from '../../src/adapters/github/connection.ts';
import { githubWorkflows } from '../../src/adapters/github/workflows.ts';
import { parseAction, type Action } from '../../src/incident/action.ts';
import { REPO as DEMO, startDemoGitHub, TOKEN } from '../support/demo-github.ts';
import { startFakeActions } from '../support/fake-actions.ts';
import { worldOf } from '../support/world.ts';

const REPO = 'acme/shop';
const PERMIT = { key: 'a proposal', approvedBy: [] };
const AROUND = { service: 'pricing', dependants: ['checkout'] };
const workflow = { repo: REPO, workflow: 'rollout.yml' };

async function opened(listed: Parameters<typeof githubWorkflows>[1]['listed'] = []) {
  const { url, state, addRun } = await startFakeActions();
  const octokit = connect({ token: 'token', apiUrl: url, userAgent: 'sitrep-test' });
  let pauses = 0;
  const sleep = () => {
    pauses += 1;
    return Promise.resolve();
  };
  const world = worldOf({ workflows: githubWorkflows(octokit, { repos: [REPO], listed, sleep }) });
  return { state, addRun, world, pauses: () => pauses };
}

const dispatch = (inputs: Record<string, string> = { service: 'pricing' }): Action => ({
  tool: 'github.dispatch_workflow',
  arguments: { ...workflow, ref: 'main', inputs },
});

it('runs failed jobs again, once', async () => {
  const { world, addRun } = await opened();
  const run = addRun({ status: 'completed', conclusion: 'failure' });
  const tool = bind({ tool: 'github.rerun_workflow', arguments: { repo: REPO, run: run.id } });
  const { target } = await tool.prepare(world, AROUND);
  expect(target.observedVersion).toBe('attempt 1, failure');
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'not done' });
  await tool.run(target, world, PERMIT);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'done', text: /attempt 2/ });
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at attempt 2/);
  expect(run.run_attempt).toBe(2);
});

it('does not run again what runs or went well, and does not claim what others started', async () => {
  const { world, addRun } = await opened();
  const run = addRun({ status: 'completed', conclusion: 'success' });
  const tool = bind({ tool: 'github.rerun_workflow', arguments: { repo: REPO, run: run.id } });
  await expect(tool.prepare(world, AROUND)).rejects.toThrow(/nothing of it failed/);
  run.conclusion = 'failure';
  const { target } = await tool.prepare(world, AROUND);
  Object.assign(run, { run_attempt: 2, triggering_actor: { login: 'somebody' } });
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({
    state: 'unclear',
    text: /somebody else/,
  });
});

it('starts a workflow once and finds its run, also when GitHub lists it late', async () => {
  const { world, state, addRun, pauses } = await opened();
  addRun({ status: 'completed', conclusion: 'success' });
  const tool = bind(dispatch());
  const { target, risk } = await tool.prepare(world, AROUND);
  expect(risk).toBe('high');
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'unclear' });
  state.lateBy = 3;
  await tool.run(target, world, PERMIT);
  expect(state.dispatched).toEqual([{ ref: 'main', inputs: { service: 'pricing' } }]);
  expect(pauses()).toBe(3);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({
    state: 'done',
    text: /run 1001 is queued/,
  });
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at .* after run 1001/);
  expect(state.dispatched).toHaveLength(1);
});

it('a start that was accepted does not count as refused because looking for its run is', async () => {
  const { world, state } = await opened();
  const tool = bind(dispatch());
  const { target } = await tool.prepare(world, AROUND);
  state.forbidsNextList = true;
  await tool.run(target, world, PERMIT);
  expect(state.forbidsNextList).toBe(false);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'done' });
});

it('does not take the run of somebody else for its own, and never says that none was started', async () => {
  const { world, addRun } = await opened();
  const tool = bind(dispatch());
  const { target } = await tool.prepare(world, AROUND);
  addRun({ actor: { login: 'somebody' }, triggering_actor: { login: 'somebody' } });
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'unclear' });
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at/);
});

it('does not start a workflow on a branch that has moved', async () => {
  const { world, state } = await opened();
  const tool = bind(dispatch());
  const { target } = await tool.prepare(world, AROUND);
  state.sha = 'b'.repeat(40);
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at bbbb/);
  expect(state.dispatched).toEqual([]);
});

it('takes the risk of a workflow that is listed from sitrep.yaml', async () => {
  const { world } = await opened([{ ...workflow, risk: 'low' }]);
  expect(await bind(dispatch()).prepare(world, AROUND)).toMatchObject({ risk: 'low' });
  expect(bind(dispatch()).risk).toBe('high');
});

it.each([
  ['an input that it does not have', { service: 'a', other: 'b' }, null, /has no input other/],
  ['an input that is missing', {}, null, /wants the input service/],
  ['a workflow that nobody starts by hand', {}, 'on: push\n', /no workflow_dispatch/],
  ['a workflow that is none', {}, '[', /cannot be read/],
])('%s is told before anybody approves', async (_what, inputs, source, message) => {
  const { world, state } = await opened();
  state.source = source ?? state.source;
  await expect(bind(dispatch(inputs)).prepare(world, AROUND)).rejects.toThrow(message);
});

it('disables a workflow and enables it again', async () => {
  const { world, state } = await opened();
  const tool = bind({ tool: 'github.disable_workflow', arguments: workflow });
  const { target, inverse } = await tool.prepare(world, AROUND);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'not done' });
  await tool.run(target, world, PERMIT);
  expect(state.workflow.state).toBe('disabled_manually');
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'done' });
  await expect(tool.prepare(world, AROUND)).rejects.toThrow(/already/);
  await expect(bind(dispatch()).prepare(world, AROUND)).rejects.toThrow(/enable it first/);
  const undo = bind(parseAction(inverse));
  await undo.run((await undo.prepare(world, AROUND)).target, world, PERMIT);
  expect(state.workflow.state).toBe('active');
});

it('a workflow that was changed meanwhile is left alone; other repositories are never asked', async () => {
  const { world, state } = await opened();
  const tool = bind({ tool: 'github.disable_workflow', arguments: workflow });
  const { target } = await tool.prepare(world, AROUND);
  state.workflow.updated_at = '2026-11-02T00:00:00Z';
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now active, updated 2026-11-02/);
  expect(state.workflow.state).toBe('active');
  const other = bind({ tool: 'github.disable_workflow', arguments: { ...workflow, repo: 'evil/shop' } });
  await expect(other.prepare(world, AROUND)).rejects.toThrow(/not among GITHUB_REPOS/);
});

it("the demo's GitHub has no workflows, and what names one is not applicable", async () => {
  const { url } = await startDemoGitHub();
  const octokit = connect({ token: TOKEN, apiUrl: url, userAgent: 'sitrep-test' });
  const demo = worldOf({ workflows: githubWorkflows(octokit, { repos: [DEMO], listed: [] }) });
  const action = { tool: 'github.disable_workflow', arguments: { repo: DEMO, workflow: 'a.yml' } } as const;
  await expect(bind(action).prepare(demo, { service: '', dependants: [] })).rejects.toThrow(
    'acme/shop has no workflow a.yml',
  );
});
