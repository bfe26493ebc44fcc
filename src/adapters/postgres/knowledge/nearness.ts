/** How widely the index of vectors is searched: .97 and more of the exact answer (docs/benchmarks.md), at some milliseconds. */
const SEARCH_WIDTH = 200;

/**
 * Sets for a session how vectors are searched, so that a search is one statement. Without the second setting a
 * filter that few passages pass leaves hardly any of those that the index finds first. Before pgvector is
 * loaded PostgreSQL takes these for names of nobody's and keeps them for it.
 */
export const SET_NEARNESS = `
  select set_config('hnsw.ef_search', '${SEARCH_WIDTH}', false), set_config('hnsw.iterative_scan', 'relaxed_order', false)`;
