import { describe, type JournalEntry } from './journal.ts';
import { counted } from './text.ts';

/** One line of a timeline, and the entries that it stands for, of which there is at least one. */
export type TimelineLine = { first: JournalEntry; last: JournalEntry; text: string };

type Resolved = JournalEntry & { kind: 'alert.resolved' };

const NAMED = 5;

/**
 * The journal as lines for people, in its order: alerts that resolve one after another, said by the same source, are one
 * line, or the end of every flood would hide what was done about it.
 */
export function timelineOf(journal: readonly JournalEntry[]): TimelineLine[] {
  const lines: TimelineLine[] = [];
  let run: Resolved[] = [];
  const endRun = () => {
    const [first] = run;
    if (first) lines.push({ first, last: run.at(-1) ?? first, text: resolvedLine(run) });
    run = [];
  };
  for (const entry of journal) {
    if (entry.kind === 'alert.resolved') {
      if (run[0] && run[0].actor !== entry.actor) endRun();
      run.push(entry);
    } else {
      endRun();
      lines.push({ first: entry, last: entry, text: describe(entry) });
    }
  }
  endRun();
  return lines;
}

function resolvedLine(run: readonly Resolved[]): string {
  const [first] = run;
  if (first && run.length === 1) return describe(first);
  const counts = new Map<string, number>();
  for (const { alert, service } of run) {
    const name = service ? `${alert} for ${service}` : alert;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const named = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  const rest = named.length - NAMED;
  return `${counted(run.length, 'alert')} resolved: ${named.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
