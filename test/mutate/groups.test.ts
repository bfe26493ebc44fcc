import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readArgued } from '../../scripts/mutate/argued.ts';
import { EXCEPTIONS } from '../../scripts/mutate/exceptions.ts';
import { CORE, filesIn, GROUPS } from '../../scripts/mutate/groups.ts';

const mutated = Object.values(GROUPS).flatMap((group) => group.mutate);
const excepted = EXCEPTIONS.flatMap((one) => one.files);

it('changes every file of the trusted core, or says why not', () => {
  const known = new Set([...mutated, ...excepted]);
  expect(CORE.flatMap(filesIn).filter((file) => !known.has(file))).toEqual([]);
});

it('changes each file in one group, and none that is an exception', () => {
  const all = [...mutated, ...excepted];
  expect(all.filter((file, index) => all.indexOf(file) !== index)).toEqual([]);
});

it('names only files that are there', () => {
  const named = [
    ...mutated,
    ...excepted,
    ...Object.values(GROUPS).flatMap(({ tests }) => tests),
    ...readArgued().flatMap(({ mutants }) => mutants.map(({ file }) => file)),
  ];
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

it('argues only for what some group changes', () => {
  const argued = readArgued().flatMap(({ mutants }) => mutants.map(({ file }) => file));
  expect(argued.filter((file) => !mutated.includes(file))).toEqual([]);
});
