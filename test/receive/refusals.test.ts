import { expect, it } from 'vitest';
import { accessWith } from '../support/access.ts';
import { accessAt, hmac, readAs, SECRETS, snsMessage, subscription, TOPIC } from '../support/webhooks.ts';
import { alarm, jsonBody, pagerdutyBody } from './examples.ts';

// What a sender reads who was turned away: what is wrong, and what to do about it.

const elsewhere = 'arn:aws:sns:eu-west-1:999999999999:alarms';
const noTopics = accessAt({ snsTopics: [] });
const nothing = accessWith({});
const signedAt = (seconds: number) => ({
  authorization: undefined,
  'x-grafana-alerting-signature': hmac('s', `${seconds}:{}`),
  'x-grafana-alerting-signature-timestamp': String(seconds),
});
const refusing = { ...accessAt().sns, confirm: () => Promise.reject(new Error('no answer')) };
const SNS_ALONE = 'Only messages that SNS itself has signed are taken.';

it.each([
  [
    'no token',
    () => readAs('json', jsonBody(), { authorization: '' }),
    401,
    'the webhook token is missing or wrong',
    'Send “Authorization: Bearer <SITREP_WEBHOOK_TOKEN>”, or the token as the password of basic authentication. It is not taken from the URL.',
  ],
  [
    'a source that is not set up',
    () => readAs('json', jsonBody(), {}, nothing),
    503,
    'json is not set up here: SITREP_WEBHOOK_TOKEN is not set',
    'Set SITREP_WEBHOOK_TOKEN in the environment of Sitrep and start it again; docs/sources.md says where its value comes from.',
  ],
  [
    'no signature',
    () => readAs('pagerduty', pagerdutyBody(), { 'x-pagerduty-signature': undefined }),
    401,
    'the header x-pagerduty-signature is missing',
    'Have the source sign with PAGERDUTY_WEBHOOK_SECRET.',
  ],
  [
    'a wrong signature',
    () => readAs('pagerduty', pagerdutyBody(), { 'x-pagerduty-signature': 'v1=00' }),
    401,
    'the signature does not fit the body',
    'Check that PAGERDUTY_WEBHOOK_SECRET is the secret that pagerduty signs with, and that nothing between changes the body.',
  ],
  [
    'an old signature',
    () =>
      readAs('grafana', {}, signedAt(0), {
        ...accessAt(),
        secrets: { ...SECRETS, GRAFANA_WEBHOOK_SECRET: ['s'] },
      }),
    401,
    'the signed time is too far from now, so this may be a replay',
    'Check the clocks of both machines; a delivery that was held up must be sent anew.',
  ],
  [
    'SNS where neither topics nor a token are set up',
    () => readAs('cloudwatch', snsMessage(alarm()), {}, nothing),
    503,
    'cloudwatch is not set up here: SNS_TOPIC_ARNS is not set',
    'Set SNS_TOPIC_ARNS in the environment of Sitrep and start it again; docs/sources.md says where its value comes from.',
  ],
  [
    'SNS without the token where no topics are listed',
    () => readAs('cloudwatch', snsMessage(alarm()), {}, noTopics),
    401,
    'neither is this topic listed, nor does the webhook token come along',
    'Put the ARN of the topic into SNS_TOPIC_ARNS, or subscribe with https://sitrep:<SITREP_WEBHOOK_TOKEN>@… as the address.',
  ],
  [
    'another topic',
    () => readAs('cloudwatch', snsMessage(alarm(), { TopicArn: elsewhere })),
    401,
    'this topic is not listed',
    'Put its ARN into SNS_TOPIC_ARNS and start Sitrep again.',
  ],
  [
    'what is no JSON',
    () => readAs('cloudwatch', new TextEncoder().encode('{')),
    400,
    'the body is not JSON',
    'Send one JSON value in UTF-8.',
  ],
  [
    'a field that SNS always sends',
    () => readAs('cloudwatch', snsMessage(alarm(), {}, { MessageId: undefined })),
    400,
    'MessageId is not as SNS sends it',
    'Subscribe this address to the topic over HTTPS, with raw message delivery switched off.',
  ],
  [
    'no message at all',
    () => readAs('cloudwatch', []),
    400,
    'the body is not as SNS sends it',
    'Subscribe this address to the topic over HTTPS, with raw message delivery switched off.',
  ],
  [
    'a certificate from elsewhere',
    () => readAs('cloudwatch', snsMessage(alarm(), { SigningCertURL: 'https://evil.test/a.pem' })),
    401,
    'SigningCertURL is not an address of Amazon SNS',
    SNS_ALONE,
  ],
  [
    'a certificate that Amazon does not give',
    () =>
      readAs(
        'cloudwatch',
        snsMessage(alarm()),
        {},
        accessWith(SECRETS, { snsTopics: [TOPIC], now: accessAt().now }),
      ),
    503,
    'Amazon did not give its signing certificate',
    'Send it again; Sitrep must reach Amazon over HTTPS for it.',
  ],
  [
    'a message that was changed',
    () => readAs('cloudwatch', snsMessage(alarm(), {}, { Message: '{}' })),
    401,
    'the signature does not fit the message',
    SNS_ALONE,
  ],
  [
    'a subscription that leads elsewhere',
    () => readAs('cloudwatch', subscription({ SubscribeURL: 'https://evil.test/' })),
    400,
    'SubscribeURL is not an address of Amazon SNS',
    'Subscribe once more in the SNS console.',
  ],
  [
    'a subscription that Amazon does not confirm',
    () => readAs('cloudwatch', subscription(), {}, accessAt({ sns: refusing })),
    503,
    'Amazon did not confirm the subscription',
    'Have SNS send it again; Sitrep must reach Amazon over HTTPS for it.',
  ],
])('%s', async (_, send, status, error, fix) => {
  expect(await send()).toEqual({ kind: 'refused', refusal: { status, error, fix } });
});
