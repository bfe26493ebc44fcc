import { connect, type Socket } from 'node:net';

/** The HTTP status, or 0 where the connection broke or nobody answered within the time limit. */
export type Status = number;

/**
 * One keep-alive HTTP/1.1 connection that sends one request at a time, written by hand because the load
 * generator shares two cores with what it measures: a request costs it a third of what node:http does.
 * Connects anew when the connection has broken. Understands what Sitrep, Alertmanager and Node-RED send:
 * Content-Length or chunked answers, no trailers.
 */
export class HttpConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | null = null;
  #received = '';
  #answer: ((status: Status) => void) | null = null;

  constructor(url: string, timeoutMs: number) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#timeoutMs = timeoutMs;
  }

  /** Posts a JSON body. Resolves to the status; never rejects. */
  post(path: string, body: string, headers: string): Promise<Status> {
    const request = `POST ${path} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail(), this.#timeoutMs);
      this.#answer = (status) => {
        clearTimeout(timer);
        this.#answer = null;
        resolve(status);
      };
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      const status = completeStatus(this.#received);
      if (status === null) return;
      if (/\r\nconnection: close/i.test(this.#received)) this.close();
      this.#received = '';
      this.#answer?.(status);
    });
    const broken = (): void => {
      if (this.#socket === socket) this.#fail();
    };
    socket.on('error', broken);
    socket.on('close', broken);
    return socket;
  }

  #fail(): void {
    this.close();
    this.#received = '';
    this.#answer?.(0);
  }
}

/** The status of an answer that has come whole; null while some of it is missing. */
function completeStatus(text: string): Status | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length) ? status : null;
  if (head.includes('\r\ntransfer-encoding: chunked')) return text.endsWith('0\r\n\r\n') ? status : null;
  return status;
}
