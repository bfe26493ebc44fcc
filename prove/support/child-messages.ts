/** What an executor that runs as a process of its own asks of whoever keeps its database and its cluster. */
export type Ask =
  | { id: number; op: 'query' | 'statement'; text: string; params?: readonly unknown[] }
  | { id: number; op: 'begin' | 'commit' | 'rollback' }
  | { id: number; op: 'deployment' | 'revisions' | 'patch'; args: unknown[] };

export type Reply =
  { id: number; value: unknown } | { id: number; error: { message: string; outcome?: unknown } };

/** Told once the work is done; a killed process never says so. */
export type Done = { done: true };
