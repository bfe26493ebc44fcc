import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request must be refused, or undefined when it may pass. A page of another site can reach a loopback port
 * in two ways: by rebinding its own name to 127.0.0.1 (the Host gives it away) and by posting across sites (the
 * Origin gives it away, and it cannot read the token that our page carries).
 */
export function refusalFor(request: IncomingMessage, token: string): string | undefined {
  if (!isLoopback(`http://${request.headers.host ?? ''}`)) {
    return 'The console answers only under 127.0.0.1, localhost or [::1]. Open it under one of these names.';
  }
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const { origin, 'sec-fetch-site': site, 'x-console-token': given } = request.headers;
  if (origin !== undefined && !isLoopback(origin)) return 'Requests from other sites are refused.';
  if (site !== undefined && site !== 'same-origin') return 'Requests from other sites are refused.';
  if (typeof given !== 'string' || !sameText(given, token)) {
    return 'The page is older than the running process. Reload it.';
  }
  return undefined;
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname);
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
