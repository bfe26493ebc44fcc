import { createHmac, sign as signBytes } from 'node:crypto';
import type { Access, SecretName } from '../../src/receive/access.ts';
import type { Delivery } from '../../src/receive/delivery.ts';
import { read, type Read } from '../../src/receive/read.ts';
import { accessWith } from './access.ts';
import { selfSigned } from './certificate.ts';

// Deliveries as each source sends and signs them.

export const NOW = new Date('2026-03-04T03:10:00Z');
export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';

export const SECRETS = {
  SITREP_WEBHOOK_TOKEN: ['webhook-token'],
  GRAFANA_WEBHOOK_SECRET: [],
  PAGERDUTY_WEBHOOK_SECRET: ['pagerduty-secret'],
  SENTRY_CLIENT_SECRET: ['sentry-secret'],
  GITHUB_WEBHOOK_SECRET: ['github-secret'],
} satisfies Record<SecretName, string[]>;

const amazon = selfSigned({ from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') });

/** Everything set up, at `NOW`, with a stand-in for Amazon that notes what it is asked. */
export function accessAt(over: Partial<Omit<Access, 'secrets'>> = {}): Access & { confirmed: string[] } {
  const confirmed: string[] = [];
  const access = accessWith(SECRETS, {
    snsTopics: [TOPIC],
    now: () => NOW,
    sns: {
      certificate: async () => amazon.pem,
      confirm: async (url) => void confirmed.push(url.href),
    },
    ...over,
  });
  return { ...access, confirmed };
}

export const hmac = (secret: string, body: string | Uint8Array) =>
  createHmac('sha256', secret).update(body).digest('hex');

/** The headers by which `source` proves that it sends these bytes. */
export function proof(source: string, body: Uint8Array): Record<string, string> {
  switch (source) {
    case 'pagerduty':
      return { 'x-pagerduty-signature': `v1=${hmac('pagerduty-secret', body)}` };
    case 'sentry':
      return { 'sentry-hook-signature': hmac('sentry-secret', body) };
    case 'github':
      return { 'x-hub-signature-256': `sha256=${hmac('github-secret', body)}` };
    case 'cloudwatch':
      return { 'x-amz-sns-topic-arn': TOPIC, 'content-type': 'text/plain; charset=UTF-8' };
    default:
      return { authorization: 'Bearer webhook-token' };
  }
}

/** A delivery of `body` (an object, or the bytes as they are), proven unless `headers` say otherwise. */
export function deliveryOf(
  source: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Delivery {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  return {
    source,
    headers: { 'content-type': 'application/json', ...proof(source, bytes), ...headers },
    body: bytes,
  };
}

export const readAs = (
  source: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
  access: Access = accessAt(),
): Promise<Read> => read(deliveryOf(source, body, headers), access);

/** The alerts of a delivery that must be taken. */
export async function alertsOf(source: string, body: unknown, headers: Record<string, string> = {}) {
  const said = await readAs(source, body, headers);
  if (said.kind === 'refused') throw new Error(`${said.refusal.status} ${said.refusal.error}`);
  return said.alerts;
}

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** A message of SNS, signed by the stand-in's certificate. `over` changes it before, `after` after signing. */
export function snsMessage(
  message: unknown,
  over: Record<string, unknown> = {},
  after: Record<string, unknown> = {},
  key = amazon.key,
): Record<string, unknown> {
  const said: Record<string, unknown> = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Subject: 'A subject',
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: '2026-03-04T03:09:58.123Z',
    SignatureVersion: '2',
    SigningCertURL:
      'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    ...over,
  };
  const text = SIGNED[said['Type'] as keyof typeof SIGNED]
    .flatMap((field) => (said[field] === undefined ? [] : [`${field}\n${String(said[field])}\n`]))
    .join('');
  const algorithm = said['SignatureVersion'] === '2' ? 'sha256' : 'sha1';
  return { ...said, Signature: signBytes(algorithm, Buffer.from(text), key).toString('base64'), ...after };
}

/** What SNS sends when an address is subscribed. */
export const subscription = (over: Record<string, unknown> = {}, after: Record<string, unknown> = {}) =>
  snsMessage(
    'You have chosen to subscribe to the topic.',
    {
      Type: 'SubscriptionConfirmation',
      Subject: undefined,
      Token: '2336412f37',
      SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`,
      ...over,
    },
    after,
  );
