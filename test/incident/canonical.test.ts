import { expect, it } from 'vitest';
import { canonicalJson, digestOf, sha256 } from '../../src/incident/canonical.ts';

it('writes the same value as the same bytes, whatever the order of its members', () => {
  expect(canonicalJson({ b: [1, 'é'], a: null })).toBe('{"a":null,"b":[1,"é"]}');
  expect(digestOf({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
});

it('hashes with SHA-256, in lower-case hexadecimal', () => {
  // FIPS 180-2, appendix B.1.
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('says so where a value has no JSON form', () => {
  expect(() => canonicalJson(undefined)).toThrow(new TypeError('canonicalJson: the value has no JSON form'));
});
