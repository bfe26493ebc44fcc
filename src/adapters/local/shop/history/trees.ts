import { readFileSync } from 'node:fs';
import type { HistoryCommit } from './commit.ts';
import { firstDays } from './first-days.ts';
import { laterDays } from './later-days.ts';
import { releaseDay } from './release-day.ts';

/** The tag of the release that carries the mistake; the release before it is the last good one. */
export const BAD_RELEASE = 'pricing-v1.3.0';

const SOURCE = new URL('../source/', import.meta.url);

/** A commit together with the files it changed: their new text, or null for a removed one. */
export type HistoryStep = { commit: HistoryCommit; written: Map<string, string | null> };

/** The shop's history, oldest first, with what each commit writes. Throws if an edit does not apply. */
export function shopHistory(): HistoryStep[] {
  const files = new Map<string, string>();
  return [...firstDays, ...laterDays, ...releaseDay].map((commit) => ({
    commit,
    written: apply(commit, files),
  }));
}

function apply(commit: HistoryCommit, files: Map<string, string>): Map<string, string | null> {
  const written = new Map<string, string | null>();
  for (const change of commit.changes) {
    switch (change.kind) {
      case 'add':
        files.set(change.path, change.text ?? readFileSync(new URL(change.path, SOURCE), 'utf8'));
        break;
      case 'edit':
        files.set(change.path, replaceOnce(files.get(change.path), change.from, change.to, commit.subject));
        break;
      case 'remove':
        files.delete(change.path);
        break;
      default:
        change satisfies never;
    }
    written.set(change.path, files.get(change.path) ?? null);
  }
  return written;
}

function replaceOnce(text: string | undefined, from: string, to: string, subject: string): string {
  const parts = text?.split(from) ?? [];
  if (parts.length !== 2) {
    throw new Error(
      `The shop's commit "${subject}" does not apply: its text occurs ${Math.max(0, parts.length - 1)} times. ` +
        'Bring the edit in src/adapters/local/shop/history in line with the file it changes.',
    );
  }
  return parts.join(to);
}
