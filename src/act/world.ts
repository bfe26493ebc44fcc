import type { Cluster, ClusterReader } from './world/cluster.ts';
import type { CodeHost, CodeReader } from './world/code-host.ts';

/**
 * The world as every stage but the execution may see it: nothing in it can write, so that no path from a model leads
 * to a write credential. Null where a part is not configured.
 */
export type ReadWorld = { cluster: ClusterReader | null; codeHost: CodeReader | null };

/** The world that actions are carried out on; only the executor has it. */
export type World = { cluster: Cluster | null; codeHost: CodeHost | null };

/** How a write failed: it was refused and has not happened, or nobody knows whether it has. */
export type WriteFailure = Error & { outcome: 'refused' | 'unknown' };

/** Only a failure that says so counts as refused; anything else may have happened. */
export function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'outcome' in error && error.outcome === 'refused';
}
