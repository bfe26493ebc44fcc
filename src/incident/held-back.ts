import type { JournalEntry } from './journal.ts';
import { SITREP } from './person.ts';

/** How many fixes, and why the last of them was. */
export type HeldBack = { count: number; why: string };

/**
 * What the bounds on questions have held back since the last look, by its title, and why it was when the last of it was;
 * null where there is nothing. What came before people since does not count, nor what a person asked for and was told of.
 */
export function heldBack(journal: readonly JournalEntry[]): HeldBack | null {
  const looked = journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  const titles = new Set<string>();
  let why = '';
  for (const entry of journal.slice(looked + 1)) {
    if (entry.kind === 'proposal.made') titles.delete(entry.title);
    if (entry.kind !== 'proposal.withheld' || !entry.bound || entry.actor !== SITREP) continue;
    titles.add(entry.title);
    why = entry.why;
  }
  return titles.size === 0 ? null : { count: titles.size, why };
}
