import { describe, expect, it } from 'vitest';
import type { Access, SecretName } from '../../src/receive/access.ts';
import { knock } from '../../src/receive/read.ts';
import { readiness } from '../../src/receive/sources.ts';
import { accessWith } from '../support/access.ts';
import { accessAt, deliveryOf, hmac, NOW, readAs, SECRETS } from '../support/webhooks.ts';
import { grafanaBody, jsonBody, pagerdutyBody, sentryIssueAlert, workflowRun } from './examples.ts';

const bytesOf = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const taken = { kind: 'alerts' };
const refused = { kind: 'refused', refusal: { status: 401 } };

/** The same access with other values for one variable. */
const withSecret = (name: SecretName, values: string[]): Access => ({
  ...accessAt(),
  secrets: { ...SECRETS, [name]: values },
});

describe('the webhook token', () => {
  const send = (authorization: string | undefined, access: Access = accessAt()) =>
    readAs('json', jsonBody(), { authorization }, access);
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it('is taken as a bearer token and as a password', async () => {
    expect(await send('Bearer webhook-token')).toMatchObject(taken);
    expect(await send('bearer webhook-token')).toMatchObject(taken);
    expect(await send('Bearer   webhook-token ')).toMatchObject(taken);
    expect(await send(basic('anybody:webhook-token'))).toMatchObject(taken);
    expect(await send(basic(':webhook-token'))).toMatchObject(taken);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer webhook-toke',
    'Bearer webhook-token1',
    'Bearer Webhook-token',
    'webhook-token',
    'Digest Bearer webhook-token',
    'Bearer webhook-token webhook-token',
    basic('webhook-token:'),
    basic('webhook-token'),
    basic('anybody:'),
    'Basic webhook-token',
    'Digest webhook-token',
  ])('is not “%s”', async (authorization) => {
    expect(await send(authorization)).toMatchObject(refused);
  });

  it('may be two while one is replaced by the other, and neither may be empty', async () => {
    const both = withSecret('SITREP_WEBHOOK_TOKEN', ['old', 'new']);
    expect(await send('Bearer old', both)).toMatchObject(taken);
    expect(await send('Bearer new', both)).toMatchObject(taken);
    expect(await send('Bearer old,new', both)).toMatchObject(refused);
    const half = withSecret('SITREP_WEBHOOK_TOKEN', ['', 'new']);
    expect(await send(basic('anybody:'), half)).toMatchObject(refused);
    expect(await send('Bearer new', half)).toMatchObject(taken);
  });

  it('does not open a source that signs', async () => {
    const headers = { authorization: 'Bearer webhook-token', 'x-hub-signature-256': undefined };
    expect(await readAs('github', workflowRun('failure'), headers)).toMatchObject(refused);
  });
});

describe.each([
  ['pagerduty', 'PAGERDUTY_WEBHOOK_SECRET', 'x-pagerduty-signature', 'v1=', pagerdutyBody()],
  ['sentry', 'SENTRY_CLIENT_SECRET', 'sentry-hook-signature', '', sentryIssueAlert],
  ['github', 'GITHUB_WEBHOOK_SECRET', 'x-hub-signature-256', 'sha256=', workflowRun('failure')],
  ['grafana', 'GRAFANA_WEBHOOK_SECRET', 'x-grafana-alerting-signature', '', grafanaBody],
] as const)('the signature of %s', (source, variable, header, prefix, body) => {
  const extra = { 'sentry-hook-resource': 'event_alert', 'x-github-event': 'workflow_run' };
  const access = withSecret(variable, ['one-secret']);
  const bytes = bytesOf(body);
  const good = `${prefix}${hmac('one-secret', bytes)}`;
  const send = (signature: string | undefined, sent = bytes, by = access) =>
    readAs(source, sent, { ...extra, authorization: undefined, [header]: signature }, by);

  it('is taken', async () => {
    expect(await send(good)).toMatchObject({ kind: 'alerts', alerts: [{}] });
  });

  it('breaks with any byte of the body', async () => {
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(await send(good, changed), `byte ${i}`).toMatchObject(refused);
    }
    expect(await send(good, bytes.subarray(1))).toMatchObject(refused);
  });

  it('breaks with any character of its own', async () => {
    for (let i = 0; i < good.length; i += 1) {
      const other = good[i] === '0' ? '1' : '0';
      expect(await send(good.slice(0, i) + other + good.slice(i + 1)), `${i}`).toMatchObject(refused);
    }
  });

  it.each([undefined, '', prefix, good.slice(0, -1), `${good}0`, good.toUpperCase()])(
    'is not “%s”',
    async (signature) => {
      expect(await send(signature)).toMatchObject(refused);
    },
  );

  it('may be by either of two secrets, and never by an empty one', async () => {
    const both = withSecret(variable, ['new', 'one-secret']);
    expect(await send(good, bytes, both)).toMatchObject(taken);
    expect(await send(`${prefix}${hmac('new', bytes)}`, bytes, both)).toMatchObject(taken);
    expect(await send(`${prefix}${hmac('', bytes)}`, bytes, withSecret(variable, ['', 'x']))).toMatchObject(
      refused,
    );
  });

  it('names the variable where none is set, and no secret ever', async () => {
    const none = withSecret(variable, source === 'grafana' ? ['x'] : []);
    const answers = JSON.stringify([
      await send(good, bytes, none),
      await send('wrong'),
      await send(undefined),
    ]);
    expect(answers).toContain(variable);
    expect(answers).not.toMatch(/one-secret/);
    if (source === 'grafana') return;
    expect(await send(good, bytes, none)).toMatchObject({ refusal: { status: 503 } });
    expect(await send(`${prefix}${hmac('', bytes)}`, bytes, withSecret(variable, ['']))).toMatchObject({
      refusal: { status: 503 },
    });
  });
});

