import { z } from 'zod';

/**
 * A request to Fly that did not succeed. `outcome` says what may be concluded of a write: `refused`, it was not
 * carried out; `unknown`, it may have been, so look before anything else is tried.
 */
export class FlyError extends Error {
  override name = 'FlyError';
  /** The HTTP code, 0 where no answer came. */
  readonly code: number;
  readonly outcome: 'refused' | 'unknown';

  constructor(message: string, code: number, outcome: 'refused' | 'unknown', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.outcome = outcome;
  }
}

const bodySchema = z.object({ error: z.string() });

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check FLY_API_TOKEN, or FLY_WRITE_TOKEN where it writes: it is wrong or expired.',
  403: 'Give Sitrep a deploy token of this app (`fly tokens create deploy`).',
  409: 'Somebody else is changing this machine, perhaps a deployment; look again when that is over.',
  429: 'Fly takes no more requests for this machine right now; try again later.',
};

/** The error for an answer of 400 and above. */
export function errorOfAnswer(code: number, body: string): FlyError {
  const text = [said(body) ?? `Fly answered ${code}`, ADVICE[code]].filter(Boolean).join('. ');
  return new FlyError(text, code, code >= 500 ? 'unknown' : 'refused');
}

function said(body: string): string | null {
  try {
    return bodySchema.parse(JSON.parse(body)).error;
  } catch {
    // Not Fly's own words: a proxy answered in its place, and its page is no message for people.
    return null;
  }
}

/** The error where no answer came. Only a connection that never stood proves that nothing was sent. */
export function errorOfSilence(origin: string, method: string, error: unknown): FlyError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const never = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(code);
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice = never
    ? 'Check FLY_API_URL.'
    : method === 'GET'
      ? 'Try again later.'
      : 'The request may have been carried out: look at the machine before trying again.';
  return new FlyError(
    `Fly at ${origin} did not answer (${why}). ${advice}`,
    0,
    never ? 'refused' : 'unknown',
    {
      cause: error,
    },
  );
}
