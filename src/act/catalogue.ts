import { z } from 'zod';
import { actionSchemas, parseAction, type Action, type ToolName } from '../incident/action.ts';
import { digestOf } from '../incident/canonical.ts';
import type { Target } from '../incident/proposal.ts';
import type { Permit, Preparation, ReadBack, Surroundings, Tool } from './tool.ts';
import { flagDisable, flagEnable } from './tools/flag.ts';
import { githubClosePullRequest, githubOpenRevertPullRequest } from './tools/github-revert.ts';
import { githubCloseIssue, githubOpenIssue } from './tools/github-issue.ts';
import { githubDispatchWorkflow } from './tools/github-dispatch.ts';
import { githubRerunWorkflow } from './tools/github-rerun.ts';
import { githubDisableWorkflow, githubEnableWorkflow } from './tools/github-workflow.ts';
import { httpRequest } from './tools/http-request.ts';
import { kubernetesRestart } from './tools/kubernetes-restart.ts';
import { kubernetesRollback } from './tools/kubernetes-rollback.ts';
import { kubernetesScale } from './tools/kubernetes-scale.ts';
import type { World } from './world.ts';

const tools: { [T in ToolName]: Tool<T> } = {
  'kubernetes.rollback': kubernetesRollback,
  'kubernetes.restart': kubernetesRestart,
  'kubernetes.scale': kubernetesScale,
  'github.open_revert_pull_request': githubOpenRevertPullRequest,
  'github.close_pull_request': githubClosePullRequest,
  'github.rerun_workflow': githubRerunWorkflow,
  'github.dispatch_workflow': githubDispatchWorkflow,
  'github.disable_workflow': githubDisableWorkflow,
  'github.enable_workflow': githubEnableWorkflow,
  'github.open_issue': githubOpenIssue,
  'github.close_issue': githubCloseIssue,
  'flag.disable': flagDisable,
  'flag.enable': flagEnable,
  'http.request': httpRequest,
};

/** What holds for a tool whatever its arguments are. */
export type Traits = Pick<
  Tool<ToolName>,
  'version' | 'risk' | 'reversible' | 'permissions' | 'delivers' | 'cancel'
>;

export function traitsOf(tool: ToolName): Traits {
  const { version, risk, reversible, permissions, delivers, cancel } = tools[tool];
  return { version, risk, reversible, permissions, delivers, cancel };
}

/** A tool bound to the arguments of one action, so that they cannot be mixed up any more. */
export type BoundTool = Traits & {
  schemaHash: string;
  prepare(world: World, around: Surroundings): Promise<Preparation>;
  observe(world: World): Promise<Target>;
  run(target: Target, world: World, permit: Permit): Promise<void>;
  readBack(target: Target, world: World, permit: Permit): Promise<ReadBack>;
};

/**
 * The tool that carries out an action. Throws where the action is not exactly one of the catalogue, so
 * that nothing else can be run even if it stood in the database.
 */
export function bind(given: Action): BoundTool {
  const action = parseAction(given);
  // The mapped type above guarantees that tool and arguments belong together; the compiler cannot
  // follow that through the index.
  const tool = tools[action.tool] as Tool<ToolName>;
  const args = action.arguments as never;
  return {
    ...traitsOf(action.tool),
    schemaHash: digestOf(z.toJSONSchema(actionSchemas[action.tool])),
    prepare: (world, around) => tool.prepare(args, world, around),
    observe: (world) => tool.observe(args, world),
    run: (target, world, permit) => tool.run(args, target, world, permit),
    readBack: (target, world, permit) => tool.readBack(args, target, world, permit),
  };
}
