import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Delivery, Head, Receipt, Refusal } from '../../receive/delivery.ts';
import { answer, answerUnread } from './answer.ts';
import { bodyBudget } from './body-budget.ts';
import { BodyRefused, readBody, type BodyLimits } from './body.ts';

export type HookLimits = BodyLimits & {
  /** The most bytes of bodies that are held at once, over all requests. */
  maxHeldBytes: number;
};

const LIMITS: HookLimits = { maxBytes: 4 * 1024 * 1024, maxMs: 10_000, maxHeldBytes: 32 * 1024 * 1024 };

/** Seconds after which a sender should come again. */
const RETRY_AFTER = '5';

/**
 * `POST /hooks/:source`. Answers 2xx only after the alerts are committed. When they cannot be, or too much
 * comes at once, it answers 503 with Retry-After, because Alertmanager retries 5xx and drops 4xx, 429 too.
 * `knock` refuses by the headers alone, before a byte of the body is read.
 */
export function hookHandler(
  parts: {
    knock: (head: Head) => Refusal | null;
    receive: (delivery: Delivery) => Promise<Receipt>;
    log: Logger;
  },
  limits = LIMITS,
) {
  const { knock, receive, log } = parts;
  const budget = bodyBudget(limits.maxHeldBytes);
  const failures = sparseLog(log);

  return async (request: IncomingMessage, response: ServerResponse, source: string): Promise<void> => {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      const error = `${request.method} is not supported here`;
      return answerUnread(request, response, 405, { error, fix: 'Send a POST request.' });
    }
    const head: Head = { source, headers: single(request.headers) };
    const stranger = knock(head);
    if (stranger) return refuse(response, stranger, (...args) => answerUnread(request, response, ...args));
    const share = budget.share();
    try {
      const body = await readBody(request, limits, share);
      const receipt = await receive({ ...head, body });
      if (!receipt.taken) {
        return refuse(response, receipt.refusal, (...args) => answer(response, ...args));
      }
      const { alerts, changed, duplicates } = receipt;
      return answer(response, 200, { alerts, changed, duplicates });
    } catch (error) {
      if (error instanceof BodyRefused) {
        return refuse(response, whyUnread(error, limits), (...args) =>
          answerUnread(request, response, ...args),
        );
      }
      failures.note(error, source);
      response.setHeader('Retry-After', RETRY_AFTER);
      return answer(response, 503, {
        error: 'the alerts could not be stored',
        fix: 'Send them again; nothing of this delivery was kept. See /readyz for what is down.',
      });
    } finally {
      share.end();
    }
  };
}

const LOG_EVERY_MS = 10_000;

/** Tells of deliveries that could not be kept, but not of each: while the database is away they all fail. */
function sparseLog(log: Logger) {
  let toldAt = -Infinity;
  let untold = 0;
  return {
    note(error: unknown, source: string): void {
      untold += 1;
      if (performance.now() - toldAt < LOG_EVERY_MS) return;
      log.error({ err: error, source, deliveries: untold }, 'deliveries could not be committed');
      toldAt = performance.now();
      untold = 0;
    },
  };
}

type UnreadRefusal = { status: 400 | 408 | 413 | 415 | 503; error: string; fix: string };

function whyUnread({ reason }: BodyRefused, { maxBytes, maxMs }: HookLimits): UnreadRefusal {
  switch (reason) {
    case 'too large':
      return {
        status: 413,
        error: 'the body is too large',
        fix: `At most ${maxBytes} bytes, also when unpacked; group alerts into smaller notifications.`,
      };
    case 'too slow':
      return {
        status: 408,
        error: 'the body is too slow',
        fix: `It must arrive within ${maxMs / 1000} s.`,
      };
    case 'no room':
      return {
        status: 503,
        error: 'too much comes at once',
        fix: `Send it again in ${RETRY_AFTER} seconds.`,
      };
    case 'not gzip':
      return {
        status: 400,
        error: 'the body is not gzip',
        fix: 'Send what Content-Encoding says, or do without.',
      };
    case 'unknown encoding':
      return {
        status: 415,
        error: 'the body is encoded in an unknown way',
        fix: 'Send it plain, or as gzip.',
      };
    case 'cut off':
      return { status: 400, error: 'the body ended too early', fix: 'Send it again.' };
    default:
      return reason satisfies never;
  }
}

function refuse(
  response: ServerResponse,
  { status, error, fix }: Refusal | UnreadRefusal,
  send: (status: number, body: { error: string; fix: string }) => void,
): void {
  // Naming basic authentication makes Amazon SNS send the credentials of the address it was given.
  if (status === 401) response.setHeader('WWW-Authenticate', ['Basic realm="sitrep"', 'Bearer']);
  if (status === 503) response.setHeader('Retry-After', RETRY_AFTER);
  send(status, { error, fix });
}

/** A header that came several times counts as one, joined as HTTP says. */
function single(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
