import type { Workflow, WorkflowRun, Workflows } from '../../src/act/world/workflows.ts';
import type { Ledger } from './whole-world.ts';

const SOURCE = `name: Roll out
on:
  workflow_dispatch:
    inputs:
      service: { required: true, type: string }
jobs: {}
`;

/** Two workflows, one of them disabled, and a run that failed. */
export function workflowsOf(ledger: Ledger): Workflows {
  const workflows = new Map<string, Workflow>(
    ['rollout.yml', 'nightly.yml'].map((name) => [
      name,
      {
        name,
        state: name === 'rollout.yml' ? 'active' : 'disabled_manually',
        updatedAt: '2026-03-04T03:00:00Z',
      },
    ]),
  );
  const run = (id: number, more: Partial<WorkflowRun> = {}): WorkflowRun => ({
    id,
    name: 'Roll out',
    attempt: 1,
    status: 'completed',
    conclusion: 'failure',
    branch: 'main',
    url: `https://github.example/runs/${id}`,
    ours: true,
    ...more,
  });
  const runs = new Map([[7, run(7)]]);
  const dispatched: WorkflowRun[] = [];
  return {
    run: async (_, id) => runs.get(id) ?? null,
    workflow: async (_, file) => workflows.get(file) ?? null,
    head: async (_, ref) => (ref === 'main' ? 'a'.repeat(40) : null),
    source: async () => SOURCE,
    dispatched: async () => [...dispatched],
    listedRisk: () => null,
    async rerunFailedJobs(repo, id) {
      ledger(repo, `rerun ${id}`);
      const found = runs.get(id);
      if (found) runs.set(id, { ...found, attempt: found.attempt + 1, status: 'queued', conclusion: null });
    },
    async setEnabled(repo, file, enabled) {
      ledger(repo, `${enabled ? 'enable' : 'disable'} ${file}`);
      const found = workflows.get(file);
      const state = enabled ? 'active' : 'disabled_manually';
      if (found) workflows.set(file, { ...found, state, updatedAt: '2026-03-04T04:00:00Z' });
    },
    async dispatch(repo, file, { ref, inputs }) {
      ledger(repo, `dispatch ${file} on ${ref} ${JSON.stringify(inputs)}`);
      dispatched.unshift(run(100 + dispatched.length, { status: 'queued', conclusion: null }));
    },
  };
}
