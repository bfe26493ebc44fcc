import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, splitLines } from '../../../src/adapters/github/line-diff.ts';
import { mergeThreeWay } from '../../../src/adapters/github/three-way.ts';

const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n'), { maxLength: 12 });

test('a diff turns one text into the other', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const result: string[] = [];
      let position = 0;
      for (const hunk of diffLines(before, after)) {
        result.push(...before.slice(position, hunk.start), ...hunk.lines);
        position = hunk.end;
      }
      expect([...result, ...before.slice(position)]).toEqual(after);
    }),
  );
});

test('merging with an unchanged side gives the other side', () => {
  fc.assert(
    fc.property(lines, lines, (base, changed) => {
      const [a, b] = [base.join(''), changed.join('')];
      expect(mergeThreeWay(a, b, a)).toBe(b);
      expect(mergeThreeWay(a, a, b)).toBe(b);
      expect(mergeThreeWay(a, b, b)).toBe(b);
    }),
  );
});

test('changes apart from one another are both kept; touching ones are not merged', () => {
  const base = '1\n2\n3\n4\n5\n';
  expect(mergeThreeWay(base, 'one\n2\n3\n4\n5\n', '1\n2\n3\n4\nfive\n')).toBe('one\n2\n3\n4\nfive\n');
  expect(mergeThreeWay(base, '1\ntwo\n3\n4\n5\n', '1\n2\nthree\n4\n5\n')).toBeUndefined();
  expect(mergeThreeWay(base, '1\nx\n2\n3\n4\n5\n', '1\ny\n2\n3\n4\n5\n')).toBeUndefined();
});

test('a missing last line end is part of the line', () => {
  expect(splitLines('a\nb')).toEqual(['a\n', 'b']);
  expect(splitLines('')).toEqual([]);
  expect(mergeThreeWay('a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nc')).toBe('A\nb\nc');
});
