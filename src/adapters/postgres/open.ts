import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../local/make-directory.ts';
import { DatabaseError } from './database-error.ts';
import { type DirectoryLock, DirectoryLocked, lockDirectory } from './lock.ts';
import { createEmbedded, openEmbedded } from './pglite.ts';
import { openServer } from './server.ts';
import type { Database } from './sql.ts';
import { messageOf } from '../../incident/text.ts';

export interface OpenOptions {
  /** DATABASE_URL; without it the embedded database is used. */
  url?: string | undefined;
  /** SITREP_HOME: the embedded database lives in `database` below it. */
  home: string;
  schema?: string;
  /** Told what takes long, in a sentence a person may read. */
  onProgress?: (text: string) => void;
}

/** PostgreSQL's major version inside PGlite; directories of another one cannot be read. */
const EMBEDDED_MAJOR = '18';

/**
 * Opens the database: the server at `url`, or the embedded one below `home`, made on first use (3 to 7
 * seconds). Throws `DatabaseError` or `DirectoryLocked` whose message says what to do.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const schema = options.schema ?? 'sitrep';
  if (options.url !== undefined && options.url !== '') return openServer({ url: options.url, schema });

  const directory = join(options.home, 'database');
  const lock = makeAndLock(directory);
  try {
    return await openLocked(directory, schema, lock, options.onProgress ?? (() => {}));
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeAndLock(directory: string): DirectoryLock {
  try {
    makeDirectory(directory);
    return lockDirectory(directory);
  } catch (error) {
    if (error instanceof DirectoryLocked) throw error;
    const reason = messageOf(error);
    throw new DatabaseError(
      `The directory ${directory} cannot be used for the embedded database: ${reason}. ` +
        'Make it writable, or set SITREP_HOME to a directory that is.',
      { code: '58030' },
    );
  }
}

async function openLocked(
  directory: string,
  schema: string,
  lock: DirectoryLock,
  onProgress: (text: string) => void,
): Promise<Database> {
  const embedded = { directory: join(directory, 'data'), schema, onClosed: () => lock.release() };
  const data = embedded.directory;
  const unfinished = join(directory, 'unfinished');
  const major = majorVersion(data);
  if (major === undefined || existsSync(unfinished)) {
    onProgress('Making the embedded database; this happens once and takes a few seconds.');
    // Killed while making it, the next start would find half a database. Nothing was ever committed to
    // it, so it is made anew.
    writeFileSync(unfinished, '');
    rmSync(data, { recursive: true, force: true });
    await createEmbedded(data);
    rmSync(unfinished);
    return openEmbedded(embedded);
  }
  if (major !== EMBEDDED_MAJOR) {
    throw new DatabaseError(
      `The embedded database in ${directory} was written by version ${major} of the database; this program ` +
        `reads version ${EMBEDDED_MAJOR}. Start the program version that wrote it and move the data to a ` +
        'server with sitrep migrate --to URL.',
      { code: '58P01' },
    );
  }
  onProgress('Opening the embedded database.');
  return openEmbedded(embedded);
}

function majorVersion(data: string): string | undefined {
  try {
    return readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
