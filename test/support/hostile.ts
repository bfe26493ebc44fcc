import { gzipSync } from 'node:zlib';
import { post } from './raw-http.ts';

/** One hostile request: its bytes, what is wrong with it, and whether its sender hangs up half way. */
export type Hostile = { what: string; parts: (Buffer | string)[]; hangUp?: boolean };

/** Numbers in [0, 1), the same for the same seed. Source: mulberry32, public domain. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SOURCES = [
  'alertmanager',
  'grafana',
  'datadog',
  'opsgenie',
  'jsm',
  'cloudevents',
  'json',
  'github',
  'nagios',
];
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));
const DEEP = Buffer.from('['.repeat(100_000));
const DEEP_OBJECTS = Buffer.from('{"a":'.repeat(50_000));
const KEYS = Buffer.from(`{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`);
const NESTED_BOMB = gzipSync(gzipSync(Buffer.alloc(16 * 1024 * 1024)));
const ALERT = {
  version: '4',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Hostile', severity: 'info' },
      annotations: { summary: 'hostile' },
      startsAt: '2026-03-04T03:00:00Z',
      fingerprint: 'hostile',
    },
  ],
};

/** A generator of hostile requests with the given token; the same ones for the same seed. */
export function hostileRequests(seed: number, token: string): () => Hostile {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));

  const sent = (what: string, body: Buffer, headers: Record<string, string | number> = {}): Hostile => ({
    what,
    parts: [
      post(`/hooks/${pick(SOURCES)}`, {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        ...headers,
      }),
      body,
    ],
  });
  const gzip = { 'Content-Encoding': 'gzip' };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));

  /** A true body with some bytes of it changed. */
  const mutated = () => {
    const bytes = json(ALERT);
    for (let i = below(8) + 1; i > 0; i -= 1) bytes[below(bytes.length)] = below(256);
    return bytes;
  };

  const kinds: (() => Hostile)[] = [
    () => sent('noise', noise(below(3000))),
    () => sent('a true body with bytes changed', mutated()),
    () => sent('a true body cut short', json(ALERT).subarray(0, below(150))),
    () => sent('nesting of arrays', DEEP.subarray(0, below(DEEP.length))),
    () => sent('nesting of objects', DEEP_OBJECTS.subarray(0, below(DEEP_OBJECTS.length))),
    () => sent('many keys', KEYS),
    () => sent('a gzip bomb', BOMB, gzip),
    () => sent('a gzip bomb in gzip', NESTED_BOMB, gzip),
    () => sent('broken gzip', noise(below(500)), gzip),
    () => sent('gzip cut short', BOMB.subarray(0, below(1000)), gzip),
    () =>
      sent('unknown encoding', json(ALERT), { 'Content-Encoding': pick(['br', 'zstd', 'gzip, gzip', 'x']) }),
    () => sent('invalid UTF-8', Buffer.concat([Buffer.from('{"name":"'), noise(20), Buffer.from('"}')])),
    () =>
      sent(
        'characters that deceive',
        json({
          name: '\u0000\u202e\ud800x\u200b',
          fingerprint: 'hostile',
          severity: '\u0000',
          labels: { '\u202e': '\u0000' },
        }),
      ),
    () =>
      sent(
        'numbers beyond all bounds',
        Buffer.from(`{"name":${'9'.repeat(below(5000) + 1)}e${below(99_999)}}`),
      ),
    () =>
      sent('a name of an object', Buffer.from('{"__proto__":{"name":"x"},"constructor":{"prototype":1}}')),
    () => ({ ...sent('more announced than sent', json(ALERT), { 'Content-Length': 100_000 }), hangUp: true }),
    () => sent('far more announced than taken', json(ALERT), { 'Content-Length': 10 ** (7 + below(6)) }),
    () =>
      sent('a length that is none', json(ALERT), { 'Content-Length': pick(['-1', '1x', '0x10', '1e3', '']) }),
    () => sent('two lengths', json(ALERT), { 'Content-length': 7 }),
    () => ({
      what: 'broken chunks',
      hangUp: true,
      parts: [
        post('/hooks/json', {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Transfer-Encoding': 'chunked',
        }),
        pick(['zz\r\n', 'ffffffffffffffffff\r\n', '5\r\nabc\r\n', '-1\r\n', '3\r\nabcde\r\n', '\r\n\r\n']),
        noise(below(100)),
      ],
    }),
    () =>
      sent('a stranger', json(ALERT), {
        Authorization: pick(['', 'Bearer x', 'Basic !!!', `Bearer ${token}x`]),
      }),
    () =>
      sent('another type', json(ALERT), {
        'Content-Type': pick(['text/plain', 'application/xml', 'x'.repeat(500)]),
      }),
    () => ({ what: 'no HTTP', hangUp: true, parts: [noise(below(300) + 1)] }),
    () => ({
      what: 'a head that never ends',
      hangUp: true,
      parts: [`POST /hooks/json HTTP/1.1\r\nX: ${'x'.repeat(below(40_000))}`],
    }),
    () => ({
      what: 'another method',
      parts: [
        `${pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])} /hooks/json HTTP/1.1\r\nHost: x\r\n\r\n`,
      ],
    }),
    () => ({
      what: 'another path',
      parts: [
        post(`/hooks/${pick(['', '..', '%00', 'json/x', '__proto__', 'a'.repeat(9000)])}`, {
          'Content-Length': 0,
        }),
      ],
    }),
  ];
  return () => pick(kinds)();
}

/** A chunked body of `megabytes`, made as it is sent. */
export function* endless(token: string, megabytes: number): Generator<Buffer | string> {
  const chunk = Buffer.from(`10000\r\n${'a'.repeat(0x10000)}\r\n`);
  yield post('/hooks/json', {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Transfer-Encoding': 'chunked',
  });
  for (let sent = 0; sent < megabytes * 16; sent += 1) yield chunk;
  yield '0\r\n\r\n';
}
