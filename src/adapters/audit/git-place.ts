import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filePlace } from './file-place.ts';
import { lastOf, NONE, type Place } from './place.ts';

const run = promisify(execFile);
const PATIENCE_MS = 30_000;
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * A file in a clone of a repository, committed with every addition, and pushed where that is asked for. It has
 * what is committed, or what its upstream was seen to have.
 */
export function gitPlace(options: { repository: string; file: string; push: boolean }): Place {
  const { repository, file, push } = options;
  const inside = filePlace(join(repository, file));
  const git = async (args: string[]): Promise<string> => {
    try {
      const { stdout } = await run('git', ['-C', repository, ...NO_SURPRISES, ...args], {
        timeout: PATIENCE_MS,
        maxBuffer: MOST_BYTES,
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      });
      return stdout;
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      throw new Error(`git ${args[0]} failed in ${repository}: ${stderr?.trim() || String(error)}`, {
        cause: error,
      });
    }
  };
  return {
    name: `git ${repository} ${file}`,
    async newest() {
      await git(['rev-parse', '--git-dir']);
      const ref = push ? '@{upstream}' : 'HEAD';
      const listed = await git(['ls-tree', '--name-only', '--full-tree', ref, '--', file]).catch(() => '');
      return listed === '' ? NONE : lastOf(file, await git(['show', `${ref}:${file}`]));
    },
    async add(checkpoints) {
      // A turn that was cut off may have written what it could not commit or push.
      const written = (await inside.newest())?.seq ?? 0;
      const missing = checkpoints.filter(({ seq }) => seq > written);
      if (missing.length > 0) await inside.add(missing);
      await git(['add', '--', file]);
      if ((await git(['diff', '--cached', '--name-only', '--', file])) !== '') {
        const message = `Audit checkpoint of entry ${checkpoints.at(-1)?.seq}`;
        await git(['commit', '--quiet', '--no-verify', '--message', message, '--', file]);
      }
      if (push) await git(['push', '--quiet']);
    },
  };
}

// Neither hooks nor a signing program of whoever owns the machine belong to this.
const NO_SURPRISES = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false'],
  ...['-c', 'user.name=Sitrep', '-c', 'user.email=sitrep@localhost'],
];
