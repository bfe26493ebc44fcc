import type { ToolName } from './action.ts';

/**
 * One well-formed use of every tool, as somebody would type it after its name. What names a release is not shown to people
 * like this: read in an incident, it could be taken for advice.
 */
export const ACTION_EXAMPLES: Record<ToolName, string> = {
  'kubernetes.rollback': 'namespace=shop deployment=pricing revision=4',
  'kubernetes.restart': 'namespace=shop deployment=pricing',
  'kubernetes.scale': 'namespace=shop deployment=pricing replicas=4',
  'kubernetes.pause_rollout': 'namespace=shop deployment=pricing',
  'kubernetes.resume_rollout': 'namespace=shop deployment=pricing',
  'kubernetes.cordon': 'node=worker-3',
  'kubernetes.uncordon': 'node=worker-3',
  'fly.restart_machine': 'app=shop-pricing machine=148e272c3d9089',
  'fly.scale': 'app=shop-pricing group=app count=3',
  'fly.rollback_image': 'app=shop-pricing machine=148e272c3d9089 version=01JB2QV0XN5T8K3M7R9WZ4Y6PA',
  'fly.cordon_machine': 'app=shop-pricing machine=148e272c3d9089',
  'fly.uncordon_machine': 'app=shop-pricing machine=148e272c3d9089',
  'github.open_revert_pull_request': 'repo=acme/shop sha=8f1d3c5b7a9e2460f1d3c5b7a9e2460f1d3c5b7a',
  'github.rerun_workflow': 'repo=acme/shop run=9876543210',
  'github.dispatch_workflow': 'repo=acme/shop workflow=deploy.yml ref=main inputs.environment=production',
  'github.disable_workflow': 'repo=acme/shop workflow=deploy.yml',
  'github.enable_workflow': 'repo=acme/shop workflow=deploy.yml',
  'github.open_issue': 'repo=acme/shop title="Pricing is slow" body="See INC-12"',
  'github.close_issue': 'repo=acme/shop number=12',
  'github.close_pull_request': 'repo=acme/shop number=12',
  'flag.disable': 'flag=new-checkout',
  'flag.enable': 'flag=new-checkout source=flags',
  'http.request': 'template=pause_queue values.queue=orders',
  'mcp.call': 'server=cache tool=purge arguments.key=prices',
};

const RELEASE = /\b(revision|version|sha)=\S+/u;

/** The example of a tool with a word where a release would stand, which only whoever asks can know. */
export function exampleOf(tool: ToolName): string {
  return ACTION_EXAMPLES[tool].replace(RELEASE, (_, name: string) => `${name}=${name.toUpperCase()}`);
}

/** Whether somebody has copied that word as it stands in the example. */
export function isPlaceholder(name: string, value: string): boolean {
  return value === name.toUpperCase() && RELEASE.test(`${name}=${value}`);
}
