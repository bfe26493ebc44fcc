import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import type { Sql } from '../adapters/postgres/sql.ts';
import { dataKeys } from '../adapters/postgres/store/data-keys.ts';
import { ConfigError } from '../config/yaml-file.ts';
import type { Config } from '../config.ts';
import { createSigner, type Signer } from '../incident/checkpoint.ts';
import { CannotOpen, createVault, KEY_BYTES, type Vault } from '../incident/seal.ts';

type Keys = Pick<Config, 'audit' | 'home' | 'databaseUrl'>;

/**
 * What seals the record's contents: SITREP_AUDIT_KEY, or beside the embedded database a key that is made once.
 * Throws `ConfigError` where a server has none: one that is made in a container would be lost with it, and
 * every content with the key.
 */
export function auditVault({ audit, home, databaseUrl }: Keys): Vault {
  const [first, ...others] = audit.keys;
  if (first) return createVault([first, ...others]);
  if (databaseUrl) {
    throw new ConfigError(
      'SITREP_AUDIT_KEY is missing, but DATABASE_URL is set. What the record says is sealed with it: make one with “openssl rand -base64 32”, keep it safe, and set the same for every process.',
    );
  }
  return createVault([keptIn(home, 'audit-key')]);
}

/** What signs checkpoints: SITREP_AUDIT_SIGNING_KEY, or a key that is made once and kept in `home`. */
export function auditSigner({ audit, home }: Omit<Keys, 'databaseUrl'>): Signer {
  return createSigner(audit.signingSeed ?? keptIn(home, 'audit-signing-key'));
}

/** Throws `ConfigError` unless this key is the one that the database was sealed with; the first decides. */
export async function assertOpens(sql: Sql, vault: Vault): Promise<void> {
  try {
    await dataKeys(sql, vault).use([null]);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new ConfigError(
      'SITREP_AUDIT_KEY is not the key that this database was sealed with. Set the one that its other processes have; of an embedded database that was moved it is in the file audit-key of SITREP_HOME.',
    );
  }
}

function keptIn(home: string, name: string): Buffer {
  const file = join(home, name);
  makeDirectory(home);
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new ConfigError(
    `${file} holds no key of ${KEY_BYTES} bytes in base64. Restore it from a backup; without it nothing that it sealed can be read.`,
  );
}
