import { expect, it } from 'vitest';
import { isToken } from '../../../src/adapters/slack/tokens.ts';

it('a token has 32 characters of base64url', () => {
  expect(isToken('aZ09_-'.padEnd(32, 'x'))).toBe(true);
});

it.each([undefined, '', 'x'.repeat(31), 'x'.repeat(33), ` ${'x'.repeat(32)}`, `${'x'.repeat(31)}=`])(
  '%j is none',
  (value) => {
    expect(isToken(value)).toBe(false);
  },
);
