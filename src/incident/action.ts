import { z } from 'zod';
import { flyActions } from './actions/fly.ts';
import { flagActions } from './actions/flag.ts';
import { githubActions } from './actions/github.ts';
import { httpActions } from './actions/http.ts';
import { canonicalJson } from './canonical.ts';
import { mcpActions } from './actions/mcp.ts';
import { kubernetesActions } from './actions/kubernetes.ts';

/**
 * The closed catalogue of what Sitrep can do to the world: the name of each tool and the shape of
 * its arguments. There is no shell and no free-text command. `src/act/tools` says how each is done.
 */
export const actionSchemas = {
  ...kubernetesActions,
  ...flyActions,
  ...githubActions,
  ...flagActions,
  ...httpActions,
  ...mcpActions,
} as const;

export type ToolName = keyof typeof actionSchemas;

/** One typed action with its arguments. */
export type Action = {
  [T in ToolName]: { tool: T; arguments: z.infer<(typeof actionSchemas)[T]> };
}[ToolName];

export type ActionOf<T extends ToolName> = Extract<Action, { tool: T }>;

/**
 * What stopping means once the write is out: `undo`, the inverse puts it back; `wait`, it ends by itself and
 * cannot be taken back.
 */
export type Cancel = 'undo' | 'wait';

export type Risk = 'low' | 'medium' | 'high';

/** How far an action reaches if it goes wrong. Computed by code from the world, never by a model. */
export type BlastRadius = {
  /** For people: “2 replicas of shop/pricing; checkout depends on it”. */
  text: string;
  /** The services that it may touch: its own and those that are declared to depend on that. */
  services: string[];
  /** Replicas, machines, pull requests, …: whatever the tool counts. */
  units: number;
};

export const toolNames = Object.keys(actionSchemas) as ToolName[];

/**
 * Reads an action from untrusted data. Throws with the tool or the argument that is wrong;
 * an unknown tool, a missing or an additional argument is never let through.
 */
export function parseAction(value: unknown): Action {
  const { tool, arguments: given } = z
    .strictObject({ tool: z.enum(toolNames), arguments: z.unknown() })
    .parse(value);
  const action = { tool, arguments: actionSchemas[tool].parse(given) } as Action;
  // What has no canonical form, as half of a surrogate pair, has no digest that anybody could consent to.
  canonicalJson(action);
  return action;
}
