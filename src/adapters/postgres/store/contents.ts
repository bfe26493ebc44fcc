import { randomBytes } from 'node:crypto';
import { dataHash } from '../../../incident/audit-chain.ts';
import type { AuditContent } from '../../../incident/audit-chain.ts';
import { CannotOpen, seal, unseal, type Vault } from '../../../incident/seal.ts';

const SALT_BYTES = 16;

/** A content as it is stored: opened again only with the key, and only under this hash. */
export function sealContent(key: Uint8Array, given: object): { dataHash: string; sealed: Buffer } {
  // What is stored is what JSON keeps; undefined members must not count.
  const data: unknown = JSON.parse(JSON.stringify(given));
  const content = { salt: randomBytes(SALT_BYTES).toString('hex'), data };
  const hash = dataHash(content);
  return { dataHash: hash, sealed: seal(key, Buffer.from(JSON.stringify(content)), hash) };
}

/** What a row needs to be opened; joined from `audit_key`. */
export type SealedRow = {
  dataHash: string;
  sealed: Buffer;
  /** Null: the key was destroyed. */
  wrapped: Buffer | null;
  keyId: number;
  keyIncident: number | null;
};

/**
 * Opens rows, unwrapping each key once. Null where that cannot be done any more: the key was destroyed, or
 * somebody changed what was sealed. Lives for one reading only.
 */
export function opener(vault: Vault): (row: SealedRow) => AuditContent | null {
  const keys = new Map<number, Buffer>();
  return ({ wrapped, keyId, keyIncident, sealed, dataHash: hash }) => {
    if (wrapped === null) return null;
    try {
      const key = keys.get(keyId) ?? vault.unwrap(wrapped, keyIncident);
      keys.set(keyId, key);
      return JSON.parse(unseal(key, sealed, hash).toString()) as AuditContent;
    } catch (error) {
      if (error instanceof CannotOpen) return null;
      throw error;
    }
  };
}
