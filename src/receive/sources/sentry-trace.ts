import { z } from 'zod';
import { words } from '../fields.ts';

const MOST_EXCEPTIONS = 3;
const MOST_FRAMES = 20;
const LONGEST_NAME = 200;

const frame = z.object({
  filename: words,
  abs_path: words,
  function: words,
  lineno: z.number().int().positive().nullish().catch(null),
  in_app: z.boolean().nullish().catch(null),
});

/** What an event tells of its exceptions; null where it tells nothing that can be read. */
export const exceptionSchema = z
  .object({
    values: z.array(
      z
        .object({ stacktrace: z.object({ frames: z.array(frame.nullable().catch(null)) }).nullish() })
        .nullable()
        .catch(null),
    ),
  })
  .nullish()
  .catch(null);

/**
 * The frames of the application itself, the innermost first, as `at function (file:line)`. Sentry lists exceptions
 * and frames from the outermost on, and marks what is of a library.
 */
export function traceOf(exception: z.infer<typeof exceptionSchema>): string | null {
  const lines = (exception?.values ?? [])
    .slice(-MOST_EXCEPTIONS)
    .toReversed()
    .flatMap((one) => (one?.stacktrace?.frames ?? []).slice(-MOST_FRAMES).toReversed())
    .flatMap((one) => {
      const file = one?.filename ?? one?.abs_path;
      if (!one || !file || !one.lineno || one.in_app === false) return [];
      return [
        `at ${one.function?.slice(0, LONGEST_NAME) ?? '?'} (${file.slice(-LONGEST_NAME)}:${one.lineno})`,
      ];
    });
  return lines.length > 0 ? lines.slice(0, MOST_FRAMES).join('\n') : null;
}
