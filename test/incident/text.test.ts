import { expect, it } from 'vitest';
import { plain } from '../../src/incident/text.ts';

it.each(['\ud800', 'a\udc00b', `${'x'.repeat(9)}\ud83d\ude00`])(
  'makes %j text that every encoder takes',
  (text) => {
    expect(plain(text, 10).isWellFormed()).toBe(true);
  },
);

it('drops what a database refuses and what cannot be seen, and keeps lines', () => {
  expect(plain('a\u0000b\u200b\u202ec\nd')).toBe('abc\nd');
});

it('leaves no half of a secret where it cuts', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const cut = plain(`${'x'.repeat(80)} ${token}`, 100);
  expect(cut).not.toContain('a1B2');
  expect(cut.length).toBeLessThanOrEqual(100);
});
