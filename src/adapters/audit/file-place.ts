import { mkdir, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lastOf, linesOf, NONE, type Newest, type Place } from './place.ts';

// A line has about 300 letters.
const TAIL_BYTES = 4096;

/** A file that is only ever added to. What it has already is read from it, so it can be on any machine. */
export function filePlace(path: string): Place {
  return {
    name: `file ${path}`,
    newest: async () => (await readTail(path)).newest,
    async add(checkpoints) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // What a crash has left of a line would spoil the next one.
      const { broken } = await readTail(path);
      if (broken !== null) await truncate(path, broken);
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile(linesOf(checkpoints));
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** The last whole line, and where a line begins that is not whole. */
async function readTail(path: string): Promise<{ newest: Newest; broken: number | null }> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { newest: NONE, broken: null };
    throw error;
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    const tail = buffer.subarray(0, bytesRead).toString('latin1');
    const end = tail.lastIndexOf('\n') + 1;
    return { newest: lastOf(path, tail), broken: end < tail.length ? start + end : null };
  } finally {
    await file.close();
  }
}
