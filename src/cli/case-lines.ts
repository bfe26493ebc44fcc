import type { z } from 'zod';
import { plain } from '../incident/text.ts';
import { malformedLines, readJsonLines } from './json-lines.ts';

/**
 * The cases of a file of JSON lines, each id once: a line that cannot be read, and a later one with an id that was
 * there before, is named on stderr and left out. Throws where nothing is left.
 */
export function caseLines<T>(file: string, schema: z.ZodType<T>, idOf: (value: T) => string) {
  const leftOut = malformedLines(file);
  return {
    leftOut: leftOut.count,
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
      const lines = new Map<string, number>();
      for await (const { line, value } of readJsonLines(file, schema, leftOut.name)) {
        const id = idOf(value);
        const before = lines.get(id);
        if (before === undefined) {
          lines.set(id, line);
          yield value;
        } else leftOut.name(line, `“${plain(id, 100)}” stands in line ${before} already`);
      }
      if (lines.size === 0)
        throw new Error(`${file} holds no line that can be used; one JSON object a line is read.`);
    },
  };
}
