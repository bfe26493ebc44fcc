import { readFileSync } from 'node:fs';
import type { Change } from '../../src/enrich/culprit/change.ts';

type Candidate = {
  sha: string;
  age_s: number;
  subject: string;
  body: string;
  paths: string[];
  diff?: string;
};

/** A symptom, the changes before it from the newest to the oldest, and which of them was guilty. */
export type Case = { id: string; repo: string; query: string; changes: Change[]; culprit: string };

/**
 * Cases as `sitrep eval culprits` reads them, with labels `{case_id, culprits: [sha, …]}`. What stands before
 * the last hyphen (or `-revert-`) of a case's id counts as its repository.
 */
export function readCases(casesFile: string, labelsFile: string): Case[] {
  const labels = new Map(
    lines<{ case_id: string; culprits: string[] }>(labelsFile).map((one) => [one.case_id, one.culprits[0]]),
  );
  return lines<{ case_id: string; query: string; candidates: Candidate[] }>(casesFile).flatMap((one) => {
    const culprit = labels.get(one.case_id);
    if (!one.candidates.some(({ sha }) => sha === culprit) || culprit === undefined) return [];
    const repo = one.case_id.replace(/-(?:revert-)?[^-]*$/, '');
    return [{ id: one.case_id, repo, query: one.query, changes: one.candidates.map(changeOf), culprit }];
  });
}

function lines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}

function changeOf({ sha, age_s: ageS, subject, body, paths, diff }: Candidate): Change {
  return { id: sha, kind: 'commit', ageS, subject, body, paths, diff: diff ?? '' };
}
