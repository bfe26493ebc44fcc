import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGate } from '../../../src/adapters/slack/gate.ts';
import { createInFlight } from '../../../src/adapters/slack/in-flight.ts';
import { sha256 } from '../../../src/incident/canonical.ts';
import { fakeLog } from '../../support/fake-log.ts';
import { sign, SIGNING_SECRET } from '../../support/slack-signer.ts';

const NOW_S = 1_772_452_800;
const JSON_TYPE = 'application/json';
const log = fakeLog();
const inFlight = createInFlight();
const isFirst = vi.fn<(hash: string) => Promise<boolean>>();
const next = vi.fn<RequestListener>();
const note = vi.fn<(why: string, remote: string | undefined) => void>();
const server = createServer((request, response) =>
  createGate({
    path: '/slack/events',
    signingSecret: SIGNING_SECRET,
    requests: { isFirst },
    log,
    inFlight,
    refusals: { note },
    next,
    now: () => NOW_S * 1000,
  })(request, response),
);

beforeEach(async () => {
  vi.resetAllMocks();
  isFirst.mockResolvedValue(true);
  next.mockImplementation((_, response) => void response.writeHead(202).end('taken'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

type Sent = { method?: string; path?: string; headers?: Record<string, string>; body?: string };

function send({ method = 'POST', path = '/slack/events', headers = {}, body = '' }: Sent) {
  return new Promise<{ status: number; headers: object; text: string }>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.on('error', reject).end(body);
  });
}

const signed = (body = '{}', atS = NOW_S) => sign(body, JSON_TYPE, atS);
const refusal = (status: number, error: string) => ({
  status,
  headers: { 'content-type': JSON_TYPE, connection: 'close' },
  text: JSON.stringify({ error }),
});
const UNSIGNED = refusal(
  401,
  'Not signed by Slack, or too old. Check SLACK_SIGNING_SECRET and the clock of this machine.',
);

describe('a request that Slack has signed', () => {
  it('goes on with its bytes, and is remembered by its signature', async () => {
    const request = signed('{"a":1}');
    expect(await send(request)).toMatchObject({ status: 202, text: 'taken' });
    expect(next.mock.calls[0]?.[0]).toMatchObject({ rawBody: Buffer.from('{"a":1}') });
    expect(isFirst).toHaveBeenCalledWith(sha256(request.headers['x-slack-signature'] ?? ''));
    await vi.waitFor(() => expect(inFlight.count()).toBe(0));
    expect(log.warn).not.toHaveBeenCalled();
  });

  it.each([-300, 0, 300])('may be signed %d s from now', async (offS) => {
    expect((await send(signed('{}', NOW_S + offS))).status).toBe(202);
  });

  it('may have a query', async () => {
    expect((await send({ ...signed(), path: '/slack/events?x=1' })).status).toBe(202);
  });

  it('may be a mebibyte large, and no byte larger', async () => {
    expect((await send(signed('x'.repeat(1024 * 1024)))).status).toBe(202);
    expect(await send(signed('x'.repeat(1024 * 1024 + 1)))).toMatchObject(
      refusal(413, 'The body is larger than 1048576 bytes.'),
    );
  });

  it.each([
    ['Application/JSON; charset=utf-8', JSON_TYPE],
    ['application/json ;x', JSON_TYPE],
    ['', ''],
  ])('with the content type “%s” goes on as “%s”', async (given, becomes) => {
    const { headers, body } = signed();
    const { 'content-type': _, ...others } = headers;
    await send({ body, headers: given === '' ? others : { ...others, 'content-type': given } });
    expect(next.mock.calls[0]?.[0].headers['content-type']).toBe(becomes);
  });

  it('goes on where nobody can look whether it came before', async () => {
    for (const error of [new Error('no database'), 'no error']) isFirst.mockRejectedValueOnce(error);
    expect((await send(signed())).status).toBe(202);
    expect((await send(signed())).status).toBe(202);
    const why = 'Could not look whether a request came before';
    expect(log.warn.mock.calls).toEqual([
      [{ error: 'no database' }, why],
      [{ error: 'unknown' }, why],
    ]);
  });

  it('that came before is acknowledged and goes no further', async () => {
    isFirst.mockResolvedValue(false);
    expect(await send(signed())).toMatchObject({ status: 200, text: '' });
    expect(next).not.toHaveBeenCalled();
    expect(note.mock.calls).toEqual([['replayed', '127.0.0.1']]);
    expect(log.warn.mock.calls).toEqual([
      [{}, 'A request from Slack came twice; the second was acknowledged and ignored'],
    ]);
  });
});

describe('a request that is turned away', () => {
  const { headers, body } = signed();
  const signature = headers['x-slack-signature'] ?? '';
  const withHeaders = (over: Record<string, string>) => ({ body, headers: { ...headers, ...over } });

  it.each<[string, Sent]>([
    ['no signature', { body, headers: { 'x-slack-request-timestamp': String(NOW_S) } }],
    ['another signature', withHeaders({ 'x-slack-signature': `v0=${'0'.repeat(64)}` })],
    ['something before the signature', withHeaders({ 'x-slack-signature': `x${signature}` })],
    ['something behind the signature', withHeaders({ 'x-slack-signature': `${signature}=x` })],
    ['no time', { body, headers: { 'x-slack-signature': signature } }],
    ['a sign before the time', withHeaders({ 'x-slack-request-timestamp': `+${NOW_S}` })],
    ['a time with a fraction', withHeaders({ 'x-slack-request-timestamp': `${NOW_S}.0` })],
    ['another time', withHeaders({ 'x-slack-request-timestamp': `${NOW_S + 1}` })],
    ['a time too long ago', signed('{}', NOW_S - 301)],
    ['a time too far ahead', signed('{}', NOW_S + 301)],
    ['another body', { ...signed(), body: '{ }' }],
    ['the signature of another secret', sign('{}', JSON_TYPE, NOW_S, 'another')],
  ])('has %s', async (what, request) => {
    expect(await send(request)).toMatchObject(UNSIGNED);
    expect(next).not.toHaveBeenCalled();
    expect(isFirst).not.toHaveBeenCalled();
    expect(note.mock.calls).toEqual([[what.startsWith('a time too') ? 'stale' : 'unsigned', '127.0.0.1']]);
    expect(log.warn.mock.calls).toEqual([
      [{ remote: '127.0.0.1' }, 'Refused a request without a valid signature of Slack'],
    ]);
  });

  it('is no POST, or meant for another path', async () => {
    expect(await send({ method: 'PUT', ...signed() })).toMatchObject(
      refusal(405, 'Slack requests are POST requests.'),
    );
    for (const path of ['/slack/event', '/slack/events/', '/?/slack/events'])
      expect(await send({ ...signed(), path })).toMatchObject(
        refusal(404, 'Slack requests go to /slack/events.'),
      );
    expect(next).not.toHaveBeenCalled();
  });
});

describe('a handler that fails', () => {
  it.each([
    [new Error('broken'), 'broken'],
    ['no error', 'unknown'],
  ])('is answered for, and logged: %s', async (thrown, error) => {
    next.mockImplementation(() => {
      throw thrown as Error;
    });
    expect(await send(signed())).toMatchObject(
      refusal(500, 'Sitrep could not handle the request; its log says why.'),
    );
    expect(log.error.mock.calls).toEqual([[{ error }, 'A request from Slack failed']]);
  });

  it('has the last word where it has begun to answer', async () => {
    next.mockImplementation((_, response) => {
      response.writeHead(202).end('taken');
      throw new Error('too late');
    });
    expect(await send(signed())).toMatchObject({ status: 202, text: 'taken' });
  });
});
