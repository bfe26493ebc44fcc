import type { Alert } from '../../incident/alert.ts';
import { anomalyIn, budgetIn } from './aws-cost.ts';
import { alarmIn } from './cloudwatch-alarm.ts';
import { timeOf } from '../fields.ts';
import { inertAlert, keyOf } from '../inert-alert.ts';
import { jsonOf } from '../json-body.ts';
import { fingerprintOf } from '../plain-alert.ts';
import { bySns, confirmSubscription, snsMessage, type SnsMessage } from '../sns.ts';
import type { Source } from '../source.ts';

/**
 * What Amazon SNS delivers: alarms of CloudWatch, cost anomalies and budgets, and whatever else is
 * published to a topic that was subscribed on purpose. SNS calls its JSON text/plain.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html
 */
export const cloudwatch: Source = {
  name: 'cloudwatch',
  authentication: bySns,
  mediaType: /^(text\/plain|application\/json)\s*(;|$)/i,
  parse(body, _head, receivedAt) {
    const message = snsMessage.parse(body);
    return { alerts: alertsIn(message, receivedAt), deliveryId: keyOf(message.MessageId) };
  },
  handshake: (body, access) => confirmSubscription(snsMessage.parse(body), access),
};

function alertsIn(message: SnsMessage, receivedAt: Date): Alert[] {
  if (message.Type === 'SubscriptionConfirmation') return [];
  const published = timeOf(message.Timestamp) ?? receivedAt;
  if (message.Type === 'UnsubscribeConfirmation') {
    return [
      other(message, published, 'SNS subscription ended', 'This topic sends nothing to Sitrep any more.'),
    ];
  }
  const inner = jsonOf(Buffer.from(message.Message));
  const found = inner.ok
    ? (alarmIn(inner.value) ?? anomalyIn(inner.value, published))
    : budgetIn(message, published);
  // Somebody publishes it to a topic for alerts, so it is one, whatever it looks like.
  return [found ?? other(message, published, message.Subject || 'SNS notification', message.Message)];
}

function other(message: SnsMessage, published: Date, name: string, text: string): Alert {
  return inertAlert({
    source: 'cloudwatch',
    fingerprint: fingerprintOf([message.TopicArn, name]),
    identifiedBy: 'start',
    startsAt: published,
    endedAt: null,
    name,
    severity: 'warning',
    summary: text,
    description: text,
    labels: { topic: message.TopicArn },
  });
}
