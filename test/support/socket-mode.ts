import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** The other end of Socket Mode: gives out addresses, says hello, sends envelopes and collects what is acknowledged. */
export type SocketModeServer = {
  apiUrl: string;
  /** How often an address was asked for. */
  asked: number;
  connections: number;
  acknowledged: { envelope_id: string; payload: unknown }[];
  /** The next request for an address is refused with this error. */
  refuse(error: string): void;
  send(envelope: object): void;
  /** Tells the client to come back over a new connection, and closes this one. */
  recycle(): void;
  stop(): Promise<void>;
};

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export async function startSocketMode(): Promise<SocketModeServer> {
  const sockets = new Set<Duplex>();
  const refusals: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.url !== '/api/apps.connections.open') {
      return void response.end(
        JSON.stringify({
          ok: true,
          team_id: 'T0TEAM',
          user_id: 'U0SITREP',
          bot_id: 'B0SITREP',
          // What users.info says of everybody who acts in these tests.
          user: { id: 'U0APPROVER', team_id: 'T0TEAM' },
        }),
      );
    }
    state.asked++;
    const error = refusals.shift();
    const { port } = server.address() as AddressInfo;
    response.end(
      JSON.stringify(error ? { ok: false, error } : { ok: true, url: `ws://127.0.0.1:${port}/link` }),
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const key = String(request.headers['sec-websocket-key']);
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    state.connections++;
    socket.on('data', (data: Buffer) => {
      for (const { opcode, text } of framesIn(data)) {
        if (opcode === 8) socket.end(frame(8, Buffer.from([0x03, 0xe8])));
        if (opcode === 9) socket.write(frame(10, Buffer.from(text)));
        if (opcode === 1)
          state.acknowledged.push(JSON.parse(text) as SocketModeServer['acknowledged'][number]);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (sockets.delete(socket)) state.connections--;
    });
    socket.write(frame(1, Buffer.from(JSON.stringify({ type: 'hello', num_connections: 1 }))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const send = (envelope: object): void => {
    for (const socket of sockets) socket.write(frame(1, Buffer.from(JSON.stringify(envelope))));
  };
  const state: SocketModeServer = {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    asked: 0,
    connections: 0,
    acknowledged: [],
    refuse: (error) => void refusals.push(error),
    send,
    recycle: () => send({ type: 'disconnect', reason: 'refresh_requested' }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

/** A frame from server to client; these are not masked (RFC 6455, section 5.2). */
function frame(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, payload.length])
      : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

/** The masked frames of a client, as long as each arrives whole and is shorter than 64 kB. */
function* framesIn(data: Buffer): Generator<{ opcode: number; text: string }> {
  let at = 0;
  while (at + 2 <= data.length) {
    const opcode = (data[at] ?? 0) & 0x0f;
    const short = (data[at + 1] ?? 0) & 0x7f;
    const length = short === 126 ? data.readUInt16BE(at + 2) : short;
    const maskAt = at + (short === 126 ? 4 : 2);
    const mask = data.subarray(maskAt, maskAt + 4);
    const masked = data.subarray(maskAt + 4, maskAt + 4 + length);
    yield {
      opcode,
      text: Buffer.from(masked.map((byte, index) => byte ^ (mask[index % 4] ?? 0))).toString(),
    };
    at = maskAt + 4 + length;
  }
}
