import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Delivery, Receipt } from '../../receive/delivery.ts';
import { BodyRefused, readBody } from './body.ts';

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * `POST /hooks/:source`. Answers 2xx only after the alerts are committed. When they cannot be, it
 * answers 503 with Retry-After, because Alertmanager retries 5xx and drops 4xx.
 */
export function hookHandler(receive: (delivery: Delivery) => Promise<Receipt>, log: Logger) {
  return async (request: IncomingMessage, response: ServerResponse, source: string): Promise<void> => {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      return answer(response, 405, {
        error: `${request.method} is not supported here`,
        fix: 'Send a POST request.',
      });
    }
    if (request.headers['content-encoding'] && request.headers['content-encoding'] !== 'identity') {
      return answer(response, 415, {
        error: 'the body is compressed',
        fix: 'Send it without Content-Encoding.',
      });
    }
    try {
      const body = await readBody(request, MAX_BYTES, MAX_MS);
      const receipt = await receive({ source, headers: single(request.headers), body });
      if (!receipt.taken) {
        const { status, ...rest } = receipt.refusal;
        if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
        return answer(response, status, rest);
      }
      const { alerts, changed, duplicates } = receipt;
      return answer(response, 200, { alerts, changed, duplicates });
    } catch (error) {
      if (error instanceof BodyRefused) {
        response.setHeader('Connection', 'close');
        const limits = `At most ${MAX_BYTES} bytes within ${MAX_MS / 1000} s; in Alertmanager set max_alerts.`;
        return answer(response, error.reason === 'too large' ? 413 : 408, {
          error: error.message,
          fix: limits,
        });
      }
      log.error({ err: error, source }, 'a delivery could not be committed');
      response.setHeader('Retry-After', '5');
      return answer(response, 503, {
        error: 'the alerts could not be stored',
        fix: 'Send them again; nothing of this delivery was kept. See /readyz for what is down.',
      });
    }
  };
}

/** A header that came several times counts as one, joined as HTTP says. */
function single(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Writes a JSON answer. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
