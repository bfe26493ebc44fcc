import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What the one who watches a round trip wants: to let it pass, or that neither side hears of it again. */
export type Verdict = 'pass' | 'cut';

/** One round trip to PostgreSQL: the statement's text, and whether it is on its way there or answered. */
export type DatabaseMoment = { statement: string; when: 'before' | 'after' };

export type DatabaseProxy = {
  /** The address to give to Sitrep as DATABASE_URL. */
  url: string;
  /** Asked before a statement is forwarded and before its answer is passed back. */
  onMoment(ask: (moment: DatabaseMoment) => Verdict): void;
  stop(): Promise<void>;
};

/**
 * Stands between Sitrep and PostgreSQL and names every round trip by its SQL, so that a process can be
 * killed exactly before a statement reaches the server, or after the server has done it and before the
 * process knows. Reads just enough of the protocol (message types Query, Parse, Sync and ReadyForQuery;
 * https://www.postgresql.org/docs/current/protocol-message-formats.html); expects no TLS.
 */
export async function startDatabaseProxy(serverUrl: string): Promise<DatabaseProxy> {
  let ask: (moment: DatabaseMoment) => Verdict = () => 'pass';
  const sockets = new Set<Socket>();
  const target = new URL(serverUrl);
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    relay(client, upstream, (moment) => ask(moment));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    onMoment(fn) {
      ask = fn;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function relay(client: Socket, upstream: Socket, ask: (moment: DatabaseMoment) => Verdict): void {
  const cut = (): void => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) {
    socket.on('error', cut);
    socket.on('close', cut);
  }
  const names = statementNames();
  const fromClient = splitMessages(true);
  const fromServer = splitMessages(false);
  /** Statements that were forwarded and are not answered yet. */
  const underway: string[] = [];
  let held: Buffer[] = [];
  let text = '';

  client.on('data', (chunk: Buffer) => {
    for (const message of fromClient(chunk)) {
      held.push(message);
      const type = String.fromCharCode(message[0] ?? 0);
      if (type === 'Q') text = message.toString('utf8', 5, message.length - 1);
      // The name of a prepared statement comes first, then its text, both ended by a zero byte.
      if (type === 'P') text = message.toString('utf8', message.indexOf(0, 5) + 1).split('\0', 1)[0] ?? '';
      if (type !== 'Q' && type !== 'S' && text !== '') continue;
      if (text !== '') {
        const statement = names(text);
        if (ask({ statement, when: 'before' }) === 'cut') return cut();
        underway.push(statement);
        text = '';
      }
      upstream.write(Buffer.concat(held));
      held = [];
    }
  });
  upstream.on('data', (chunk: Buffer) => {
    const answers: Buffer[] = [];
    for (const message of fromServer(chunk)) {
      answers.push(message);
      if (message[0] !== 'Z'.charCodeAt(0)) continue;
      const statement = underway.shift();
      if (statement !== undefined && ask({ statement, when: 'after' }) === 'cut') return cut();
    }
    client.write(Buffer.concat(answers));
  });
}

/**
 * Names statements: white space and literals that differ from run to run are evened out, and a commit bears
 * the name of the last statement before it, because that is what it makes durable.
 */
function statementNames(): (text: string) => string {
  let previous = '';
  return (text) => {
    const plain = text
      .replaceAll(/--[^\n]*/g, ' ')
      .replaceAll(/'[^']*'/g, "'…'")
      .replaceAll(/\b\d+\b/g, 'N')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .toLowerCase();
    if (/^(begin|commit|rollback)\b/.test(plain)) return `${plain} (after: ${previous})`;
    previous = plain.slice(0, 70);
    return plain.slice(0, 110);
  };
}

/** Cuts a stream into messages; the first one of a client has no type byte. */
function splitMessages(startsUntyped: boolean): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  let untyped = startsUntyped;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const head = untyped ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return messages;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      untyped = false;
    }
  };
}
