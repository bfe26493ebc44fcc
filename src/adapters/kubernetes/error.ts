import { z } from 'zod';

/**
 * A request to Kubernetes that did not succeed.
 *
 * `outcome` says what a caller may conclude about a write: `refused` — it was not carried out; `unknown` — it
 * may have been (the connection or the server failed after the request had gone out), so read before anything
 * else is tried. `code` is the HTTP code, 0 when no answer came; `reason` is the one of the `Status` body.
 */
export class KubernetesError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly outcome: 'refused' | 'unknown';

  constructor(
    message: string,
    facts: { code: number; reason: string; outcome: 'refused' | 'unknown' },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'KubernetesError';
    this.code = facts.code;
    this.reason = facts.reason;
    this.outcome = facts.outcome;
  }
}

const statusSchema = z.object({ message: z.string().default(''), reason: z.string().default('') });

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check the Kubernetes token: it is missing, wrong or expired.',
  403: 'Give the service account a role that allows this request.',
  409: 'Read the object again and decide anew: it has changed in the meantime.',
  429: 'The API server is busy; try again later.',
};

/** The error for an HTTP answer of 400 and above. */
export function errorOfAnswer(code: number, body: string): KubernetesError {
  const { message, reason } = parseStatus(body);
  const advice = ADVICE[code];
  const text = [message === '' ? `Kubernetes answered ${code}` : message, advice].filter(Boolean).join('. ');
  // The API server may have stored a change and failed afterwards, e.g. by its own time limit (504).
  return new KubernetesError(text, { code, reason, outcome: code >= 500 ? 'unknown' : 'refused' });
}

function parseStatus(body: string): { message: string; reason: string } {
  try {
    const parsed = statusSchema.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: a proxy answered in the server's place. Its page is no message for people.
  }
  return { message: '', reason: '' };
}
