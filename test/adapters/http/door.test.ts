import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { isFromHere, PAGE_DOOR, TERMINAL_DOOR } from '../../../src/adapters/http/door.ts';

type Came = { from?: string | undefined; headers?: Record<string, string | undefined> };

function came({ from = '127.0.0.1', headers = {} }: Came = {}): IncomingMessage {
  const all = { host: 'localhost:3000', ...headers };
  return { socket: { remoteAddress: from }, headers: all } as unknown as IncomingMessage;
}

it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('%s is this machine', (from) => {
  expect(isFromHere(came({ from }))).toBe(true);
});

it.each(['', '128.0.0.1', '203.0.113.127', '203.127.0.1', '1::1', '::ffff:128.0.0.1', 'x::ffff:127.0.0.1'])(
  '“%s” is elsewhere',
  (from) => {
    expect(isFromHere(came({ from }))).toBe(false);
  },
);

it.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.10.200.3:3000', '[::1]', '[::1]:65535'])(
  'it is called %s',
  (host) => {
    expect(isFromHere(came({ headers: { host } }))).toBe(true);
  },
);

it.each([
  undefined,
  '',
  'sitrep.example',
  'localhost.example',
  'x.localhost',
  'localhost:',
  'localhost:3000x',
  'localhost:x',
  '127.0.0',
  '127.0.0.1.2',
  '127.a.0.1',
  '127.0.0.1234',
  '[::2]',
])('it is not called %j, as a rebound name would have it', (host) => {
  expect(isFromHere(came({ headers: { host } }))).toBe(false);
});

it.each([
  ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ['a proxy by the standard', { forwarded: 'for=203.0.113.9' }],
  ['a proxy that names the client', { 'x-real-ip': '203.0.113.9' }],
  ['a proxy that names itself', { via: '1.1 proxy' }],
  ['a browser', { origin: 'http://localhost:3000' }],
])('a terminal is not %s', (_, headers) => {
  expect(TERMINAL_DOOR.isClosedTo(came({ headers }))).toBe(true);
});

it('a terminal comes from here, and is known as one', () => {
  expect(TERMINAL_DOOR.isClosedTo(came())).toBe(false);
  expect(TERMINAL_DOOR.isClosedTo(came({ from: '203.0.113.9' }))).toBe(true);
  expect([TERMINAL_DOOR.via, PAGE_DOOR.via]).toEqual(['cli', 'console']);
});

it.each<[boolean, string, Came]>([
  [false, 'its own origin', {}],
  [false, 'what the browser says is the same origin', { headers: { 'sec-fetch-site': 'same-origin' } }],
  [true, 'another site', { headers: { 'sec-fetch-site': 'cross-site' } }],
  [true, 'another machine', { from: '203.0.113.9' }],
  [true, 'another origin', { headers: { origin: 'http://localhost:4000' } }],
  [true, 'no origin', { headers: { origin: undefined } }],
])('the page is closed (%s) to %s', (closed, _, { from, headers }) => {
  const own = { origin: 'http://localhost:3000', ...headers };
  expect(PAGE_DOOR.isClosedTo(came({ from, headers: own }))).toBe(closed);
});
