import type { IncomingMessage } from 'node:http';
import type { Via } from '../../incident/journal.ts';

/** A way in for people at the machine itself: what the record calls it, and whom it turns away. */
export type Door = {
  via: Via;
  /** Whether a request may not come in this way. */
  isClosedTo(request: IncomingMessage): boolean;
};

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Whether a request comes from this machine and names it so: a page elsewhere cannot reach it through a rebound name,
 * and what a proxy on this machine forwards is not from here.
 */
export function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? '';
  const local = address === '::1' || /^(::ffff:)?127\./.test(address);
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return local && LOOPBACK_NAME.test(headers.host ?? '') && !isForwarded;
}

/** For `sitrep proposals` and the like. A browser names its origin, and has no business here. */
export const TERMINAL_DOOR: Door = {
  via: 'cli',
  isClosedTo: (request) => !isFromHere(request) || request.headers.origin !== undefined,
};

/** For the page that stands in while Slack is down, and for no page of another origin. */
export const PAGE_DOOR: Door = {
  via: 'console',
  isClosedTo(request) {
    const { origin, host, 'sec-fetch-site': site } = request.headers;
    return (
      !isFromHere(request) || origin !== `http://${host}` || (site !== undefined && site !== 'same-origin')
    );
  },
};
