import { verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Access } from './access.ts';
import { byToken, hasToken, notSetUp, stale } from './authentication.ts';
import { refusal, type Delivery, type Refusal } from './delivery.ts';
import { jsonOf } from './json-body.ts';
import { certificateAddress, confirmationAddress, regionOf } from './sns-address.ts';
import type { Authentication } from './source.ts';

/** A message of Amazon SNS over HTTP. Every field but the signature and the certificate's address is signed. */
export const snsMessage = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().min(1).max(400),
  Message: z.string(),
  Subject: z.string().nullish(),
  Timestamp: z.string(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().min(1).max(4000),
  SigningCertURL: z.string(),
});
export type SnsMessage = z.infer<typeof snsMessage>;

// SNS repeats a delivery with its first time for up to an hour, so the window must be wider than that; a
// repetition within it is known by its message id.
const WINDOW_MS = 65 * 60_000;

/**
 * By Amazon's signature, and by the topic: everybody with an account there can have messages signed. The
 * topics that may send are listed in SNS_TOPIC_ARNS; without a list the webhook token must come along.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export const bySns: Authentication = {
  missing: (access) => (access.snsTopics.length > 0 ? null : byToken.missing(access)),

  knock(head, access) {
    if (access.snsTopics.length > 0) return topicRefused(head.headers['x-amz-sns-topic-arn'], access);
    if (hasToken(head, access)) return null;
    if (byToken.missing(access)) return notSetUp(head.source, 'SNS_TOPIC_ARNS');
    return refusal(
      401,
      'neither is this topic listed, nor does the webhook token come along',
      'Put the ARN of the topic into SNS_TOPIC_ARNS, or subscribe with https://sitrep:<SITREP_WEBHOOK_TOKEN>@… as the address.',
    );
  },

  async prove(delivery, access) {
    const refused = bySns.knock(delivery, access);
    if (refused) return refused;
    const message = messageIn(delivery);
    if ('status' in message) return message;
    if (access.snsTopics.length > 0) {
      // The header is not signed; the message is.
      const stranger = topicRefused(message.TopicArn, access);
      if (stranger) return stranger;
    }
    return (
      (await signatureRefused(message, access)) ?? stale(new Date(message.Timestamp), access.now(), WINDOW_MS)
    );
  },
};

/** Confirms the subscription that a proven message asks for; null where it was done, or nothing was asked for. */
export async function confirmSubscription(message: SnsMessage, access: Access): Promise<Refusal | null> {
  if (message.Type !== 'SubscriptionConfirmation') return null;
  const region = regionOf(message.TopicArn);
  const address = region && confirmationAddress(message.SubscribeURL ?? '', region, message.TopicArn);
  if (!address)
    return refusal(
      400,
      'SubscribeURL is not an address of Amazon SNS',
      'Subscribe once more in the SNS console.',
    );
  try {
    await access.sns.confirm(address);
    return null;
  } catch {
    return refusal(
      503,
      'Amazon did not confirm the subscription',
      'Have SNS send it again; Sitrep must reach Amazon over HTTPS for it.',
    );
  }
}

function messageIn(delivery: Delivery): SnsMessage | Refusal {
  const json = jsonOf(delivery.body);
  if (!json.ok) return json.refusal;
  const parsed = snsMessage.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'the body';
  return refusal(
    400,
    `${field} is not as SNS sends it`,
    'Subscribe this address to the topic over HTTPS, with raw message delivery switched off.',
  );
}

function topicRefused(topic: string | undefined, access: Access): Refusal | null {
  if (topic !== undefined && access.snsTopics.includes(topic)) return null;
  return refusal(401, 'this topic is not listed', 'Put its ARN into SNS_TOPIC_ARNS and start Sitrep again.');
}

async function signatureRefused(message: SnsMessage, access: Access): Promise<Refusal | null> {
  const region = regionOf(message.TopicArn);
  const address = region && certificateAddress(message.SigningCertURL, region);
  if (!address)
    return refusal(
      401,
      'SigningCertURL is not an address of Amazon SNS',
      'Only messages that SNS itself has signed are taken.',
    );
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(await access.sns.certificate(address));
  } catch {
    return refusal(
      503,
      'Amazon did not give its signing certificate',
      'Send it again; Sitrep must reach Amazon over HTTPS for it.',
    );
  }
  return isSigned(message, certificate, access.now())
    ? null
    : refusal(
        401,
        'the signature does not fit the message',
        'Only messages that SNS itself has signed are taken.',
      );
}

function isSigned(message: SnsMessage, certificate: X509Certificate, now: Date): boolean {
  const { publicKey, validFromDate, validToDate } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa' || now < validFromDate || now > validToDate) return false;
  const algorithm = message.SignatureVersion === '2' ? 'sha256' : 'sha1';
  // Decoding base64 forgives what does not belong there; only the one spelling of a signature counts.
  const signature = Buffer.from(message.Signature, 'base64');
  if (signature.toString('base64') !== message.Signature) return false;
  return verify(algorithm, Buffer.from(signedText(message)), publicKey, signature);
}

/** What is signed: these fields in this order, each name and value on a line of its own. */
function signedText(message: SnsMessage): string {
  const { Message, MessageId, Subject, SubscribeURL, Timestamp, Token, TopicArn, Type } = message;
  const fields =
    Type === 'Notification'
      ? { Message, MessageId, ...(typeof Subject === 'string' ? { Subject } : {}), Timestamp, TopicArn, Type }
      : { Message, MessageId, SubscribeURL, Timestamp, Token, TopicArn, Type };
  return Object.entries(fields)
    .map(([name, value]) => `${name}\n${value ?? ''}\n`)
    .join('');
}
