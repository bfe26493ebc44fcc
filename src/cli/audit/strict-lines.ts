import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import type { Unreadable } from '../../incident/verify-chain.ts';
import { whyOf } from '../json-lines.ts';

/** No entry comes near; more would only fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a file of JSON lines, in constant memory, each exactly as a program of ours wrote it: text that
 * merely reads the same is refused, so that no byte of the file can change unnoticed. Throws what the file
 * system says.
 */
export async function* strictLines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T | Unreadable> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const tail = chunk.subarray(start, end);
      yield strictLine(rest.length > 0 ? Buffer.concat([...rest, tail]) : tail, schema);
      [rest, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > LONGEST_LINE) {
      yield { unreadable: 'its line is longer than any entry' };
      return;
    }
  }
  if (rest.length > 0) yield strictLine(Buffer.concat(rest), schema);
}

/** One such line. */
export function strictLine<T>(bytes: Buffer, schema: z.ZodType<T>): T | Unreadable {
  if (!isUtf8(bytes)) return { unreadable: 'its line is not UTF-8' };
  const text = bytes.toString('utf8');
  if (text === '') return { unreadable: 'its line is empty: something added or emptied it after the export' };
  if (text.endsWith('\r'))
    return { unreadable: 'its line ends as on Windows: the file was converted after the export' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unreadable: 'its line is not JSON' };
  }
  if (JSON.stringify(value) !== text) return { unreadable: 'its line is not as Sitrep writes it' };
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : { unreadable: whyOf(parsed.error) };
}
