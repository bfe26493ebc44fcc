import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CannotOpen, createVault, KEY_BYTES, seal, unseal } from '../../src/incident/seal.ts';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const content = Buffer.from('a secret of six words, sealed');
const refusal = new CannotOpen('What was sealed cannot be opened: another key, or it was changed.');

describe('what is sealed', () => {
  const sealed = seal(key, content, 'incident 7');

  it('opens with the same key and what it is bound to', () => {
    expect(unseal(key, sealed, 'incident 7')).toEqual(content);
    expect(unseal(key, seal(key, Buffer.alloc(0), ''), '')).toEqual(Buffer.alloc(0));
  });

  it('is a nonce of 12 bytes, AES-256-GCM, and a tag of 16', () => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from('incident 7'));
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    const open = [decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()];
    expect(Buffer.concat(open)).toEqual(content);
    expect(sealed).toHaveLength(12 + content.length + 16);
  });

  it('never looks the same twice', () => {
    expect(seal(key, content, 'incident 7')).not.toEqual(sealed);
  });

  it('stays shut for another key, another place, and after any change', () => {
    expect(() => unseal(other, sealed, 'incident 7')).toThrow(refusal);
    expect(() => unseal(key, sealed, 'incident 8')).toThrow(refusal);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, changed, 'incident 7'), `bit ${bit}`).toThrow(CannotOpen);
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => unseal(key, sealed.subarray(0, length), 'incident 7'), `${length}`).toThrow(CannotOpen);
  });

  it('says by a name of its own, and with the cause, that it stays shut', () => {
    const failure = (() => {
      try {
        return unseal(other, sealed, 'incident 7');
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ name: 'CannotOpen', cause: expect.any(Error) as Error });
  });
});

describe('a vault', () => {
  it('makes new keys, and opens each for its own incident alone', () => {
    const vault = createVault([key]);
    const one = vault.newKey(7);
    expect(one.key).toHaveLength(KEY_BYTES);
    expect(vault.newKey(7).key).not.toEqual(one.key);
    expect(vault.unwrap(one.wrapped, 7)).toEqual(one.key);
    expect(() => vault.unwrap(one.wrapped, 8)).toThrow(CannotOpen);
    expect(() => vault.unwrap(one.wrapped, null)).toThrow(CannotOpen);
    const none = vault.newKey(null);
    expect(vault.unwrap(none.wrapped, null)).toEqual(none.key);
  });

  it('wraps with the first master key and opens with any of them', () => {
    const old = createVault([other]).newKey(7);
    const both = createVault([key, Buffer.alloc(32, 3), other]);
    expect(both.unwrap(old.wrapped, 7)).toEqual(old.key);
    expect(createVault([key, other, Buffer.alloc(32, 3)]).unwrap(old.wrapped, 7)).toEqual(old.key);
    const fresh = both.newKey(7);
    expect(both.unwrap(fresh.wrapped, 7)).toEqual(fresh.key);
    expect(createVault([key]).unwrap(fresh.wrapped, 7)).toEqual(fresh.key);
    expect(() => createVault([other]).unwrap(fresh.wrapped, 7)).toThrow(refusal);
  });

  it('wraps again by the first master key what another one has wrapped', () => {
    const old = createVault([other]).newKey(7);
    const both = createVault([key, other]);
    const again = both.rewrap(old.wrapped, 7);
    expect(unseal(key, again ?? Buffer.alloc(0), 'incident 7')).toEqual(old.key);
    expect(both.rewrap(again ?? Buffer.alloc(0), 7)).toBeNull();
    expect(() => both.rewrap(old.wrapped, 8)).toThrow(refusal);
  });

  it('goes on opening what it has wrapped before, by the text that it was bound to', () => {
    const { key: made, wrapped } = createVault([key]).newKey(7);
    expect(unseal(key, wrapped, 'incident 7')).toEqual(made);
    const none = createVault([key]).newKey(null);
    expect(unseal(key, none.wrapped, 'incident none')).toEqual(none.key);
  });
});
