import { z } from 'zod';
import type { Alert } from '../../incident/alert.ts';
import { time, words } from '../fields.ts';
import { inertAlert } from '../inert-alert.ts';
import type { SnsMessage } from '../sns.ts';

const number = z.number().nullish().catch(null);

/** What AWS Cost Anomaly Detection publishes for an anomaly. */
const anomalySchema = z.object({
  anomalyId: z.string().min(1),
  anomalyStartDate: time,
  monitorName: words,
  accountId: words,
  accountName: words,
  dimensionalValue: words,
  anomalyDetailsLink: words,
  impact: z.object({ totalImpact: number, totalExpectedSpend: number }).nullish().catch(null),
  rootCauses: z
    .array(z.object({ service: words, region: words, usageType: words, linkedAccountName: words }))
    .nullish()
    .catch(null),
});

/**
 * The cost anomaly in an SNS message; null where it is about something else. Nothing is ever sent about
 * its end.
 * Source: https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html
 */
export function anomalyIn(message: unknown, published: Date): Alert | null {
  const parsed = anomalySchema.safeParse(message);
  if (!parsed.success) return null;
  const { impact, rootCauses, dimensionalValue, ...anomaly } = parsed.data;
  const [cause] = rootCauses ?? [];
  const spent = impact?.totalImpact;
  const name = `Cost anomaly${dimensionalValue ? `: ${dimensionalValue}` : ''}`;
  return inertAlert({
    source: 'cloudwatch',
    fingerprint: anomaly.anomalyId,
    identifiedBy: 'start',
    startsAt: anomaly.anomalyStartDate ?? published,
    endedAt: null,
    kind: 'cost',
    name,
    severity: 'warning',
    summary: typeof spent === 'number' ? `${name}, ${spent.toFixed(2)} USD more than expected` : name,
    description: (rootCauses ?? [])
      .slice(0, 10)
      .map((one) =>
        [one.service, one.region, one.usageType, one.linkedAccountName].filter(Boolean).join(', '),
      )
      .join('\n'),
    labels: {
      monitor: anomaly.monitorName,
      account: anomaly.accountName ?? anomaly.accountId,
      aws_service: cause?.service ?? dimensionalValue,
      region: cause?.region,
    },
    link: anomaly.anomalyDetailsLink,
  });
}

/** The notice of AWS Budgets, which is plain text with a name and a subject; null for other texts. */
export function budgetIn(message: SnsMessage, published: Date): Alert | null {
  const budget = /^Budget Name:\s*(.{1,200})$/m.exec(message.Message)?.[1]?.trim();
  if (!budget) return null;
  return inertAlert({
    source: 'cloudwatch',
    fingerprint: `${message.TopicArn} budget ${budget}`,
    identifiedBy: 'start',
    startsAt: published,
    endedAt: null,
    kind: 'cost',
    name: `Budget ${budget}`,
    severity: 'warning',
    summary: message.Subject || `The budget ${budget} has reached its threshold`,
    description: message.Message,
    labels: { budget, topic: message.TopicArn },
  });
}
