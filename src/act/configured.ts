import { toolNames, type ToolName } from '../incident/action.ts';
import type { ReadWorld } from './world.ts';

/** Which part of the world a tool acts on. */
const PARTS: Record<ToolName, keyof ReadWorld> = {
  'kubernetes.rollback': 'cluster',
  'kubernetes.restart': 'cluster',
  'kubernetes.scale': 'cluster',
  'kubernetes.pause_rollout': 'cluster',
  'kubernetes.resume_rollout': 'cluster',
  'kubernetes.cordon': 'cluster',
  'kubernetes.uncordon': 'cluster',
  'fly.restart_machine': 'fly',
  'fly.scale': 'fly',
  'fly.rollback_image': 'fly',
  'fly.cordon_machine': 'fly',
  'fly.uncordon_machine': 'fly',
  'github.open_revert_pull_request': 'codeHost',
  'github.close_pull_request': 'codeHost',
  'github.rerun_workflow': 'workflows',
  'github.dispatch_workflow': 'workflows',
  'github.disable_workflow': 'workflows',
  'github.enable_workflow': 'workflows',
  'github.open_issue': 'issues',
  'github.close_issue': 'issues',
  'flag.disable': 'flags',
  'flag.enable': 'flags',
  'http.request': 'http',
  'mcp.call': 'mcp',
};

/** The tools whose part of the world is configured here. */
export function configuredTools(world: ReadWorld): ToolName[] {
  return toolNames.filter((tool) => world[PARTS[tool]] !== null);
}
