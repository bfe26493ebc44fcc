import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deskPage } from '../../../src/adapters/http/desk-page.ts';
import { PAGE_DOOR } from '../../../src/adapters/http/door.ts';
import { terminalHandler } from '../../../src/adapters/http/terminal.ts';
import { fakeDesk } from '../../support/fake-desk.ts';
import { aProposal } from '../../support/incident-view.ts';
import { KEY, KEYED_PEOPLE } from '../../support/keyed-people.ts';
import { APPROVER } from '../../support/loop.ts';

const people = KEYED_PEOPLE;
const proposal = aProposal();
let desk: ReturnType<typeof fakeDesk>;
let server: Server;
let port: number;

beforeEach(() => {
  desk = fakeDesk();
});
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts = { people, desk, awaiting: async () => [{ proposal }], door: PAGE_DOOR };
    const handle = deskPage(terminalHandler(parts));
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

type Said = { status: number; headers: NodeJS.Dict<string | string[]>; text: string };

/** With `node:http`, because `fetch` does not let anybody say who the host is. */
function send(path: string, headers: Record<string, string>, body?: object): Promise<Said> {
  return new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const sent = ask({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

const approve = { do: 'approve', as: 'approver', proposalId: proposal.id, digest: proposal.digest };
const fromPage = () => ({ authorization: `Bearer ${KEY}`, origin: `http://127.0.0.1:${port}` });

it('is a page without anything from elsewhere, that no page can frame', async () => {
  const page = await send('/', {});
  expect(page.status).toBe(200);
  expect(page.text).toContain('Decide without Slack');
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  for (const path of ['/desk.js', '/desk.css']) expect((await send(path, {})).status).toBe(200);
  expect((await send('/../terminal.ts', {})).status).toBe(404);
});

it('approves as the person whose key it is; the record says that it was the console', async () => {
  expect(await send('/desk', fromPage(), approve)).toMatchObject({
    status: 200,
    text: `${JSON.stringify(desk.answer)}\n`,
  });
  expect(desk.asked).toEqual([
    {
      name: 'approve',
      request: { proposalId: proposal.id, digest: proposal.digest, person: APPROVER, via: 'console' },
    },
  ]);
});

it.each([
  ['another page', { origin: 'https://example.test' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a request without an origin', { origin: '' }],
  ['a rebound name', { host: 'example.test', origin: 'http://example.test' }],
  ['what a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['what a proxy forwards', { 'x-forwarded-for': '203.0.113.9' }],
])('does nothing for %s', async (_, headers) => {
  expect((await send('/desk', { ...fromPage(), ...headers }, approve)).status).toBe(403);
  expect(desk.asked).toEqual([]);
});
