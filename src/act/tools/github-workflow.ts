import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { Workflow } from '../world/workflows.ts';
import { PERMISSIONS, readWorkflow, workflowsOf } from './workflows.ts';

type Arguments = ActionOf<'github.disable_workflow'>['arguments'];

/** Keeps a workflow from being started by anything; runs that are under way go on. */
export const githubDisableWorkflow: Tool<'github.disable_workflow'> = switching(false);

/** Lets a workflow be started again. */
export const githubEnableWorkflow: Tool<'github.enable_workflow'> = switching(true);

function switching(on: boolean): Tool<'github.disable_workflow'> & Tool<'github.enable_workflow'> {
  const verb = on ? 'Enable' : 'Disable';
  return {
    version: 1,
    risk: 'medium',
    reversible: true,
    permissions: PERMISSIONS,
    delivers: 'effect',
    cancel: 'undo',
    async prepare(args, world, { service }) {
      const found = await readWorkflow(args, world);
      if (isEnabled(found) === on) throw new NotApplicable(`${args.workflow} is ${found.state} already.`);
      return {
        title: `${verb} the workflow ${args.workflow} of ${args.repo}`,
        target: targetOf(args, found),
        dryRun: `not tried; it is ${found.state} now`,
        expectedEffect: on
          ? 'it runs again when its events happen'
          : 'it is not run any more; what runs goes on',
        inverse: { tool: on ? 'github.disable_workflow' : 'github.enable_workflow', arguments: args },
        blastRadius: {
          text: `every later run of ${args.workflow} in ${args.repo}`,
          services: service === '' ? [] : [service],
          units: 1,
        },
        actsOnSymptom: false,
      };
    },
    async observe(args, world) {
      return targetOf(args, await readWorkflow(args, world));
    },
    async run(args, target, world) {
      const now = targetOf(args, await readWorkflow(args, world));
      if (now.observedVersion !== target.observedVersion)
        throw new NotApplicable(
          `${now.identity} is now ${now.observedVersion}, not ${target.observedVersion}.`,
        );
      await workflowsOf(world).setEnabled(args.repo, args.workflow, on);
    },
    async readBack(args, target, world) {
      const found = await readWorkflow(args, world);
      if (isEnabled(found) === on) return { state: 'done', text: `${args.workflow} is ${found.state}` };
      return targetOf(args, found).observedVersion === target.observedVersion
        ? { state: 'not done', text: `${args.workflow} is still ${found.state}` }
        : { state: 'unclear', text: `${args.workflow} was changed by somebody else and is ${found.state}` };
    },
  };
}

function isEnabled({ state }: Workflow): boolean {
  return state === 'active';
}

function targetOf({ repo, workflow }: Arguments, { state, updatedAt }: Workflow): Target {
  return { identity: `workflow ${repo}/${workflow}`, observedVersion: `${state}, updated ${updatedAt}` };
}
