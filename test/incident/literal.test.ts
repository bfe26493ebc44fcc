import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardText, literal } from '../../src/incident/literal.ts';

/** What people would see, read back: only possible when no two lines look the same. */
function readBack(shown: string): string {
  return shown.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
}

const line = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '\u202e',
      '\u200b',
      '\ufeff',
      '\u0430',
      'a',
      '\\',
      'u',
      '{',
      '}',
      '2',
      '0',
      'e',
      ' ',
      '\n',
      '*',
      '<!channel>',
      '\ud800',
      '’',
      '“',
    ),
  ),
});

describe('a line as it is digested', () => {
  it('can be read back from what is shown, whatever it holds, so two lines never look the same', () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(readBack(literal(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the lines of a card apart', () => {
    fc.assert(
      fc.property(fc.array(line), (card) => {
        const back = card.length === 0 ? [] : cardText(card).split('\n').map(readBack);
        expect(back).toEqual(card);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a mark that turns the direction', 'shop/\u202egnicirp', 'shop/\\u{202e}gnicirp'],
    ['a letter of another script', 'p\u0430yments', 'p\\u{430}yments'],
    ['a blank that nobody sees', 'pay\u200bments ', 'pay\\u{200b}ments\\u{20}'],
    ['a line break', 'ok\nUndo: none', 'ok\\u{a}Undo: none'],
    ['what only looks like a number', '\\u{202e}', '\\u{5c}u{202e}'],
    ['a letter with a mark of its own', 'e\u0301', 'e\\u{301}'],
  ])('shows %s by its number', (_, text, shown) => {
    expect(literal(text)).toBe(shown);
  });

  it.each(['Action: kubernetes.scale {"replicas":3} → “größer”', String.raw`C:\dir \ux \x{2} au{2} \\ \u`])(
    'leaves the ordinary line %s as it is',
    (ordinary) => {
      expect(literal(ordinary)).toBe(ordinary);
    },
  );
});

it.each([
  ['a letter of another script', 'pricing', 'pri\u0441ing'],
  ['an invisible character and its number in plain letters', 'a\u200bb', String.raw`a\u{200b}b`],
  ['a blank at the end', 'v1', 'v1 '],
  ['a composed and a decomposed letter', '\u00e9', 'e\u0301'],
])('a consented line never looks like another one: %s', (_, one, other) => {
  expect(literal(one)).not.toBe(literal(other));
  expect(literal(other)).toMatch(/u\{/);
});
