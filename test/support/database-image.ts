// Runs once before all tests: makes an embedded database with all migrations, of which every test file
// opens its own copy. Kept between runs as long as the migrations stay the same.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, readMigrations } from '../../src/adapters/postgres/migrate.ts';
import { openEmbedded } from '../../src/adapters/postgres/pglite.ts';
import { MIGRATIONS } from './migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseImage: string;
  }
}

/** Called by vitest, which finds it by this name. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('databaseImage', await databaseImage());
}

/** The file that holds the image; made where there is none for these migrations. */
export async function databaseImage(): Promise<string> {
  const file = join(tmpdir(), `sitrep-test-database-${fingerprint()}.tgz`);
  if (!existsSync(file)) await make(file);
  return file;
}

async function make(file: string): Promise<void> {
  const db = await openEmbedded({ directory: undefined, schema: 'sitrep' });
  try {
    await migrate(db, MIGRATIONS);
    // Renamed into place, because another test run may be looking for the same file.
    const unfinished = `${file}.${randomUUID()}`;
    writeFileSync(unfinished, await db.image());
    renameSync(unfinished, file);
  } finally {
    await db.close();
  }
}

function fingerprint(): string {
  const hash = createHash('sha256').update('1');
  for (const migration of readMigrations(MIGRATIONS)) hash.update(migration.hash);
  return hash.digest('hex').slice(0, 16);
}
