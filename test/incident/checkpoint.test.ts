import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSigner, isSigned, type Checkpoint } from '../../src/incident/checkpoint.ts';

// RFC 8032, section 7.1, test 1: the public key that belongs to this seed.
const SEED = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const PUBLIC = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
const HEAD = { seq: 3, hash: 'ab'.repeat(32), at: '2026-03-04T03:00:00.000Z' };
const signer = createSigner(SEED);

it('signs for what it is meant, so that nobody can pass it off as something else', () => {
  const { key, signature, ...head } = signer.sign(HEAD);
  expect(head).toEqual(HEAD);
  expect(key).toBe(PUBLIC.toString('base64'));
  expect(signer.key).toBe(key);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: PUBLIC.toString('base64url') },
    format: 'jwk',
  });
  const said = `sitrep audit checkpoint\n{"at":"${HEAD.at}","hash":"${HEAD.hash}","seq":3}`;
  expect(verify(null, Buffer.from(said), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
});

it.each<[string, Partial<Checkpoint>]>([
  ['number', { seq: 4 }],
  ['hash', { hash: 'ac'.repeat(32) }],
  ['time', { at: '2026-03-04T03:00:00.001Z' }],
  ['key', { key: createSigner(Buffer.alloc(32, 1)).key }],
  ['key, to what is none', { key: 'AAAA' }],
  ['signature', { signature: 'AAAA' }],
])('breaks with another %s', (_, changed) => {
  const checkpoint = signer.sign(HEAD);
  expect(isSigned(checkpoint)).toBe(true);
  expect(isSigned({ ...checkpoint, ...changed })).toBe(false);
});
