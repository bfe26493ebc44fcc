import type { IncidentView } from '../../../incident/view.ts';
import { inertLine } from '../escape.ts';

const MOST = 5;

/** What could not be consulted, one plain sentence each, the newest of the same kind once. */
export function missing(view: IncidentView): string[] {
  const sentences = view.journal.flatMap((entry) =>
    entry.kind === 'evidence.missing' ? [inertLine(entry.what, 250)] : [],
  );
  return [...new Set(sentences)].slice(-MOST);
}
