import { webhookBody, type Sample } from '../rig/alerts.ts';
import { HttpConnection } from '../rig/http-client.ts';
import { isAcknowledged, latencies, openLoop, percentile } from '../rig/load.ts';
import { keyOf } from '../rig/sender.ts';
import { now, type Posted } from '../rig/slack.ts';
import { until, type Run } from './phases.ts';
import { unrelatedIncident } from './traffic.ts';

const RULES = 30;
const HOSTS = 400;

/** The line of the storm's message that counts what came in. */
const COUNTED = /([\d,]+) messages received = ([\d,]+) new \+ ([\d,]+) repeats \+ ([\d,]+) resolved/;

/**
 * A storm as a failing network makes one: hundreds of hosts, each of whose rules fires, is repeated and
 * resolves, at a steady rate for minutes, while Slack takes one message a second and answers 429 above that.
 * One alert in the midst of it is critical and about something else.
 */
export async function measureStorm(run: Run, options: { perMinute: number; minutes: number }) {
  const { layout, slack, startsAt } = run;
  const ms = options.minutes * 60_000;
  const perSecond = options.perMinute / 60;
  slack.hold({ perSecond: 1, burst: 1 });
  const hidden = unrelatedIncident('storm', 7, startsAt);
  let sentAt = NaN;
  let seenAt = NaN;
  const look = (post: Posted): void => {
    if (Number.isNaN(seenAt) && post.content.includes(hidden.service)) seenAt = now();
  };
  slack.onPost(look);
  slack.onEdit(look);
  const callsBefore = slack.calls.length;

  const flow = stormTraffic(startsAt);
  const storm = openLoop(layout.hook, { perSecond, ms, body: (index) => webhookBody([flow(index)]) });
  await new Promise((resolve) => setTimeout(resolve, ms * 0.4));
  const connection = new HttpConnection(layout.hook.url, 15_000);
  sentAt = now();
  const { path, headers } = layout.hook;
  const status = await connection.post(path, webhookBody([hidden]), headers);
  connection.close();
  if (status >= 200 && status < 300) run.acknowledged.add(keyOf(hidden));
  const sent = await storm;
  const accepted = sent.filter(isAcknowledged);
  for (const one of accepted) run.acknowledged.add(keyOf(flow(one.index)));
  const calls = slack.calls.slice(callsBefore);

  // The message is brought up to date every ten seconds, and Slack is slow.
  const received = accepted.length + 1;
  const counts = (): number[] => countsIn(slack.posts);
  await until(() => counts()[0] === received, 60_000);
  const [total = 0, fresh = 0, repeated = 0, resolved = 0] = counts();
  return {
    storm_alerts: received,
    storm_refused: sent.length - accepted.length,
    storm_shown: total,
    storm_counts_equal: total === received && fresh + repeated + resolved === total,
    storm_ack_p99_ms: percentile(latencies(accepted), 99),
    storm_hidden_critical_s: Number.isNaN(seenAt) ? null : Math.round((seenAt - sentAt) / 100) / 10,
    storm_slack_calls_per_min: Math.round(calls.length / options.minutes),
    storm_slack_429: calls.filter((one) => one.limited).length,
    storm_rss_peak_mb: layout.usage().peakMb,
  };
}

/** The counts in the newest storm message, as numbers; empty where there is none. */
function countsIn(posts: readonly Posted[]): number[] {
  for (const post of posts.toReversed()) {
    const found = COUNTED.exec(post.content);
    if (found) return found.slice(1).map((text) => Number(text.replaceAll(',', '')));
  }
  return [];
}

/** Of ten messages four are new, four repeat an earlier one and two resolve one. */
function stormTraffic(startsAt: Date): (index: number) => Sample {
  return (index) => {
    const kind = index % 10;
    const about = kind < 4 ? index : index - 10 - kind + (kind % 4);
    const seed = Math.max(0, about);
    const resolves = kind >= 8 && index > 20;
    return {
      fingerprint: `storm-${seed}`,
      name: `Rule${(seed * 13) % RULES}`,
      service: `host-${(seed * 37) % HOSTS}`,
      severity: seed % 5 === 0 ? 'info' : 'warning',
      startsAt,
      ...(resolves ? { status: 'resolved' as const, endsAt: new Date(startsAt.getTime() + 60_000) } : {}),
    };
  };
}
