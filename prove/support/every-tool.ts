import type { Action, ActionOf, ToolName } from '../../src/incident/action.ts';
import { APP, EARLIER, MACHINES } from './fly-machines.ts';

const pricing = { namespace: 'shop', deployment: 'pricing' };
const repo = 'acme/shop';

/** Arguments for every tool of the catalogue, to act on what `wholeWorld` has; a tool without them does not compile. */
const ARGUMENTS: { [T in ToolName]: ActionOf<T>['arguments'] } = {
  'kubernetes.rollback': { ...pricing, revision: 2 },
  'kubernetes.restart': pricing,
  'kubernetes.scale': { ...pricing, replicas: 3 },
  'kubernetes.pause_rollout': pricing,
  'kubernetes.resume_rollout': pricing,
  'kubernetes.cordon': { node: 'node-a' },
  'kubernetes.uncordon': { node: 'node-a' },
  'fly.restart_machine': { app: APP, machine: MACHINES.serving },
  'fly.scale': { app: APP, group: 'app', count: 4 },
  'fly.rollback_image': { app: APP, machine: MACHINES.serving, version: EARLIER },
  'fly.cordon_machine': { app: APP, machine: MACHINES.serving },
  'fly.uncordon_machine': { app: APP, machine: MACHINES.cordoned },
  'github.open_revert_pull_request': { repo, sha: 'c'.repeat(40) },
  'github.rerun_workflow': { repo, run: 7 },
  'github.dispatch_workflow': { repo, workflow: 'rollout.yml', ref: 'main', inputs: { service: 'pricing' } },
  'github.disable_workflow': { repo, workflow: 'rollout.yml' },
  'github.enable_workflow': { repo, workflow: 'nightly.yml' },
  'github.open_issue': { repo, title: 'Bound the coupon pattern', body: 'It is unbounded.' },
  'github.close_issue': { repo, number: 1 },
  'github.close_pull_request': { repo, number: 1 },
  'flag.disable': { flag: 'coupons' },
  'flag.enable': { flag: 'banner' },
  'http.request': { template: 'pause-queue', values: { queue: 'orders' } },
  'mcp.call': { server: 'store', tool: 'set', arguments: { key: 'mode', value: 'safe' } },
};

export const EVERY_ACTION: Action[] = Object.entries(ARGUMENTS).map(
  // Tool and arguments belong together by the type above.
  ([tool, given]) => ({ tool, arguments: given }) as Action,
);

/** What has to be done first, so that an action has something to do. */
export function before({ tool }: Action): Action | null {
  if (tool === 'kubernetes.resume_rollout') return { tool: 'kubernetes.pause_rollout', arguments: pricing };
  if (tool === 'kubernetes.uncordon') return { tool: 'kubernetes.cordon', arguments: { node: 'node-a' } };
  return null;
}
