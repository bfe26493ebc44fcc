import type { IncomingMessage } from 'node:http';

/** The body is larger than the limit, or took longer than the limit to arrive. */
export class BodyRefused extends Error {
  override name = 'BodyRefused';
  readonly reason: 'too large' | 'too slow';
  constructor(reason: 'too large' | 'too slow') {
    super(`the body is ${reason}`);
    this.reason = reason;
  }
}

/** Reads a request body of at most `maxBytes` within `maxMs`. Rejects with `BodyRefused`. */
export function readBody(request: IncomingMessage, maxBytes: number, maxMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => fail('too slow'), maxMs);
    const fail = (reason: 'too large' | 'too slow') => {
      clearTimeout(timer);
      request.pause();
      reject(new BodyRefused(reason));
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return fail('too large');
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail('too large');
      else chunks.push(chunk);
    });
    request.on('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
