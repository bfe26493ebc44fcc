import { connect } from '../../../src/adapters/github/connection.ts';
import { githubWorkflows } from '../../../src/adapters/github/workflows.ts';
import type { Action } from '../../../src/incident/action.ts';
import { startFakeActions } from '../../support/fake-actions.ts';
import { worldOf } from '../../support/world.ts';
import type { Scenario, SetUp } from '../tool-contract.ts';

type WorkflowTool =
  'github.rerun_workflow' | 'github.dispatch_workflow' | 'github.disable_workflow' | 'github.enable_workflow';
type Actions = Awaited<ReturnType<typeof startFakeActions>>;

const REPO = 'acme/shop';
const SOMEBODY = { login: 'somebody' };
const workflow = { repo: REPO, workflow: 'rollout.yml' };

const on =
  (
    action: (actions: Actions) => Action,
    rest: (actions: Actions) => Pick<Scenario, 'state' | 'changeByOthers' | 'untouched'>,
  ): SetUp =>
  async () => {
    const actions = await startFakeActions();
    const octokit = connect({ token: 'token', apiUrl: actions.url, userAgent: 'sitrep-test' });
    const workflows = githubWorkflows(octokit, { repos: [REPO], listed: [], sleep: () => Promise.resolve() });
    return {
      action: action(actions),
      world: worldOf({ workflows }),
      writes: () => actions.state.writes,
      ...rest(actions),
    };
  };

const switching = (tool: 'github.disable_workflow' | 'github.enable_workflow', before: string) =>
  on(
    ({ state }) => {
      state.workflow.state = before;
      return { tool, arguments: workflow };
    },
    ({ state }) => ({
      state: async () => state.workflow.state,
      changeByOthers: async () => void (state.workflow.updated_at = '2026-11-02T00:00:00Z'),
    }),
  );

export const workflowScenarios: Record<WorkflowTool, SetUp> = {
  'github.rerun_workflow': on(
    ({ addRun }) => {
      const { id } = addRun({ status: 'completed', conclusion: 'failure' });
      return { tool: 'github.rerun_workflow', arguments: { repo: REPO, run: id } };
    },
    ({ state }) => ({
      state: async () => state.runs.map(({ run_attempt, status }) => ({ run_attempt, status })),
      changeByOthers: async () =>
        void Object.assign(state.runs[0] ?? {}, { run_attempt: 2, triggering_actor: SOMEBODY }),
    }),
  ),
  'github.dispatch_workflow': on(
    () => ({
      tool: 'github.dispatch_workflow',
      arguments: { ...workflow, ref: 'main', inputs: { service: 'pricing' } },
    }),
    ({ state, addRun }) => ({
      state: async () => state.runs.length,
      changeByOthers: async () => void addRun({ actor: SOMEBODY, triggering_actor: SOMEBODY }),
      // GitHub lists a run some seconds after it was started.
      untouched: 'unclear',
    }),
  ),
  'github.disable_workflow': switching('github.disable_workflow', 'active'),
  'github.enable_workflow': switching('github.enable_workflow', 'disabled_manually'),
};
