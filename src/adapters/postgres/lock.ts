import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A held lock. The operating system lets go of it too when the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/** Another process holds the directory. */
export class DirectoryLocked extends Error {
  override readonly name = 'DirectoryLocked';
  readonly directory: string;
  /** Who holds it, in words. */
  readonly owner: string;

  constructor(directory: string, owner: string) {
    super(
      `The embedded database in ${directory} is in use by ${owner}. Stop that one first, or give this one ` +
        'a directory of its own with SITREP_HOME, or use a PostgreSQL server with DATABASE_URL: the embedded ' +
        'database serves one process only.',
    );
    this.directory = directory;
    this.owner = owner;
  }
}

/**
 * Takes the exclusive lock on an existing directory or throws `DirectoryLocked`, which names the holder.
 *
 * Node has no file locks of its own, but its SQLite takes real ones (fcntl): the kernel drops them with the
 * process, even after kill -9; they cannot be fooled by a reused process id; and they hold between
 * containers that share nothing but the volume, where a pid file or an abstract socket would not. The
 * file stays empty: holding SQLite's exclusive lock on it is all that it is for.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const owner = join(directory, 'owner.json');
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new DirectoryLocked(directory, readOwner(owner));
    throw error;
  }
  // Beside the lock and never in it: a process that opens and closes its own locked file drops the lock.
  writeFileSync(
    owner,
    JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() }),
  );
  const release = (): void => {
    if (!database.isOpen) return;
    process.off('exit', release);
    rmSync(owner, { force: true });
    database.close();
  };
  // Also keeps the lock from being garbage collected, and with it dropped, while nobody mentions it.
  process.once('exit', release);
  return { release };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function readOwner(file: string): string {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; host: string; since: string };
    return `process ${owner.pid} on ${owner.host} since ${owner.since}`;
  } catch {
    // The holder has the lock already but has not written its name yet, or is just leaving.
    return 'another process';
  }
}
