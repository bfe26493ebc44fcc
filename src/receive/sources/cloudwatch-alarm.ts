import { z } from 'zod';
import type { Alert } from '../../incident/alert.ts';
import { time, words } from '../fields.ts';
import { inertAlert } from '../inert-alert.ts';

const dimension = z.object({ name: z.string(), value: z.string() });

/** What CloudWatch publishes when an alarm changes its state; metric and composite alarms alike. */
const schema = z.object({
  AlarmName: z.string().min(1),
  AlarmArn: words,
  AlarmDescription: words,
  AWSAccountId: words,
  Region: words,
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  NewStateReason: words,
  StateChangeTime: time,
  Trigger: z
    .object({
      Namespace: words,
      MetricName: words,
      Dimensions: z.array(dimension).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

/** The alarm in an SNS message; null where it is about something else. */
export function alarmIn(message: unknown): Alert | null {
  const parsed = schema.safeParse(message);
  if (!parsed.success || !parsed.data.StateChangeTime) return null;
  const { AlarmName, AlarmArn, NewStateValue, StateChangeTime, Trigger, ...alarm } = parsed.data;
  const dimensions = Object.fromEntries((Trigger?.Dimensions ?? []).map(({ name, value }) => [name, value]));
  return inertAlert({
    source: 'cloudwatch',
    fingerprint: AlarmArn || `${alarm.AWSAccountId ?? ''} ${alarm.Region ?? ''} ${AlarmName}`,
    identifiedBy: 'fingerprint',
    startsAt: StateChangeTime,
    // Too little data is no sign of health: it ends nothing, and begins an alert where none fires.
    endedAt: NewStateValue === 'OK' ? StateChangeTime : null,
    name: AlarmName,
    service: dimensions['ServiceName'] ?? dimensions['FunctionName'],
    // CloudWatch knows no severities.
    severity: 'warning',
    summary: NewStateValue === 'INSUFFICIENT_DATA' ? `${AlarmName}: insufficient data` : AlarmName,
    description: [alarm.AlarmDescription, alarm.NewStateReason].filter(Boolean).join('\n'),
    labels: {
      ...dimensions,
      namespace: Trigger?.Namespace,
      metric: Trigger?.MetricName,
      region: regionIn(AlarmArn) ?? alarm.Region,
      account: alarm.AWSAccountId,
    },
    annotations: { state: NewStateValue },
    link: linkTo(AlarmName, regionIn(AlarmArn)),
  });
}

function regionIn(arn: string | null | undefined): string | null {
  return /^arn:aws[a-z-]*:cloudwatch:([a-z0-9-]+):/.exec(arn ?? '')?.[1] ?? null;
}

function linkTo(name: string, region: string | null): string | null {
  return region
    ? `https://console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name.toWellFormed())}`
    : null;
}
