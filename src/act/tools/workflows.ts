import { NotApplicable } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { Workflow } from '../world/workflows.ts';

export const PERMISSIONS = ['actions: write', 'contents: read'];

export function workflowsOf<T>(world: { workflows: T | null }): T {
  if (!world.workflows)
    throw new NotApplicable('GitHub is not configured; set GITHUB_TOKEN and GITHUB_REPOS.');
  return world.workflows;
}

export async function readWorkflow(
  args: { repo: string; workflow: string },
  world: ReadWorld,
): Promise<Workflow> {
  const found = await workflowsOf(world).workflow(args.repo, args.workflow);
  if (!found) throw new NotApplicable(`${args.repo} has no workflow ${args.workflow}.`);
  return found;
}
