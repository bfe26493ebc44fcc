import type { Cluster, ClusterReader } from './world/cluster.ts';
import type { CodeHost, CodeReader } from './world/code-host.ts';
import type { Fly, FlyReader } from './world/fly.ts';
import type { FlagReader, Flags } from './world/flags.ts';
import type { HttpReader, HttpRequests } from './world/http.ts';
import type { IssueReader, Issues } from './world/issues.ts';
import type { McpReader, McpServers } from './world/mcp.ts';
import type { WorkflowReader, Workflows } from './world/workflows.ts';

/**
 * The world as every stage but the execution may see it: nothing in it can write, so that no path from a model leads
 * to a write credential. Null where a part is not configured.
 */
export type ReadWorld = {
  cluster: ClusterReader | null;
  codeHost: CodeReader | null;
  fly: FlyReader | null;
  workflows: WorkflowReader | null;
  issues: IssueReader | null;
  flags: FlagReader | null;
  http: HttpReader | null;
  mcp: McpReader | null;
};

/** The world that actions are carried out on; only the executor has it. */
export type World = {
  cluster: Cluster | null;
  codeHost: CodeHost | null;
  fly: Fly | null;
  workflows: Workflows | null;
  issues: Issues | null;
  flags: Flags | null;
  http: HttpRequests | null;
  mcp: McpServers | null;
};

/**
 * The world for so many seconds, counted from the call. Afterwards nothing in it is sent any more, what is still under way
 * is given up, and both fail.
 */
export type WorldFor = (seconds: number) => World;

/** How a write failed: it was refused and has not happened, or nobody knows whether it has. */
export type WriteFailure = Error & { outcome: 'refused' | 'unknown' };

/** Only a failure that says so counts as refused; anything else may have happened. */
export function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'outcome' in error && error.outcome === 'refused';
}
