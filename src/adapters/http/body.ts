import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import type { Share } from './body-budget.ts';

/**
 * Deflate packs at most about 1030 to 1, and only what repeats itself all the time. Alerts differ in their
 * fingerprints at least, so more than this, once it is not a trifle any more, is a bomb.
 */
const BOMB_RATIO = 500;
const TRIFLE_BYTES = 256 * 1024;

type Reason = 'too large' | 'too slow' | 'no room' | 'not gzip' | 'unknown encoding' | 'cut off';

/** Why a body was not read to its end. */
export class BodyRefused extends Error {
  override name = 'BodyRefused';
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(`the body is refused: ${reason}`);
    this.reason = reason;
  }
}

export type BodyLimits = {
  /** The most that may come over the wire, and the most that may come out of its compression; bytes. */
  maxBytes: number;
  /** How long it may take, in milliseconds. */
  maxMs: number;
};

/**
 * Reads a request's body, plain or gzip, within the limits; what is held counts against `share`. A bomb
 * is noticed as it unfolds, when as much has come out of it as may. Rejects with `BodyRefused`.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, maxMs }: BodyLimits,
  share: Share,
): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip', ''].includes(encoding)) throw new BodyRefused('unknown encoding');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyRefused('too large');
  const wire = await collect(request, maxBytes, maxMs, share);
  if (!encoding.endsWith('gzip')) return wire;
  const body = await inflate(wire, maxBytes, share);
  share.give(wire.length);
  return body;
}

function collect(request: IncomingMessage, maxBytes: number, maxMs: number, share: Share): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const end = () => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const fail = (reason: Reason) => {
      end();
      chunks = [];
      reject(new BodyRefused(reason));
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail('too large');
      else if (share.take(chunk.length)) chunks.push(chunk);
      else fail('no room');
    };
    const onEnd = () => {
      end();
      resolve(Buffer.concat(chunks, size));
    };
    const onClose = () => fail('cut off');
    const timer = setTimeout(() => fail('too slow'), maxMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function inflate(wire: Buffer, maxBytes: number, share: Share): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const gunzip = createGunzip({ chunkSize: 64 * 1024 });
    const fail = (reason: Reason) => {
      gunzip.destroy();
      chunks = [];
      reject(new BodyRefused(reason));
    };
    gunzip.on('data', (chunk: Buffer) => {
      size += chunk.length;
      const bomb = size > TRIFLE_BYTES && size > BOMB_RATIO * gunzip.bytesWritten;
      if (bomb || size > maxBytes) fail('too large');
      else if (share.take(chunk.length)) chunks.push(chunk);
      else fail('no room');
    });
    gunzip.on('error', () => fail('not gzip'));
    gunzip.on('end', () => resolve(Buffer.concat(chunks, size)));
    gunzip.end(wire);
  });
}
