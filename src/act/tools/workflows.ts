import { NotApplicable } from '../tool.ts';
import type { World } from '../world.ts';
import type { Workflow, Workflows } from '../world/workflows.ts';

export const PERMISSIONS = ['actions: write', 'contents: read'];

export function workflowsOf(world: World): Workflows {
  if (!world.workflows)
    throw new NotApplicable('GitHub is not configured; set GITHUB_TOKEN and GITHUB_REPOS.');
  return world.workflows;
}

export async function readWorkflow(
  args: { repo: string; workflow: string },
  world: World,
): Promise<Workflow> {
  const found = await workflowsOf(world).workflow(args.repo, args.workflow);
  if (!found) throw new NotApplicable(`${args.repo} has no workflow ${args.workflow}.`);
  return found;
}
