import { expect, it } from 'vitest';
import { sameSecret } from '../../src/receive/same-secret.ts';

it('finds a secret among several, and takes an empty one for none', () => {
  expect(sameSecret('b', ['a', 'b'])).toBe(true);
  expect(sameSecret('c', ['a', 'b'])).toBe(false);
  expect(sameSecret('', ['a', ''])).toBe(false);
  expect(sameSecret('', [])).toBe(false);
});
