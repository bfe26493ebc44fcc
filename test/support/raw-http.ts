import { connect } from 'node:net';

export type Exchange = {
  /** The status of the answer; null where the connection ended without one. */
  status: number | null;
  /** The answer as it came. */
  text: string;
  /** How many bytes could be sent. */
  sent: number;
  /** How long it took until the answer was there or the connection ended; milliseconds. */
  ms: number;
};

/**
 * Sends bytes over a socket of its own, as they are, and waits for the end of the connection or a whole
 * answer. The connection stays open after `parts`, as it does with slow senders too; `hangUp` ends it.
 */
export function exchange(
  port: number,
  parts: Iterable<Buffer | string>,
  { hangUp = false, timeoutMs = 30_000 }: { hangUp?: boolean; timeoutMs?: number } = {},
): Promise<Exchange> {
  return new Promise((resolve) => {
    const began = performance.now();
    let text = '';
    let sent = 0;
    let over = false;
    const socket = connect(port, '127.0.0.1');
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      resolve({ status: status ? Number(status) : null, text, sent, ms: performance.now() - began });
    };
    const timer = setTimeout(end, timeoutMs);
    const whole = () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2);
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      if (length !== undefined) return body.length >= Number(length);
      return text.includes('\r\n0\r\n\r\n');
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n') && whole()) end();
    });
    socket.on('error', end).on('close', end);
    socket.on('connect', async () => {
      for (const part of parts) {
        if (over) return;
        sent += part.length;
        if (!socket.write(part)) {
          await new Promise<void>((drained) => {
            socket.once('drain', drained);
            socket.once('close', drained);
          });
        }
      }
      if (hangUp && !over) socket.end();
    });
  });
}

/** The head of a POST, with the given headers after those that every request has. */
export function post(path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ Host: 'sitrep.example', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
