import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateAddress, confirmationAddress, regionOf } from '../../src/receive/sns-address.ts';
import type { Access } from '../../src/receive/access.ts';
import { readiness } from '../../src/receive/sources.ts';
import { accessWith } from '../support/access.ts';
import { selfSigned } from '../support/certificate.ts';
import { accessAt, NOW, readAs, SECRETS, snsMessage, subscription, TOPIC } from '../support/webhooks.ts';
import { alarm } from './examples.ts';

const PEM = '/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
const HOST = 'sns.eu-west-1.amazonaws.com';
const taken = { kind: 'alerts', alerts: [{ name: 'orders-queue-age' }] };
const refused = { kind: 'refused', refusal: { status: 401 } };

/** Other spellings of hosts, none of which is Amazon's for this region. */
const TRICKY = [
  `http://${HOST}`,
  `https://${HOST}.evil.test`,
  `https://evil.test/https://${HOST}`,
  `https://evil.test#${HOST}`,
  `https://evil.test?${HOST}`,
  `https://${HOST}@evil.test`,
  `https://user:password@${HOST}`,
  `https://@${HOST}`,
  `https://${HOST}:443`,
  `https://${HOST}:8443`,
  `https://${HOST}.`,
  `https://SNS.eu-west-1.amazonaws.com`,
  `https://x${HOST}`,
  `https://x.${HOST}`,
  `https://sns.us-east-1.amazonaws.com`,
  `https://sns.eu-west-1.amazonaws.com.cn.evil.test`,
  `https://sns.eu-west-1.amazonaws.co`,
  `https://sns.eu-west-1-amazonaws.com`,
  `https://sns-eu-west-1.amazonaws.com`,
  `https://snsxeu-west-1.amazonaws.com`,
  `https://sns.eu-west-1.evil.amazonaws.com`,
  `https://sns..amazonaws.com`,
  `https://s3.eu-west-1.amazonaws.com`,
  `https://sns.xn--a.amazonaws.com`,
  `https://169.254.169.254`,
  `https://2852039166`,
  `https://0xa9fea9fe`,
  `https://[::ffff:169.254.169.254]`,
  `https://[fd00:ec2::254]`,
  `https://127.0.0.1`,
  `https://localhost`,
  `https:/${HOST}`,
  `https:${HOST}`,
  `https:\\\\${HOST}`,
  `https://${HOST}\\@evil.test`,
  `https://${HOST}\t.evil.test`,
  `https://${HOST}%2eevil.test`,
  `https://evil.test\\.${HOST}`,
  ` https://${HOST}`,
  `//${HOST}`,
  `ftp://${HOST}`,
  `file://${HOST}`,
  `data:text/plain,${HOST}`,
  `javascript:${HOST}`,
  `https://ｓns.eu-west-1.amazonaws.com`,
  `https://sns.eu-west-1.amazonaws。com`,
  '',
];

describe('the addresses that a message names', () => {
  it.each(TRICKY)('%j is none to ask', (base) => {
    expect(certificateAddress(`${base}${PEM}`, 'eu-west-1')).toBeNull();
    const query = `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=x`;
    expect(confirmationAddress(`${base}${query}`, 'eu-west-1', TOPIC)).toBeNull();
  });

  it.each([
    '/',
    '/other.pem',
    `${PEM}?x=1`,
    `${PEM}#x`,
    `/x${PEM}`,
    `/..${PEM}x`,
    '/SimpleNotificationService-0123456789abcdef.pem/x',
    '/?Action=Publish&x=/SimpleNotificationService-0123456789abcdef.pem',
  ])('the path %j is no certificate', (path) => {
    expect(certificateAddress(`https://${HOST}${path}`, 'eu-west-1')).toBeNull();
  });

  it.each([
    `/?Action=Publish&TopicArn=${TOPIC}`,
    `/?Action=ConfirmSubscription&Action=Publish&TopicArn=${TOPIC}`,
    '/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:999999999999:other',
    `/x?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `/?action=ConfirmSubscription&TopicArn=${TOPIC}`,
    '/',
  ])('%j confirms nothing', (path) => {
    expect(confirmationAddress(`https://${HOST}${path}`, 'eu-west-1', TOPIC)).toBeNull();
  });

  it.each(['\n', ' ', '\u00e9'])('a trailing %j is none of them', (end) => {
    expect(certificateAddress(`https://${HOST}${PEM}${end}`, 'eu-west-1')).toBeNull();
  });

  it('are at most 2000 characters long', () => {
    const start = `https://${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=`;
    const long = (length: number) => confirmationAddress(start.padEnd(length, 'x'), 'eu-west-1', TOPIC);
    expect(long(2000)).not.toBeNull();
    expect(long(2001)).toBeNull();
  });

  it('knows Amazon, in China too', () => {
    expect(certificateAddress(`https://${HOST}${PEM}`, 'eu-west-1')?.href).toBe(`https://${HOST}${PEM}`);
    const china = `https://sns.cn-north-1.amazonaws.com.cn${PEM}`;
    expect(certificateAddress(china, 'cn-north-1')?.href).toBe(china);
  });

  it.each([
    [TOPIC, 'eu-west-1'],
    [TOPIC.replace('west-1', 'west-12'), 'eu-west-12'],
    [`x${TOPIC}`, null],
    [`${TOPIC}.fifo/x`, null],
    [TOPIC.replace('eu-', 'e-'), null],
    ['arn:aws-us-gov:sns:us-gov-west-1:123456789012:a.fifo', 'us-gov-west-1'],
    ['arn:aws:sns:eu-west-1.evil.test/:123456789012:a', null],
    ['arn:aws:sns:EXAMPLE', null],
    ['', null],
  ])('finds the region of %j', (topic, region) => {
    expect(regionOf(topic)).toBe(region);
  });
});

