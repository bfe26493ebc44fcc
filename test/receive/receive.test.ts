import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/incident/alert.ts';
import type { Delivery } from '../../src/receive/delivery.ts';
import { createReceiver, type IntakeStore, type Recorded } from '../../src/receive/receive.ts';
import type { Access } from '../../src/receive/access.ts';
import { accessWith } from '../support/access.ts';

const TOKEN = 'secret-token';
const ACCESS = accessWith({ SITREP_WEBHOOK_TOKEN: [TOKEN] });

function body(over: object = {}, alertOver: object = {}): unknown {
  return {
    version: '4',
    status: 'firing',
    receiver: 'sitrep',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'ServiceErrorRateHigh', service: 'checkout', severity: 'critical' },
        annotations: { summary: 'checkout fails' },
        startsAt: '2026-03-04T03:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example/graph',
        fingerprint: 'abc',
        ...alertOver,
      },
    ],
    ...over,
  };
}

function delivery(
  value: unknown,
  headers: Record<string, string | undefined> = {},
  over: Partial<Delivery> = {},
): Delivery {
  return {
    source: 'alertmanager',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    body: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
    ...over,
  };
}

function many(count: number): object[] {
  const { alerts } = body() as { alerts: object[] };
  return Array.from({ length: count }, (_, i) => ({ ...alerts[0], fingerprint: `f${i}` }));
}

/** A delivery that is right but for one byte within a summary. */
function spoilt(): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(body()));
  bytes[new TextDecoder().decode(bytes).indexOf('checkout fails')] = 0xff;
  return bytes;
}

function recorder(recorded: Recorded = { fresh: 1, resolved: 0, repeated: 0 }) {
  const alerts: Alert[] = [];
  const store: IntakeStore = {
    recordDeliveries: async (batches) => {
      for (const batch of batches) alerts.push(...batch.alerts);
      return batches.map(() => recorded);
    },
  };
  return { alerts, transaction: <T>(work: (store: IntakeStore) => Promise<T>) => work(store) };
}

const receive = (one: Delivery, access: Access, transaction: ReturnType<typeof recorder>['transaction']) =>
  createReceiver({ access, transaction, ring: () => {}, isAway: () => false })(one);

describe('receive', () => {
  it('takes an Alertmanager delivery', async () => {
    const book = recorder();
    const receipt = await receive(delivery(body()), ACCESS, book.transaction);
    expect(receipt).toEqual({ taken: true, alerts: 1, changed: 1, duplicates: 0 });
    expect(book.alerts[0]).toMatchObject({
      fingerprint: 'abc',
      service: 'checkout',
      severity: 'critical',
      status: 'firing',
      endsAt: null,
      summary: 'checkout fails',
      link: 'http://prometheus.example/graph',
    });
  });

  it('takes a whole storm in one delivery', async () => {
    const book = recorder();
    const storm = delivery(body({ alerts: many(5000) }));
    expect(await receive(storm, ACCESS, book.transaction)).toMatchObject({ alerts: 5000 });
    expect(book.alerts).toHaveLength(5000);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'takes %s for a label and for no more than that',
    async (word) => {
      const book = recorder();
      const labels = { alertname: word, service: word, severity: word };
      const receipt = await receive(delivery(body({}, { labels })), ACCESS, book.transaction);
      expect(receipt).toMatchObject({ taken: true });
      expect(book.alerts[0]).toMatchObject({ name: word, service: word, severity: 'warning' });
      expect(await receive(delivery(body(), {}, { source: word }), ACCESS, book.transaction)).toMatchObject({
        taken: false,
        refusal: { status: 404 },
      });
    },
  );

  it('tells a duplicate from what is new', async () => {
    const book = recorder({ fresh: 0, resolved: 0, repeated: 1 });
    const receipt = await receive(delivery(body()), ACCESS, book.transaction);
    expect(receipt).toEqual({ taken: true, alerts: 1, changed: 0, duplicates: 1 });
  });

  it('asks for it again when storing takes too long', async () => {
    const never = () => new Promise<never>(() => {});
    const slow = createReceiver({
      access: ACCESS,
      transaction: never,
      ring: () => {},
      isAway: () => false,
      limits: { deadlineMs: 5 },
    });
    expect(await slow(delivery(body()))).toMatchObject({
      taken: false,
      refusal: { status: 503, error: expect.stringMatching(/5 ms/), fix: expect.stringMatching(/again/) },
    });
  });

  it('needs no label at all', async () => {
    const book = recorder();
    await receive(delivery(body({}, { labels: {}, annotations: {} })), ACCESS, book.transaction);
    expect(book.alerts[0]).toMatchObject({ name: 'unnamed alert', service: null, severity: 'warning' });
  });

  it('makes outside text inert', async () => {
    const book = recorder();
    const nasty = { alertname: 'A\u202eB\u0000C', service: 'x\u200by' };
    await receive(
      delivery(body({}, { labels: nasty, generatorURL: 'javascript:alert(1)' })),
      ACCESS,
      book.transaction,
    );
    expect(book.alerts[0]).toMatchObject({ name: 'ABC', service: 'xy', link: null });
  });

  it.each([
    ['an unknown source', delivery(body(), {}, { source: 'nagios' }), 404, /alertmanager/],
    ['no token', delivery(body(), { authorization: undefined }), 401, /SITREP_WEBHOOK_TOKEN/],
    ['a wrong token', delivery(body(), { authorization: 'Bearer wrong' }), 401, /Authorization/],
    [
      'the token as all of basic authentication',
      delivery(body(), { authorization: `Basic ${TOKEN}` }),
      401,
      /Bearer/,
    ],
    ['another content type', delivery(body(), { 'content-type': 'text/plain' }), 415, /application\/json/],
    ['no content type', delivery(body(), { 'content-type': undefined }), 415, /application\/json/],
    ['broken JSON', delivery('{"version":'), 400, /JSON/],
    ['invalid UTF-8', delivery('', {}, { body: new Uint8Array([0x7b, 0xff, 0x7d]) }), 400, /UTF-8/],
    ['invalid UTF-8 within a text', delivery('', {}, { body: spoilt() }), 400, /UTF-8/],
    ['another version', delivery(body({ version: '3' })), 400, /field/],
    ['more alerts than it takes', delivery(body({ alerts: many(5001) })), 400, /field/],
    ['no alerts', delivery(body({ alerts: [] })), 400, /field/],
    ['an alert without a start', delivery(body({}, { startsAt: 'yesterday' })), 400, /field/],
    ['an alert without a fingerprint', delivery(body({}, { fingerprint: '' })), 400, /field/],
  ])('refuses %s and says what to do', async (_, bad, status, fix) => {
    const book = recorder();
    const receipt = await receive(bad, ACCESS, book.transaction);
    expect(receipt).toMatchObject({ taken: false, refusal: { status, fix: expect.stringMatching(fix) } });
    expect(book.alerts).toEqual([]);
  });

  it('names the field that does not fit', async () => {
    const receipt = await receive(
      delivery(body({}, { startsAt: 'yesterday' })),
      ACCESS,
      recorder().transaction,
    );
    expect(receipt).toMatchObject({ refusal: { error: expect.stringContaining('alerts.0.startsAt') } });
  });

  it('refuses everybody where no token is set', async () => {
    const receipt = await receive(
      delivery(body(), { authorization: 'Bearer ' }),
      accessWith({ SITREP_WEBHOOK_TOKEN: [''] }),
      recorder().transaction,
    );
    expect(receipt).toMatchObject({
      refusal: { status: 503, error: expect.stringContaining('SITREP_WEBHOOK_TOKEN') },
    });
  });
});
