import type { Cluster } from './world/cluster.ts';
import type { CodeHost } from './world/code-host.ts';
import type { Flags } from './world/flags.ts';
import type { Issues } from './world/issues.ts';
import type { Workflows } from './world/workflows.ts';
import type { HttpRequests } from './world/http.ts';

/** The world that tools act on; null where it is not configured. */
export type World = {
  cluster: Cluster | null;
  codeHost: CodeHost | null;
  workflows: Workflows | null;
  issues: Issues | null;
  flags: Flags | null;
  http: HttpRequests | null;
};

/** How a write failed: it was refused and has not happened, or nobody knows whether it has. */
export type WriteFailure = Error & { outcome: 'refused' | 'unknown' };

/** Only a failure that says so counts as refused; anything else may have happened. */
export function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'outcome' in error && error.outcome === 'refused';
}
