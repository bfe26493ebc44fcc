import { parse } from 'yaml';
import { z } from 'zod';
import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { World } from '../world.ts';
import { PERMISSIONS, readWorkflow, workflowsOf } from './workflows.ts';

type Arguments = ActionOf<'github.dispatch_workflow'>['arguments'];

/**
 * Starts a workflow. GitHub takes no idempotency key and a run does not say what started it, so the newest
 * run that was started this way is part of the consent: a newer one of ours is the one that was asked for.
 */
export const githubDispatchWorkflow: Tool<'github.dispatch_workflow'> = {
  version: 1,
  // sitrep.yaml may say that a workflow is less than that.
  risk: 'high',
  reversible: false,
  permissions: PERMISSIONS,
  delivers: 'effect',
  cancel: 'wait',
  async prepare(args, world, { service, dependants }) {
    const { state } = await readWorkflow(args, world);
    if (state !== 'active') throw new NotApplicable(`${args.workflow} is ${state}; enable it first.`);
    const target = await observe(args, world);
    const sha = target.observedVersion.slice(0, 40);
    const source = await workflowsOf(world).source(args.repo, args.workflow, sha);
    const mistake = source === null ? `is not there at ${args.ref}` : whyNot(source, args.inputs);
    if (mistake !== null) throw new NotApplicable(`${args.workflow} ${mistake}.`);
    return {
      title: `Start ${args.workflow} of ${args.repo} on ${args.ref}`,
      target,
      dryRun: `not tried; the workflow at ${sha.slice(0, 7)} takes these inputs`,
      expectedEffect: 'the workflow runs once, with whatever it does',
      inverse: null,
      blastRadius: {
        text: `one run of ${args.workflow} in ${args.repo}, and whatever it changes`,
        services: service === '' ? [] : [service, ...dependants],
        units: 1,
      },
      actsOnSymptom: false,
      risk: workflowsOf(world).listedRisk(args.repo, args.workflow) ?? 'high',
    };
  },
  observe,
  async run(args, target, world) {
    const now = await observe(args, world);
    if (now.observedVersion !== target.observedVersion)
      throw new NotApplicable(
        `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
      );
    await workflowsOf(world).dispatch(args.repo, args.workflow, args);
  },
  async readBack(args, target, world) {
    const before = Number(/after run (\d+)/.exec(target.observedVersion)?.[1]);
    const runs = await workflowsOf(world).dispatched(args.repo, args.workflow, args.ref);
    const ours = runs.filter((run) => run.id > before && run.ours !== false).at(-1);
    return ours
      ? { state: 'done', text: `run ${ours.id} is ${ours.conclusion ?? ours.status}: ${ours.url}` }
      : // GitHub lists runs late, so that none is seen does not mean that none was started.
        { state: 'unclear', text: `no run of ${args.workflow} that Sitrep started is seen yet` };
  },
};

async function observe(args: Arguments, world: World): Promise<Target> {
  const workflows = workflowsOf(world);
  const [sha, runs] = await Promise.all([
    workflows.head(args.repo, args.ref),
    workflows.dispatched(args.repo, args.workflow, args.ref),
  ]);
  if (sha === null) throw new NotApplicable(`${args.repo} has no branch or tag ${args.ref}.`);
  return {
    identity: `workflow ${args.repo}/${args.workflow} on ${args.ref}`,
    observedVersion: `${sha}, after run ${Math.max(0, ...runs.map((run) => run.id))}`,
  };
}

const sourceSchema = z.object({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
});
const dispatchSchema = z.object({
  inputs: z
    .record(
      z.string(),
      z.object({ required: z.boolean().optional(), default: z.unknown() }).partial().nullable(),
    )
    .nullish(),
});

/** Why a workflow cannot be started with these inputs; GitHub would only say so once it is asked to. */
function whyNot(source: string, inputs: Record<string, string>): string | null {
  let workflow: z.infer<typeof sourceSchema>;
  try {
    workflow = sourceSchema.parse(parse(source, { maxAliasCount: 100 }));
  } catch {
    return 'cannot be read';
  }
  const { on } = workflow;
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on);
  if (!names.includes('workflow_dispatch')) return 'cannot be started by hand; it has no workflow_dispatch';
  const said = typeof on === 'object' && !Array.isArray(on) ? (on['workflow_dispatch'] ?? {}) : {};
  const declared = dispatchSchema.safeParse(said).data?.inputs ?? {};
  const unknown = Object.keys(inputs).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) return `has no input ${unknown}`;
  const missing = Object.entries(declared).find(
    ([name, one]) => one?.required && one.default === undefined && !Object.hasOwn(inputs, name),
  );
  return missing ? `wants the input ${missing[0]}` : null;
}
