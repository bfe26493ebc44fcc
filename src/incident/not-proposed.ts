import { isOngoing } from './incident.ts';
import type { JournalEntry } from './journal.ts';
import type { Proposal } from './proposal.ts';
import { questionAmong } from './question.ts';
import type { IncidentView } from './view.ts';

export type NotProposed = { title: string; why: string };

type Known = Pick<IncidentView, 'incident' | 'journal' | 'proposals'>;
type Withheld = Extract<JournalEntry, { kind: 'proposal.withheld' }>;

/** Said of the way back of an action, which no look of ours finds again. */
const UNDO = 'Undo: ';

/**
 * What is not proposed now, and why, each once and the latest last. What was said before the last look does not hold any
 * more, nor of what has been proposed since, nor what was said of an undo that has been offered or done. Pure.
 */
export function notProposed(view: Known): NotProposed[] {
  const { incident, journal } = view;
  const looked = journal.findLastIndex((entry) => entry.kind === 'evidence.found');
  const holding = new Map<string, NotProposed>();
  for (const [place, entry] of journal.entries()) {
    if (entry.kind !== 'proposal.withheld') continue;
    const isUndo = entry.title.startsWith(UNDO);
    const isOver = !isUndo && (place < looked || !isOngoing(incident.state));
    holding.delete(entry.title);
    if (isOver || wasMade(view, entry, place) || (isUndo && isUndone(view, entry))) continue;
    holding.set(entry.title, { title: entry.title, why: entry.why });
  }
  return [...holding.values()];
}

/** Whether it came before people after all. */
function wasMade({ journal, proposals }: Known, { title }: Withheld, place: number): boolean {
  return journal.slice(place + 1).some((entry) => {
    if (entry.kind !== 'proposal.made') return false;
    const made = proposals.find(({ id }) => id === entry.proposal);
    const undone = made && proposals.find(({ id }) => id === made.undoes);
    return [
      entry.title,
      ...(made ? [lookedAt(made)] : []),
      ...(undone ? [`${UNDO}${undone.title}`] : []),
    ].includes(title);
  });
}

/** Whether nothing of what it would undo is left, or the undo that should have run by itself was decided by people. */
function isUndone({ proposals }: Known, { title }: Withheld): boolean {
  const byItself = proposals.find((one) => one.undoes !== null && `${one.title}, by itself` === title);
  if (byItself) return byItself.state !== 'proposed';
  const about = proposals.filter(
    (one) =>
      one.undoes === null &&
      [one.title, questionAmong(proposals, one).title].includes(title.slice(UNDO.length)),
  );
  return about.length > 0 && about.every(({ state }) => state === 'reverted');
}

/** What a proposal was called before the world was looked at. */
function lookedAt({ action, service }: Proposal): string {
  return draftTitle(action.tool, service);
}

/** What an action is called before the world was looked at, which alone knows its title. */
export function draftTitle(tool: string, service: string): string {
  return `${tool} on ${service || 'the repository'}`;
}
