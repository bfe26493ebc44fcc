import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical.ts';

/** Somebody with the signing key has seen the chain end with this hash at this link. */
export type Checkpoint = {
  seq: number;
  hash: string;
  /** ISO 8601, by the database's clock. */
  at: string;
  /** The public key, 32 bytes in base64. */
  key: string;
  /** Ed25519 over `statement`, in base64. */
  signature: string;
};

export type Signer = { key: string; sign(head: { seq: number; hash: string; at: string }): Checkpoint };

/** The bytes that are signed: what they are meant for, then the canonical JSON. */
function statement({ seq, hash, at }: { seq: number; hash: string; at: string }): Buffer {
  return Buffer.from(`sitrep audit checkpoint\n${canonicalJson({ seq, hash, at })}`);
}

// What an Ed25519 seed of 32 bytes needs in front of it to be a PKCS #8 key (RFC 8410).
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs with the Ed25519 key that grows from a seed of 32 bytes. */
export function createSigner(seed: Uint8Array): Signer {
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' });
  const key = Buffer.from(x, 'base64url').toString('base64');
  return {
    key,
    sign: ({ seq, hash, at }) => ({
      seq,
      hash,
      at,
      key,
      signature: sign(null, statement({ seq, hash, at }), secret).toString('base64'),
    }),
  };
}

/** Whether the checkpoint was signed by the key that it names. */
export function isSigned(checkpoint: Checkpoint): boolean {
  try {
    return verify(
      null,
      statement(checkpoint),
      publicKey(checkpoint.key),
      Buffer.from(checkpoint.signature, 'base64'),
    );
  } catch {
    return false;
  }
}

function publicKey(key: string): KeyObject {
  const x = Buffer.from(key, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
