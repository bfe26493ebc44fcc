import { readFileSync } from 'node:fs';
import type { Stryker } from '@stryker-mutator/core';

export type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** A mutant as a reader sees it: where it stands, the line as it is, and the line as it would be. */
export type Change = { file: string; line: string; becomes: string };

/** Mutants that no test can or should kill, with the one reason that holds for all of them. */
export type Argued = { why: string; mutants: Change[] };

export function readArgued(): Argued[] {
  return JSON.parse(readFileSync(new URL('argued.json', import.meta.url), 'utf8')) as Argued[];
}

/** Line numbers move with every edit, so that a mutant is known by its text. */
export function changeOf({ fileName, location, replacement }: Mutant, root: string): Change {
  const lines = readFileSync(fileName, 'utf8').split('\n');
  const first = lines[location.start.line - 1] ?? '';
  const last = lines[location.end.line - 1] ?? '';
  const becomes =
    first.slice(0, location.start.column - 1) + replacement + last.slice(location.end.column - 1);
  return {
    file: fileName.slice(root.length + 1),
    line: first.trim(),
    becomes: becomes.replaceAll(/\s+/g, ' ').trim(),
  };
}

export const isSame = (one: Change, other: Change): boolean =>
  one.file === other.file && one.line === other.line && one.becomes === other.becomes;