describe('a message of SNS', () => {
  it.each(['1', '2'])('is taken with a signature of version %s', async (SignatureVersion) => {
    expect(await readAs('cloudwatch', snsMessage(alarm(), { SignatureVersion }))).toMatchObject({
      ...taken,
      deliveryId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    });
  });

  it('is taken without a subject', async () => {
    expect(await readAs('cloudwatch', snsMessage(alarm(), { Subject: undefined }))).toMatchObject(taken);
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp'])('is refused with another %s', async (field) => {
    const good = snsMessage(alarm());
    const text = String(good[field]);
    for (let i = 0; i < text.length; i += 1) {
      const other = text[i] === '0' ? '1' : '0';
      const changed = { ...good, [field]: text.slice(0, i) + other + text.slice(i + 1) };
      expect(await readAs('cloudwatch', changed), `${field} ${i}`).toMatchObject(refused);
    }
    expect(await readAs('cloudwatch', { ...good, [field]: `${text}x` })).toMatchObject(refused);
  });

  it('is refused with another signature, another version or another type', async () => {
    const good = snsMessage(alarm());
    const signature = String(good['Signature']);
    for (let i = 0; i < signature.length; i += 1) {
      const other = signature[i] === 'A' ? 'B' : 'A';
      const changed = { ...good, Signature: signature.slice(0, i) + other + signature.slice(i + 1) };
      expect(await readAs('cloudwatch', changed), `${i}`).toMatchObject(refused);
    }
    for (const over of [
      { SignatureVersion: '1' },
      { Type: 'UnsubscribeConfirmation' },
      { Signature: `${signature} ` },
    ]) {
      expect(await readAs('cloudwatch', { ...good, ...over })).toMatchObject(refused);
    }
    expect(await readAs('cloudwatch', { ...good, SignatureVersion: '0' })).toMatchObject({
      refusal: { status: 400 },
    });
  });

  it('is refused when somebody else has signed it', async () => {
    const stranger = selfSigned({ from: new Date(0), to: new Date('2030-01-01T00:00:00Z') });
    expect(await readAs('cloudwatch', snsMessage(alarm(), {}, {}, stranger.key))).toMatchObject(refused);
  });

  it('is refused with a certificate that has run out, or that is none', async () => {
    const old = selfSigned({ from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-01-01T00:00:00Z') });
    const asked = (pem: string) =>
      accessAt({
        sns: { certificate: async () => pem, confirm: () => Promise.reject(new Error('not asked')) },
      });
    expect(
      await readAs('cloudwatch', snsMessage(alarm(), {}, {}, old.key), {}, asked(old.pem)),
    ).toMatchObject(refused);
    expect(await readAs('cloudwatch', snsMessage(alarm()), {}, asked('nonsense'))).toMatchObject({
      refusal: { status: 503 },
    });
  });

  it('is taken from the first to the last second of its certificate, and not before', async () => {
    const at = (s: number) => new Date(NOW.getTime() + s * 1000);
    const judged = async (from: number, to: number) => {
      const { pem, key } = selfSigned({ from: at(from), to: at(to) });
      const sns = { ...accessAt().sns, certificate: async () => pem };
      return readAs('cloudwatch', snsMessage(alarm(), {}, {}, key), {}, accessAt({ sns }));
    };
    expect(await judged(0, 60)).toMatchObject(taken);
    expect(await judged(-60, 0)).toMatchObject(taken);
    expect(await judged(1, 60)).toMatchObject(refused);
    expect(await judged(-60, -1)).toMatchObject(refused);
  });

  it('is refused with a key of another kind than Amazon has', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { pem, key } = selfSigned({ from: new Date(0), to: new Date('2030-01-01T00:00:00Z') }, pair);
    const sns = { ...accessAt().sns, certificate: async () => pem };
    expect(await readAs('cloudwatch', snsMessage(alarm(), {}, {}, key), {}, accessAt({ sns }))).toMatchObject(
      refused,
    );
  });

  it('is asked for again when Amazon does not give its certificate', async () => {
    const access = accessWith(SECRETS, { snsTopics: [TOPIC], now: () => NOW });
    expect(await readAs('cloudwatch', snsMessage(alarm()), {}, access)).toMatchObject({
      refusal: { status: 503 },
    });
  });

  it('asks nobody but Amazon for a certificate', async () => {
    const asked: string[] = [];
    const access = accessAt({
      sns: { certificate: async (url) => (asked.push(url.href), ''), confirm: async () => {} },
    });
    for (const base of TRICKY) {
      const message = snsMessage(alarm(), { SigningCertURL: `${base}${PEM}` });
      expect(await readAs('cloudwatch', message, {}, access)).toMatchObject(refused);
    }
    expect(asked).toEqual([]);
  });

  it.each([
    ['2026-03-04T02:10:00.000Z', taken],
    ['2026-03-04T02:04:00.000Z', refused],
    ['2026-03-04T03:14:00.000Z', taken],
    ['2026-03-04T03:16:00.000Z', refused],
    ['whenever', refused],
  ])('published at %s is judged by its age', async (Timestamp, expected) => {
    expect(await readAs('cloudwatch', snsMessage(alarm(), { Timestamp }))).toMatchObject(expected);
  });
});

describe('the topics that may send', () => {
  const other = 'arn:aws:sns:eu-west-1:999999999999:alarms';

  it('are those that are listed, by the signed field and not only by the header', async () => {
    expect(await readAs('cloudwatch', snsMessage(alarm(), { TopicArn: other }))).toMatchObject(refused);
    expect(await readAs('cloudwatch', snsMessage(alarm()), { 'x-amz-sns-topic-arn': other })).toMatchObject(
      refused,
    );
  });

  it('must bring the webhook token where none is listed', async () => {
    const access = accessAt({ snsTopics: [] });
    const basic = { authorization: `Basic ${Buffer.from('sitrep:webhook-token').toString('base64')}` };
    expect(await readAs('cloudwatch', snsMessage(alarm()), {}, access)).toMatchObject(refused);
    expect(await readAs('cloudwatch', snsMessage(alarm()), basic, access)).toMatchObject(taken);
    const unsigned = snsMessage(alarm(), {}, { Message: '{}' });
    expect(await readAs('cloudwatch', unsigned, basic, access)).toMatchObject(refused);
  });

  it('make the source ready, as does the webhook token', () => {
    const missing = (access: Access) => readiness(access).find(({ name }) => name === 'cloudwatch')?.missing;
    expect(missing(accessWith({}, { snsTopics: [TOPIC] }))).toBeNull();
    expect(missing(accessWith({ SITREP_WEBHOOK_TOKEN: ['t'] }))).toBeNull();
    expect(missing(accessWith({}))).toBe('SITREP_WEBHOOK_TOKEN');
  });

  it('without envelope are told what to switch off', async () => {
    expect(await readAs('cloudwatch', alarm())).toMatchObject({
      refusal: { status: 400, fix: expect.stringContaining('raw message delivery') },
    });
  });
});

describe('a subscription', () => {
  it('is confirmed once it is proven, and is no alert', async () => {
    const access = accessAt();
    expect(await readAs('cloudwatch', subscription(), {}, access)).toMatchObject({
      kind: 'alerts',
      alerts: [],
    });
    expect(access.confirmed).toHaveLength(1);
    expect(access.confirmed[0]).toMatch(
      /^https:\/\/sns\.eu-west-1\.amazonaws\.com\/\?Action=ConfirmSubscription&/,
    );
  });

  it('is signed with an empty text where it lacks a field', async () => {
    const body = subscription({ Token: '' }, { Token: undefined });
    expect(await readAs('cloudwatch', body)).toMatchObject({ kind: 'alerts' });
  });

  it('is not confirmed where it is not proven or leads elsewhere', async () => {
    const access = accessAt();
    const good = String(subscription()['SubscribeURL']);
    const bad = [
      subscription({}, { Token: 'another' }),
      subscription({}, { SubscribeURL: `${good}x` }),
      subscription({ Timestamp: '2026-03-01T00:00:00.000Z' }),
      subscription({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:alarms' }),
      subscription({ SubscribeURL: undefined }),
      ...TRICKY.map((base) => subscription({ SubscribeURL: good.replace(`https://${HOST}`, base) })),
    ];
    for (const body of bad)
      expect(await readAs('cloudwatch', body, {}, access)).toMatchObject({ kind: 'refused' });
    expect(access.confirmed).toEqual([]);
  });

  it('is asked for again when Amazon does not confirm it', async () => {
    const sns = { ...accessAt().sns, confirm: () => Promise.reject(new Error('no answer')) };
    expect(await readAs('cloudwatch', subscription(), {}, accessAt({ sns }))).toMatchObject({
      refusal: { status: 503 },
    });
  });

  it('that has ended is an alert, because its silence would not be noticed', async () => {
    const body = subscription({ Type: 'UnsubscribeConfirmation' });
    expect(await readAs('cloudwatch', body)).toMatchObject({ alerts: [{ name: 'SNS subscription ended' }] });
  });
});
