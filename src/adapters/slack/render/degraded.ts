import type { IncidentView } from '../../../incident/view.ts';
import { inertLine } from '../escape.ts';

const MOST = 5;

/** What could not be consulted when evidence was last collected, or since; one plain sentence each, once. */
export function missing(view: IncidentView): string[] {
  const last = view.journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  const sentences = view.journal
    .slice(last + 1)
    .flatMap((entry) => (entry.kind === 'evidence.missing' ? [inertLine(entry.what, 250)] : []));
  return [...new Set(sentences)].slice(-MOST);
}
