import type { IncomingMessage, ServerResponse } from 'node:http';

/** Writes a JSON answer. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

const LINGER_MS = 1000;
const LINGER_BYTES = 8 * 1024 * 1024;

/**
 * Answers a request whose body will not be read, and closes its connection. A connection that is closed
 * with bytes unread is reset, and the reset may overtake the answer; so the answer goes out whole first,
 * and what still comes is thrown away for a moment.
 */
export function answerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    Connection: 'close',
  });
  response.write(text);
  let thrownAway = 0;
  const end = () => {
    clearTimeout(timer);
    request.off('data', onData).off('end', end).off('close', end);
    response.end();
  };
  const onData = (chunk: Buffer) => {
    thrownAway += chunk.length;
    if (thrownAway > LINGER_BYTES) end();
  };
  const timer = setTimeout(end, LINGER_MS);
  if (request.readableEnded || request.destroyed) return end();
  request.on('data', onData).on('end', end).on('close', end);
}
