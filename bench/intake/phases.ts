import { webhookBody, type Sample } from '../rig/alerts.ts';
import { HttpConnection } from '../rig/http-client.ts';
import type { Layout } from '../rig/layout.ts';
import { closedLoop, isAcknowledged, latencies, openLoop, percentile, type Sent } from '../rig/load.ts';
import { now, type SlackRecorder } from '../rig/slack.ts';
import { keyOf } from '../rig/sender.ts';
import { everydayTraffic, freshTraffic, unrelatedIncident } from './traffic.ts';

/** What every phase needs, and where it writes down what was acknowledged. */
export type Run = {
  layout: Layout;
  slack: SlackRecorder;
  acknowledged: Set<string>;
  /** When the alerts of this run began to fire. */
  startsAt: Date;
};

/** How many alerts a second are accepted when many senders send the next as soon as the last is answered. */
export async function measureCapacity(run: Run, options: { connections: number; ms: number }) {
  const flow = freshTraffic('closed', run.startsAt);
  const cpuBefore = run.layout.usage().cpuS;
  const sent = await closedLoop(run.layout.hook, { ...options, body: (index) => webhookBody([flow(index)]) });
  const accepted = note(run, sent, flow);
  const ends = sent.map((one) => one.answeredAt);
  const seconds = (Math.max(...ends) - Math.min(...sent.map((one) => one.scheduledAt))) / 1000;
  return {
    accepted_per_s: Math.round(accepted / seconds),
    refused: sent.length - accepted,
    closed_loop_p50_ms: percentile(latencies(sent), 50),
    closed_loop_p99_ms: percentile(latencies(sent), 99),
    cpu_ms_per_alert: Math.round(((run.layout.usage().cpuS - cpuBefore) * 10_000) / accepted) / 10,
  };
}

/** How long a sender waits for its acknowledgement at a steady 100 a second. */
export async function measureAcknowledgement(
  run: Run,
  options: { prefix: string; perSecond: number; ms: number },
) {
  const flow = everydayTraffic(options.prefix, run.startsAt);
  const sent = await openLoop(run.layout.hook, { ...options, body: (index) => webhookBody([flow(index)]) });
  const accepted = note(run, sent, flow);
  const took = latencies(sent.filter(isAcknowledged));
  return {
    ack_p50_ms: percentile(took, 50),
    ack_p99_ms: percentile(took, 99),
    ack_max_ms: percentile(took, 100),
    open_loop_refused: sent.length - accepted,
  };
}

/**
 * How long it takes from sending the webhook of a new incident until its first message is at Slack, with
 * one new incident a second among everyday traffic.
 */
export async function measureFirstMessage(
  run: Run,
  options: { prefix: string; perSecond: number; ms: number },
) {
  const flow = everydayTraffic(options.prefix, run.startsAt);
  const shown = new Map<string, number>();
  const sentAt = new Map<string, number>();
  run.slack.onPost((post) => {
    for (const service of sentAt.keys()) {
      if (!shown.has(service) && post.content.includes(service)) shown.set(service, post.at);
    }
  });
  const background = openLoop(run.layout.hook, { ...options, body: (index) => webhookBody([flow(index)]) });
  const connection = new HttpConnection(run.layout.hook.url, 15_000);
  const began = now();
  for (let index = 0; index < Math.floor(options.ms / 1000); index += 1) {
    // Not on the second, so that no timer of anybody falls together with it.
    const due = began + index * 1000 + 137 + ((index * 271) % 400);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - now())));
    const sample = unrelatedIncident('first', index, run.startsAt);
    sentAt.set(sample.service, now());
    const status = await connection.post(
      run.layout.hook.path,
      webhookBody([sample]),
      run.layout.hook.headers,
    );
    if (status >= 200 && status < 300) run.acknowledged.add(keyOf(sample));
  }
  note(run, await background, flow);
  connection.close();
  await until(() => shown.size === sentAt.size, 30_000);
  const took = [...shown].map(([service, at]) => at - (sentAt.get(service) ?? NaN));
  return {
    first_message_p50_ms: percentile(took, 50),
    first_message_p99_ms: percentile(took, 99),
    first_messages: shown.size,
    first_messages_missing: sentAt.size - shown.size,
  };
}

function note(run: Run, sent: readonly Sent[], flow: (index: number) => Sample): number {
  const accepted = sent.filter(isAcknowledged);
  for (const one of accepted) run.acknowledged.add(keyOf(flow(one.index)));
  return accepted.length;
}

/** Waits for a condition; false when it does not hold within `mostMs`. */
export async function until(condition: () => boolean, mostMs: number): Promise<boolean> {
  const end = now() + mostMs;
  while (!condition()) {
    if (now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
