import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { World } from '../world.ts';
import type { WorkflowRun } from '../world/workflows.ts';
import { PERMISSIONS, workflowsOf } from './workflows.ts';

type Arguments = ActionOf<'github.rerun_workflow'>['arguments'];

/** Runs the failed jobs of a run again, with what follows from them. */
export const githubRerunWorkflow: Tool<'github.rerun_workflow'> = {
  version: 1,
  risk: 'medium',
  reversible: false,
  permissions: PERMISSIONS,
  delivers: 'effect',
  cancel: 'wait',
  async prepare(args, world, { service }) {
    const run = await readRun(args, world);
    if (run.status !== 'completed' || run.conclusion === 'success')
      throw new NotApplicable(
        `Run ${args.run} of ${run.name} is ${run.conclusion ?? run.status}; nothing of it failed.`,
      );
    return {
      title: `Run the failed jobs of ${run.name} #${args.run} in ${args.repo} again`,
      target: targetOf(args, run),
      dryRun: `not tried; attempt ${run.attempt} on ${run.branch} ended in ${run.conclusion}`,
      expectedEffect: 'the failed jobs and what depends on them run once more on the same commit',
      inverse: null,
      blastRadius: {
        text: `the failed jobs of one run in ${args.repo}, and whatever they roll out`,
        services: service === '' ? [] : [service],
        units: 1,
      },
      actsOnSymptom: false,
    };
  },
  async observe(args, world) {
    return targetOf(args, await readRun(args, world));
  },
  async run(args, target, world) {
    const now = targetOf(args, await readRun(args, world));
    if (now.observedVersion !== target.observedVersion)
      throw new NotApplicable(
        `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
      );
    await workflowsOf(world).rerunFailedJobs(args.repo, args.run);
  },
  async readBack(args, target, world) {
    const run = await readRun(args, world);
    const text = `${run.name} is at attempt ${run.attempt}, ${run.conclusion ?? run.status}: ${run.url}`;
    // GitHub itself refuses a second start while the first one runs.
    if (targetOf(args, run).observedVersion === target.observedVersion) return { state: 'not done', text };
    return run.ours === false
      ? { state: 'unclear', text: `somebody else started it; ${text}` }
      : { state: 'done', text };
  },
};

async function readRun({ repo, run }: Arguments, world: World): Promise<WorkflowRun> {
  const found = await workflowsOf(world).run(repo, run);
  if (!found) throw new NotApplicable(`${repo} has no workflow run ${run}.`);
  return found;
}

function targetOf({ repo, run }: Arguments, { attempt, status, conclusion }: WorkflowRun): Target {
  return {
    identity: `workflow run ${repo}#${run}`,
    observedVersion: `attempt ${attempt}, ${conclusion ?? status}`,
  };
}
