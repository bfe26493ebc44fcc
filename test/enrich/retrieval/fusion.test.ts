import { expect, test } from 'vitest';
import { fuse } from '../../../src/enrich/retrieval/fusion.ts';
import type { Ranked } from '../../../src/enrich/retrieval/answer.ts';
import type { ReferenceKind } from '../../../src/enrich/retrieval/search-index.ts';

function ranked(id: string, score: number, reference?: ReferenceKind): Ranked {
  const references = reference ? [{ kind: reference, key: 'key', position: null }] : [];
  return { document: { id, references }, passage: 0, score, why: 'words' } as unknown as Ranked;
}
const ids = (found: { id: string }[]) => found.map(({ id }) => id);
const words = [ranked('a', 9), ranked('b', 8.9), ranked('c', 3)];

test('without neighbours the order and the shares are those of the words', () => {
  expect(fuse(words, []).map(({ id, share }) => [id, share])).toEqual([
    ['a', 1],
    ['b', 8.9 / 9],
    ['c', 3 / 9],
  ]);
  expect(fuse([], [])).toEqual([]);
});

test('meaning settles what words leave close, and does not overturn what they are sure of', () => {
  expect(ids(fuse(words, [{ id: 'b', passage: 2 }]))).toEqual(['b', 'a', 'c']);
  expect(ids(fuse(words, [{ id: 'x', passage: 2 }]))[0]).toBe('a');
});

test('what only meaning finds comes with its passage and a reason of its own', () => {
  const found = fuse(words, [{ id: 'x', passage: 2 }]).find(({ id }) => id === 'x');
  expect(found).toMatchObject({ passage: 2, why: 'its meaning is near that of the alert' });
  expect(found?.share).toBeLessThan(1);
});

test.each(['path', 'alert', 'file'] as const)('a document named by its %s keeps its place', (kind) => {
  const near = [
    { id: 'b', passage: 0 },
    { id: 'x', passage: 0 },
  ];
  expect(ids(fuse([ranked('a', 50, kind), ranked('b', 8)], near))).toEqual(['a', 'b', 'x']);
});

test('shares never exceed one and fall with the order', () => {
  const shares = fuse([ranked('a', 50, 'file'), ...words.slice(1)], [{ id: 'c', passage: 0 }]).map(
    ({ share }) => share,
  );
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(Math.max(...shares)).toBe(1);
});
