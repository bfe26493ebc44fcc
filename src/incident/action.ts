import { z } from 'zod';

const kubernetesName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'not a Kubernetes name');
const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name');
const deployment = { namespace: kubernetesName, deployment: kubernetesName };

/**
 * The closed catalogue of what Sitrep can do to the world: the name of each tool and the shape of
 * its arguments. There is no shell and no free-text command. `src/act/tools` says how each is done.
 */
export const actionSchemas = {
  'kubernetes.rollback': z.strictObject({ ...deployment, revision: z.int().positive() }),
  'kubernetes.restart': z.strictObject(deployment),
  'kubernetes.scale': z.strictObject({ ...deployment, replicas: z.int().min(0).max(100) }),
  'github.open_revert_pull_request': z.strictObject({
    repo: repository,
    sha: z.string().regex(/^[0-9a-f]{40}$/, 'a full commit hash'),
  }),
  'github.close_pull_request': z.strictObject({ repo: repository, number: z.int().positive() }),
} as const;

export type ToolName = keyof typeof actionSchemas;

/** One typed action with its arguments. */
export type Action = {
  [T in ToolName]: { tool: T; arguments: z.infer<(typeof actionSchemas)[T]> };
}[ToolName];

export type ActionOf<T extends ToolName> = Extract<Action, { tool: T }>;

export type Risk = 'low' | 'medium' | 'high';

export const toolNames = Object.keys(actionSchemas) as ToolName[];

/**
 * Reads an action from untrusted data. Throws with the tool or the argument that is wrong;
 * an unknown tool, a missing or an additional argument is never let through.
 */
export function parseAction(value: unknown): Action {
  const { tool, arguments: given } = z
    .strictObject({ tool: z.enum(toolNames), arguments: z.unknown() })
    .parse(value);
  return { tool, arguments: actionSchemas[tool].parse(given) } as Action;
}
