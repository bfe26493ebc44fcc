import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, statSync, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { plain, messageOf } from '../incident/text.ts';

/**
 * Reads a file of JSON lines, one parsed value at a time. Empty lines are passed over; a line that is no
 * JSON or has another shape is left out and named to `onMalformed`, from 1. Throws what the file system says.
 */
export async function* readJsonLines<T>(
  file: string,
  schema: z.ZodType<T>,
  onMalformed: (line: number, why: string) => void,
): AsyncGenerator<{ line: number; value: T }> {
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (text.trim() === '') continue;
    let value: T;
    try {
      value = schema.parse(JSON.parse(text));
    } catch (error) {
      onMalformed(line, whyOf(error));
      continue;
    }
    yield { line, value };
  }
}

/** Only a line feed ends a line: other separators may stand inside a string. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest: string[] = [];
  let first = true;
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const [head = '', ...more] = (first ? chunk.replace(/^\uFEFF/, '') : chunk).split('\n');
    first = false;
    rest.push(head);
    for (const next of more) {
      yield rest.join('');
      rest = [next];
    }
  }
  yield rest.join('');
}

/** Names at most `limit` malformed lines of a file on stderr, and counts them all. */
export function malformedLines(file: string, limit = 20) {
  let count = 0;
  return {
    name: (line: number, why: string) => {
      count += 1;
      if (count <= limit) console.error(`${file}:${line}: left out: ${why}`);
    },
    count: () => count,
  };
}

/** A file of JSON lines being written. `write` waits where the disk is slower; `close` when all is written. */
export type JsonLinesWriter = { write: (value: unknown) => Promise<void>; close: () => Promise<void> };

/**
 * The file takes its place when it is whole, so that a run that fails leaves what was there, even where it is the
 * file being read; it is opened with the first line. Throws what the file system says, at the latest in `close`.
 */
export function writeJsonLines(file: string): JsonLinesWriter {
  // A pipe or a device such as /dev/stdout is no file that another could take the place of.
  const direct = existsSync(file) && !statSync(file).isFile();
  const partial = direct ? file : `${file}.${process.pid}.part`;
  let opened: { stream: WriteStream; done: Promise<void> } | undefined;
  const open = () => {
    if (opened) return opened;
    const stream = createWriteStream(partial);
    const done = finished(stream);
    // An error between two writes is told by the next of them.
    done.catch(() => undefined);
    return (opened = { stream, done });
  };
  return {
    write: async (value) => {
      const { stream, done } = open();
      if (!stream.write(`${JSON.stringify(value)}\n`)) await Promise.race([once(stream, 'drain'), done]);
    },
    close: async () => {
      const { stream, done } = open();
      stream.end();
      await done;
      if (!direct) await rename(partial, file);
    },
  };
}

/** What is wrong with a value, in one line that a terminal may show; what is wrong may be quoted in it. */
export function whyOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    if (issue?.code === 'invalid_type' && issue.message.endsWith('received undefined'))
      return plain(`${issue.path.join('.')} is missing`);
    return plain(`${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'wrong shape'}`);
  }
  return plain(messageOf(error));
}
