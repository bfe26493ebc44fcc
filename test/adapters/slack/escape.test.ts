import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inert, inertLine, inertMarkup, unescapeSlack } from '../../../src/adapters/slack/escape.ts';

describe('inert', () => {
  it('removes what cannot be seen and what turns text around', () => {
    expect(inert('pay\u202Eliart\u202C\u200B \u{e0041}now\u3164')).toBe('payliart now');
  });

  it('keeps a letter with its accents and drops the tower above it', () => {
    const tower = `e${'\u0301'.repeat(40)}`;
    expect(inert(tower)).toBe(`e${'\u0301'.repeat(3)}`);
  });

  it('is never empty, because Slack refuses empty text', () => {
    expect(inert('\u200b \n')).toBe('(empty)');
  });

  it('is bounded and well-formed whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.integer({ min: 5, max: 200 }),
        (text, limit) => {
          const shown = inert(text, limit);
          expect(shown.length).toBeLessThanOrEqual(Math.max(limit, '(empty)'.length));
          expect(shown.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('takes 50 kB without effort', () => {
    expect(inert('x'.repeat(50_000), 100)).toHaveLength(100);
    expect(inertLine(`first\n${'second'.repeat(9_000)}`)).toBe('first');
  });
});

describe('inertMarkup', () => {
  it.each([
    ['<!channel> <@U0ONCALL> <https://evil.example|bank>', /<|(?<!&lt;.*)>/],
    ['*bold* _slanted_ ~gone~ `code`', /[*_~`]/],
    ['https://evil.example/x', /:\/\/|evil\.example/],
    ['someone@mail.example', /@/],
  ])('defuses %s', (text, dangerous) => {
    expect(inertMarkup(text)).not.toMatch(dangerous);
  });

  it('leaves no character with which markup begins', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(inertMarkup(text).replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>*_~`@]|:\/\//);
      }),
    );
  });
});

it('undoes the escapes of Slack once', () => {
  expect(unescapeSlack('a &lt;b&gt; &amp;lt; c')).toBe('a <b> &lt; c');
});