describe('pagerduty, while it changes its secret', () => {
  const bytes = bytesOf(pagerdutyBody());
  const good = `v1=${hmac('pagerduty-secret', bytes)}`;
  const send = (header: string) => readAs('pagerduty', bytes, { 'x-pagerduty-signature': header });

  it('sends several signatures, of which one must fit', async () => {
    const other = `v1=${hmac('another', bytes)}`;
    expect(await send(`${other},${good}`)).toMatchObject(taken);
    expect(await send(`${good}, ${other}`)).toMatchObject(taken);
    expect(await send(`v0=${hmac('pagerduty-secret', bytes)},${other}`)).toMatchObject(refused);
    expect(await send(`${`${other},`.repeat(5000)}${good}`)).toMatchObject(refused);
  });
});

describe('grafana with a signed time', () => {
  const bytes = bytesOf(grafanaBody);
  const access = withSecret('GRAFANA_WEBHOOK_SECRET', ['s']);
  const seconds = NOW.getTime() / 1000;
  const send = (
    time: string | number,
    signature = hmac('s', Buffer.concat([Buffer.from(`${time}:`), bytes])),
  ) =>
    readAs(
      'grafana',
      bytes,
      {
        authorization: undefined,
        'x-grafana-alerting-signature': signature,
        'x-grafana-alerting-signature-timestamp': String(time),
      },
      access,
    );

  it.each([0, -300, 300])('takes what was signed %d s from now', async (off) => {
    expect(await send(seconds + off)).toMatchObject(taken);
  });

  it.each([-301, 301, -1e9, 1e12])('refuses what was signed %d s from now', async (off) => {
    expect(await send(seconds + off)).toMatchObject({
      refusal: { status: 401, error: expect.stringMatching(/replay/) },
    });
  });

  it.each(['', 'now', 'NaN', '1e400'])('refuses the time “%s”', async (time) => {
    expect(await send(time)).toMatchObject(refused);
  });

  it('does not take the signature of another time, or of none', async () => {
    const old = hmac('s', Buffer.concat([Buffer.from(`${seconds - 1000}:`), bytes]));
    expect(await send(seconds, old)).toMatchObject(refused);
    expect(await send(seconds, hmac('s', bytes))).toMatchObject(refused);
  });

  it('is not opened by the token any more', async () => {
    expect(
      await readAs('grafana', grafanaBody, { authorization: 'Bearer webhook-token' }, access),
    ).toMatchObject(refused);
    expect(await readAs('grafana', grafanaBody, {}, accessAt())).toMatchObject(taken);
  });
});

describe('knock', () => {
  it.each(['json', 'pagerduty', 'sentry', 'github', 'cloudwatch', 'nagios', 'constructor'])(
    'turns a stranger away from %s by the headers alone',
    (source) => {
      expect(knock({ source, headers: {} }, accessAt())).not.toBeNull();
    },
  );

  it('lets in who may be true', () => {
    const delivery = deliveryOf('github', workflowRun('failure'));
    expect(knock(delivery, accessAt())).toBeNull();
  });
});

describe('readiness', () => {
  it('names what each source waits for', () => {
    const waiting = Object.fromEntries(
      readiness(accessWith({ SITREP_WEBHOOK_TOKEN: ['t'], SENTRY_CLIENT_SECRET: ['s'] })).map(
        ({ name, missing }) => [name, missing],
      ),
    );
    expect(waiting).toMatchObject({
      alertmanager: null,
      grafana: null,
      sentry: null,
      cloudwatch: null,
      pagerduty: 'PAGERDUTY_WEBHOOK_SECRET',
      github: 'GITHUB_WEBHOOK_SECRET',
    });
  });
});
