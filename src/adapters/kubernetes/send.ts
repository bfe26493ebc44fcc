import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { KubernetesError } from './error.ts';

/**
 * One HTTP exchange. Node's request instead of fetch: it takes the cluster's own certificate authority, and it
 * tells whether the connection ever stood, hence whether a lost write may have been carried out.
 */
export type Exchange = {
  url: URL;
  method: string;
  token: string;
  ca?: string;
  timeoutMs: number;
  until?: AbortSignal;
  headers: Record<string, string | string[]>;
  body?: { contentType: string; text: string };
};

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Sends and reads the whole answer. Throws KubernetesError when none came; any HTTP code is returned. */
export function send(exchange: Exchange): Promise<{ code: number; text: string }> {
  const { url, body, ca, until } = exchange;
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    let connected = false;
    const fail = (error: Error) => reject(noAnswer(exchange, connected, error));
    const req = open(url, {
      method: exchange.method,
      agent: false,
      signal: AbortSignal.any([AbortSignal.timeout(exchange.timeoutMs), ...(until ? [until] : [])]),
      ...(ca === undefined ? {} : { ca }),
      headers: {
        accept: 'application/json',
        ...exchange.headers,
        authorization: `Bearer ${exchange.token}`,
        ...(body === undefined
          ? {}
          : { 'content-type': body.contentType, 'content-length': Buffer.byteLength(body.text) }),
      },
    });
    req.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (connected = true));
    });
    req.on('error', fail);
    req.on('response', (res) => {
      const chunks: Buffer[] = [];
      let size = 0;
      res.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) req.destroy(new Error('the answer is larger than 64 MiB'));
        else chunks.push(chunk);
      });
      res.on('error', fail);
      res.on('aborted', () => fail(new Error('the connection was lost in the middle of the answer')));
      res.on('end', () =>
        resolve({ code: res.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    req.end(body?.text);
  });
}

function noAnswer({ url, method, timeoutMs }: Exchange, connected: boolean, error: Error): KubernetesError {
  const late = error.name === 'AbortError' || error.name === 'TimeoutError';
  const why = late ? `no answer within ${timeoutMs} ms` : error.message;
  const advice = connected
    ? method === 'GET'
      ? 'Try again later.'
      : 'The request may have been carried out: read the object before trying again.'
    : 'Check the address of the API server and whether it runs.';
  return new KubernetesError(
    `Kubernetes at ${url.origin} did not answer (${why}). ${advice}`,
    { code: 0, reason: late ? 'Timeout' : 'ConnectionLost', outcome: connected ? 'unknown' : 'refused' },
    { cause: error },
  );
}
