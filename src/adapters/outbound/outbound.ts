import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { isPrivateName, reachOf } from './addresses.ts';

/** A place that may be reached. */
export type Allowed = {
  /** Scheme, host and port, as `new URL(…).origin` gives it. */
  origin: string;
  /** Whether it may be in a network of one's own. Link-local and metadata addresses stay closed even then. */
  allowPrivate: boolean;
};

export type OutboundRequest = {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
};

/** The one way out to hosts that people can write into the configuration. */
export type Outbound = {
  /**
   * One request on a connection of its own. Redirects are answers like any other: none is followed. Rejects with an
   * `OutboundError`; reading the body may reject too, where it is too large or takes too long.
   */
  fetch(url: string, request?: OutboundRequest): Promise<Response>;
};

/** No answer. `refused`: nothing has left this machine but the attempt to connect. */
export class OutboundError extends Error {
  override name = 'OutboundError';
  readonly outcome: 'refused' | 'unknown';

  constructor(outcome: 'refused' | 'unknown', message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.outcome = outcome;
  }
}

type Address = { address: string; family: number };

type Ways = {
  allow: readonly Allowed[];
  /** Addresses of a name; the system's resolver if absent. */
  resolve?: (host: string) => Promise<string[]>;
};

/**
 * Makes the way out. A name is resolved once, all its addresses are judged, and the connection goes to what was
 * judged: a name server that says something else the next time is not asked again.
 */
export function createOutbound(
  options: Ways & {
    /** How long a request may take from resolving to the end of its body; 10 s if absent. */
    timeoutMs?: number;
    /** When it is aborted nothing more is sent, and what is under way is given up. */
    until?: AbortSignal | undefined;
    /** How large a body may be; 1 MiB if absent. */
    maxBytes?: number;
  },
): Outbound {
  const { timeoutMs = 10_000, until, maxBytes = 1_048_576 } = options;
  return {
    async fetch(given, request = {}) {
      if (until?.aborted)
        throw new OutboundError('refused', 'The time for this action is up; the request was not sent.');
      const url = readUrl(given);
      const signal = AbortSignal.any([
        AbortSignal.timeout(timeoutMs),
        ...(request.signal ? [request.signal] : []),
        ...(until ? [until] : []),
      ]);
      const addresses = await judged(url, options, signal);
      const answer = await send(url, addresses, request, signal);
      return toResponse(answer, maxBytes, signal);
    },
  };
}

/** The addresses that a request to this address would go to, without connecting to any. Rejects as a request would. */
export async function leadsTo(given: string, ways: Ways & { timeoutMs?: number }): Promise<string[]> {
  const found = await judged(readUrl(given), ways, AbortSignal.timeout(ways.timeoutMs ?? 10_000));
  return found.map(({ address }) => address);
}

/** The URL parser also unfolds the decimal, octal and hexadecimal spellings of IPv4 addresses. */
function readUrl(given: string): URL {
  if (!URL.canParse(given)) throw new OutboundError('refused', 'The address is not a URL. Correct it.');
  const url = new URL(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OutboundError('refused', `${url.protocol}// is not spoken here. Write an https:// address.`);
  if (url.username !== '' || url.password !== '')
    throw new OutboundError('refused', `The address of ${url.host} holds a password. Send it in a header.`);
  return url;
}

async function judged(
  url: URL,
  { allow, resolve = resolveBySystem }: Ways,
  signal: AbortSignal,
): Promise<Address[]> {
  const allowed = allow.find(({ origin }) => origin === url.origin);
  if (!allowed)
    throw new OutboundError(
      'refused',
      `${url.origin} is not configured; nothing else is ever asked. Add it to sitrep.yaml if it should be.`,
    );
  const { allowPrivate } = allowed;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLiteral = isIP(host) !== 0;
  if (!isLiteral && isPrivateName(host) && !allowPrivate) throw closed(host, 'a name of a private network');
  const found = isLiteral ? [host] : await orAborted(resolve(host), signal, host);
  if (found.length === 0) throw new OutboundError('refused', `${host} has no address. Check its spelling.`);
  for (const address of found) {
    const reach = reachOf(address);
    if (reach === 'never')
      throw new OutboundError('refused', `${host} leads to ${address}, which is never connected to.`);
    if (reach === 'private' && !allowPrivate) throw closed(host, `${address}, a private network`);
  }
  return found.map((address) => ({ address, family: isIP(address) }));
}

function closed(host: string, where: string): OutboundError {
  const hint = `If it is yours, list it under outbound in sitrep.yaml with allow_private: true.`;
  return new OutboundError('refused', `${host} leads to ${where}. ${hint}`);
}

async function orAborted(resolving: Promise<string[]>, signal: AbortSignal, host: string): Promise<string[]> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([resolving, aborted]);
  } catch (error) {
    throw new OutboundError('refused', `${host} could not be resolved: ${reason(error)}.`, error);
  }
}

function send(
  url: URL,
  addresses: Address[],
  { method = 'GET', headers = {}, body }: OutboundRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // Another Host header would reach what the allow-list does not name, on a server that serves several.
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'host'))
    return Promise.reject(new OutboundError('refused', 'A Host header cannot be set. Remove it.'));
  return new Promise((resolve, reject) => {
    let mayHaveArrived = false;
    const isTls = url.protocol === 'https:';
    const sending = (isTls ? requestHttps : requestHttp)(url, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
      lookup: pinnedTo(addresses),
      signal,
    });
    sending.on('socket', (socket) => {
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        mayHaveArrived = true;
      });
    });
    sending.on('response', resolve);
    sending.on('error', (error) => {
      reject(
        new OutboundError(
          mayHaveArrived ? 'unknown' : 'refused',
          `${url.host} did not answer ${method} ${url.pathname}: ${reason(error)}.`,
          error,
        ),
      );
    });
    sending.end(body);
  });
}

/** Gives the connection the addresses that were judged, whatever the name may lead to by now. */
function pinnedTo(addresses: Address[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** Statuses of which the standard says that they carry no body. */
const BODILESS = [204, 205, 304];

function toResponse(message: IncomingMessage, most: number, signal: AbortSignal): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (BODILESS.includes(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  const body = Readable.toWeb(Readable.from(upTo(message, most, signal))) as ReadableStream<Uint8Array>;
  return new Response(body, { status, headers });
}

async function* upTo(
  message: IncomingMessage,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new OutboundError('unknown', `The answer is larger than ${most} bytes.`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    // The message only knows that its connection was cut.
    const cause: unknown = signal.aborted ? signal.reason : error;
    throw new OutboundError('unknown', `The answer broke off: ${reason(cause)}.`, cause);
  }
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** What is known of a failure, without addresses or headers of the request. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  if (inner.name === 'TimeoutError') return 'it took too long';
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
