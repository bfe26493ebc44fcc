import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutbound as createForReal } from '../../src/adapters/outbound/outbound.ts';
import { FORBIDDEN_ADDRESSES, FORBIDDEN_URLS } from '../support/forbidden-urls.ts';
import type { Property, Trial } from '../support/property.ts';

type Seams = { createOutbound: typeof createForReal };

/**
 * Every address is listed as allowed, as somebody might be talked into, and still nothing may be connected to in a
 * private or forbidden network. What counts is not the error but that no socket is made.
 */
export const outbound: Property<Seams> = {
  name: 'outbound addresses',
  claim:
    'No spelling of an address, no answer of a name server and no redirect leads to a connection to a forbidden place.',
  async run(trial, { createOutbound = createForReal } = {}) {
    const sockets = countSockets();
    try {
      await spelled(trial, sockets, createOutbound);
      await resolved(trial, sockets, createOutbound);
      await rebound(trial, sockets, createOutbound);
    } finally {
      sockets.stop();
    }
  },
};

type Sockets = { made(): number; stop(): void };

/** Counts every client socket that this process makes, whoever makes it. */
function countSockets(): Sockets {
  let made = 0;
  const count = (): void => void (made += 1);
  subscribe('net.client.socket', count);
  return { made: () => made, stop: () => unsubscribe('net.client.socket', count) };
}

async function refused(
  { tally }: Trial,
  sockets: Sockets,
  what: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  const before = sockets.made();
  const answered = await attempt().then(
    () => true,
    () => false,
  );
  tally.check(
    !answered && sockets.made() === before,
    () => `${what}: ${sockets.made() - before} sockets made`,
  );
}

async function spelled(
  trial: Trial,
  sockets: Sockets,
  createOutbound: Seams['createOutbound'],
): Promise<void> {
  for (const url of FORBIDDEN_URLS) {
    const origin = URL.canParse(url) ? new URL(url).origin : 'http://allowed.example';
    const out = createOutbound({
      allow: [{ origin, allowPrivate: false }],
      resolve: async () => ['127.0.0.1'],
      timeoutMs: 500,
    });
    await refused(trial, sockets, url, () => out.fetch(url));
    trial.tally.count('spellings');
  }
}

/** A harmless name that leads to a forbidden address, alone or beside a harmless one. */
async function resolved(
  trial: Trial,
  sockets: Sockets,
  createOutbound: Seams['createOutbound'],
): Promise<void> {
  const allow = [{ origin: 'http://allowed.example', allowPrivate: false }];
  for (const address of FORBIDDEN_ADDRESSES) {
    for (const answer of [[address], ['93.184.216.34', address], [address, '2606:2800:220:1::1']]) {
      const out = createOutbound({ allow, resolve: async () => answer, timeoutMs: 500 });
      await refused(trial, sockets, `allowed.example → ${answer.join()}`, () =>
        out.fetch('http://allowed.example/'),
      );
      trial.tally.count('answers of a name server');
    }
  }
  // A network of one's own may be opened; what hands out credentials may not.
  for (const address of [
    '169.254.169.254',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '100.100.100.200',
    'fe80::1',
  ]) {
    const out = createOutbound({
      allow: [{ origin: 'http://allowed.example', allowPrivate: true }],
      resolve: async () => [address],
      timeoutMs: 500,
    });
    await refused(trial, sockets, `allowed.example → ${address}, private allowed`, () =>
      out.fetch('http://allowed.example/'),
    );
  }
}

/** A name server that changes its mind, and a server that sends its caller elsewhere. */
async function rebound(
  { tally }: Trial,
  sockets: Sockets,
  createOutbound: Seams['createOutbound'],
): Promise<void> {
  let elsewhere = '';
  const server = createServer((_, response) => response.writeHead(302, { location: elsewhere }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://allowed.example:${(server.address() as AddressInfo).port}`;
  try {
    for (const target of FORBIDDEN_URLS.filter((url) => URL.canParse(url))) {
      elsewhere = new URL(target).href;
      let asked = 0;
      const resolve = async (): Promise<string[]> => {
        asked += 1;
        return [asked === 1 ? '127.0.0.1' : '169.254.169.254'];
      };
      const out = createOutbound({ allow: [{ origin, allowPrivate: true }], resolve, timeoutMs: 5000 });
      const before = sockets.made();
      const { status } = await out.fetch(`${origin}/`);
      const right = status === 302 && sockets.made() === before + 1 && asked === 1;
      tally.check(
        right,
        () => `redirect to ${target}: ${status}, ${sockets.made() - before} sockets, asked ${asked} times`,
      );
      tally.count('redirects not followed');
    }
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
