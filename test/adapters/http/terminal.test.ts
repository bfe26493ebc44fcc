import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TERMINAL_DOOR } from '../../../src/adapters/http/door.ts';
import { terminalHandler } from '../../../src/adapters/http/terminal.ts';
import { fakeDesk } from '../../support/fake-desk.ts';
import { aProposal } from '../../support/incident-view.ts';
import { KEY, KEYED_PEOPLE } from '../../support/keyed-people.ts';
import { APPROVER } from '../../support/loop.ts';

const people = KEYED_PEOPLE;
const proposal = aProposal();
let desk: ReturnType<typeof fakeDesk>;
let server: Server;
let url: string;

beforeEach(() => {
  desk = fakeDesk();
});
beforeAll(async () => {
  server = createServer((request, response) => {
    const handle = terminalHandler({
      people,
      desk,
      awaiting: async () => [{ proposal }],
      door: TERMINAL_DOOR,
    });
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/terminal`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body: JSON.stringify(body),
  });
}

const approve = { do: 'approve', as: 'approver', proposalId: proposal.id, digest: proposal.digest };

it('approves as the person whose key it is, through the desk that Slack asks as well', async () => {
  for (const as of ['approver', APPROVER])
    expect(await (await ask({ ...approve, as, typed: 'shop/checkout' })).json()).toEqual(desk.answer);
  expect(desk.asked).toHaveLength(2);
  expect(desk.asked[0]).toEqual({
    name: 'approve',
    request: {
      proposalId: proposal.id,
      digest: proposal.digest,
      person: APPROVER,
      typed: 'shop/checkout',
      via: 'cli',
    },
  });
});

it('stops and resumes as the person whose key it is', async () => {
  const order = '3ad54bbc-5007-4608-b554-70b22b1de150';
  await ask({ do: 'stop', as: 'approver', why: 'too risky', undoLastS: 900, order });
  await ask({ do: 'resume', as: 'approver' });
  expect(desk.asked).toEqual([
    { name: 'stop', request: { person: APPROVER, why: 'too risky', undoLastS: 900, order, via: 'cli' } },
    { name: 'resume', request: { person: APPROVER } },
  ]);
  const nameless = { do: 'stop', as: 'approver', why: 'x', undoLastS: 900 };
  expect((await ask(nameless)).status).toBe(400);
  expect((await ask({ ...nameless, order, undoLastS: -1 })).status).toBe(400);
});

it('lists what waits, each card whole with its digest', async () => {
  const { waiting } = (await (await ask({ do: 'list', as: 'approver' })).json()) as { waiting: object[] };
  expect(waiting).toEqual([
    expect.objectContaining({ card: proposal.consent.card.join('\n'), digest: proposal.digest }),
  ]);
});

it('asks for an action by hand, in the words of its tool', async () => {
  const asked = { do: 'propose', as: 'approver', words: ['flag.disable', 'flag=a b'], why: 'it fails' };
  expect(await (await ask({ ...asked, incident: 'INC-12' })).json()).toEqual(desk.answer);
  await ask({ ...asked, words: [] });
  const request = { person: APPROVER, incidentId: 12, words: ['flag.disable', 'flag=a b'], why: 'it fails' };
  expect(desk.asked).toEqual([
    { name: 'propose', request },
    { name: 'propose', request: { ...request, incidentId: null, words: [] } },
  ]);
  expect((await ask(asked, { authorization: 'Bearer x' })).status).toBe(401);
});

it.each([
  ['INC-1', 200],
  ['inc-123456789', 200],
  ['twelve', 400],
  ['INC-0', 400],
  ['INC-', 400],
  ['xINC-12', 400],
  ['INC-12x', 400],
  ['INC-1234567890', 400],
])('takes what is called like an incident for one: %s is answered with %i', async (incident, status) => {
  const asked = { do: 'propose', as: 'approver', words: [], why: 'it fails' };
  expect((await ask({ ...asked, incident })).status).toBe(status);
});

it.each([
  ['a wrong key', {}, { authorization: `Bearer ${'x'.repeat(43)}` }],
  ['no key', {}, { authorization: '' }],
  ['the key of somebody else', { as: 'on-call' }, {}],
  ['a person without a key', { as: 'second approver' }, {}],
  ['an unknown person', { as: 'nobody' }, {}],
])('refuses %s, and puts it on record', async (_, changes, headers) => {
  expect((await ask({ ...approve, ...changes }, headers)).status).toBe(401);
  expect(desk.asked.map((one) => one.name)).toEqual(['refused']);
});

it.each([
  ['a page of a browser', approve, { origin: 'http://127.0.0.1' }, 403],
  ['what a proxy forwards', approve, { 'x-forwarded-for': '203.0.113.9' }, 403],
  ['a member too many', { ...approve, person: APPROVER }, {}, 400],
  ['a proposal that is no id', { ...approve, proposalId: 'all' }, {}, 400],
])('does nothing for %s', async (_, body, headers, status) => {
  expect((await ask(body, headers)).status).toBe(status);
  expect(desk.asked).toEqual([]);
});
