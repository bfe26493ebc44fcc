import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** What was sealed cannot be opened with this key, or was changed. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/**
 * Encrypts bytes with AES-256-GCM: nonce, ciphertext and tag in one piece. `bound` is not stored; opening
 * asks for the same text, so that a sealed piece cannot stand in for another one.
 */
export function seal(key: Uint8Array, content: Uint8Array, bound: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** What `seal` was given. Throws `CannotOpen` with another key or `bound`, or where a bit was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(bound));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new CannotOpen('What was sealed cannot be opened: another key, or it was changed.', {
      cause: error,
    });
  }
}

/** Wraps the data keys. The first master key wraps; each of them unwraps, so that one can replace the other. */
export type Vault = {
  newKey(incidentId: number | null): { key: Buffer; wrapped: Buffer };
  /** Throws `CannotOpen` when no master key fits. */
  unwrap(wrapped: Uint8Array, incidentId: number | null): Buffer;
  /** The same key wrapped by the first master key; null where it is already. Throws as `unwrap` does. */
  rewrap(wrapped: Uint8Array, incidentId: number | null): Buffer | null;
};

export function createVault(masterKeys: readonly [Uint8Array, ...Uint8Array[]]): Vault {
  const vault: Vault = {
    newKey(incidentId) {
      const key = randomBytes(KEY_BYTES);
      return { key, wrapped: seal(masterKeys[0], key, boundTo(incidentId)) };
    },
    unwrap(wrapped, incidentId) {
      for (const master of masterKeys.slice(0, -1)) {
        try {
          return unseal(master, wrapped, boundTo(incidentId));
        } catch {
          // The next one may fit.
        }
      }
      return unseal(masterKeys.at(-1) as Uint8Array, wrapped, boundTo(incidentId));
    },
    rewrap(wrapped, incidentId) {
      try {
        unseal(masterKeys[0], wrapped, boundTo(incidentId));
        return null;
      } catch {
        return seal(masterKeys[0], vault.unwrap(wrapped, incidentId), boundTo(incidentId));
      }
    },
  };
  return vault;
}

const boundTo = (incidentId: number | null) => `incident ${incidentId ?? 'none'}`;
