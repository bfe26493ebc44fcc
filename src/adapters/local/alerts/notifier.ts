import type { Labels } from './exposition.ts';
import { fingerprint } from './fingerprint.ts';
import { groupKey, webhookBody, type OutgoingAlert } from './webhook-body.ts';

/**
 * Tells one receiver about groups of alerts as Alertmanager does: at once when a group appears, again when
 * another alert fires or one resolves, and every four hours while nothing changes. What could not be delivered
 * is tried again until it is.
 */

export type Receiver = { url: string; bearerToken: string };

export type NotifierLog = { warn(fields: object, message: string): void };

export type Notifier = {
  /** Takes the present state of an alert. */
  put(alert: OutgoingAlert): void;
  /** Sends what is due; to be called every second or so. */
  flush(now: number): void;
  /** Whether the receiver has yet to accept the present state of this alert. */
  owes(alert: Pick<OutgoingAlert, 'labels' | 'startsAt'>): boolean;
  stop(): void;
};

const RECEIVER_NAME = 'sitrep';
const REPEAT_MS = 4 * 60 * 60_000;
const POST_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

type Group = {
  labels: Labels;
  /** By labels and start: one that fires anew is another alert, and the end of the first is still to be told. */
  alerts: Map<string, OutgoingAlert>;
  /** What the receiver was told last. */
  told?: { firing: Set<string>; at: number };
  failures: number;
  notBefore: number;
  busy: boolean;
};

export function startNotifier(receiver: Receiver, externalURL: string, log: NotifierLog): Notifier {
  const groups = new Map<string, Group>();
  const stopping = new AbortController();

  async function send(key: string, group: Group, now: number): Promise<void> {
    group.busy = true;
    const sent = new Map([...group.alerts].map(([id, alert]) => [id, { ...alert }]));
    const alerts = [...sent.values()];
    const body = webhookBody({ receiver: RECEIVER_NAME, groupLabels: group.labels, alerts, externalURL });
    try {
      await post(receiver, body, stopping.signal);
      group.failures = 0;
      const firing = [...sent].filter(([, alert]) => alert.endsAt === undefined).map(([id]) => id);
      group.told = { firing: new Set(firing), at: now };
      for (const [id, alert] of sent) if (alert.endsAt !== undefined) group.alerts.delete(id);
      if (group.alerts.size === 0) groups.delete(key);
    } catch (error) {
      if (stopping.signal.aborted) return;
      const wait = Math.min(FIRST_RETRY_MS * 2 ** group.failures, LAST_RETRY_MS);
      group.failures += 1;
      group.notBefore = now + wait;
      log.warn(
        { err: error, groupKey: key, retryInMs: wait },
        'alert webhook not delivered, will be sent again',
      );
    } finally {
      group.busy = false;
    }
  }

  return {
    put(alert) {
      const labels = groupLabels(alert);
      const key = groupKey(labels);
      const group = groups.get(key) ?? { labels, alerts: new Map(), failures: 0, notBefore: 0, busy: false };
      const id = alertId(alert);
      // What never fired for this receiver need not resolve for it.
      if (alert.endsAt !== undefined && !group.alerts.has(id)) return;
      group.alerts.set(id, alert);
      groups.set(key, group);
    },
    flush(now) {
      for (const [key, group] of groups) {
        if (group.busy || now < group.notBefore || !isDue(group, now)) continue;
        void send(key, group, now);
      }
    },
    owes(alert) {
      const group = groups.get(groupKey(groupLabels(alert)));
      const id = alertId(alert);
      const present = group?.alerts.get(id);
      if (present === undefined) return false;
      return present.endsAt !== undefined || group?.told?.firing.has(id) !== true;
    },
    stop: () => stopping.abort(),
  };
}

function groupLabels({ labels }: Pick<OutgoingAlert, 'labels'>): Labels {
  const { alertname = '', service } = labels;
  return service === undefined ? { alertname } : { alertname, service };
}

function alertId({ labels, startsAt }: Pick<OutgoingAlert, 'labels' | 'startsAt'>): string {
  return `${fingerprint(labels)} ${startsAt.getTime()}`;
}

function isDue({ alerts, told }: Group, now: number): boolean {
  const firing = [...alerts].filter(([, alert]) => alert.endsAt === undefined);
  const resolved = [...alerts].filter(([, alert]) => alert.endsAt !== undefined);
  // Alertmanager keeps quiet about an alert that ended before it could be delivered; here it is told all the same.
  if (told === undefined) return alerts.size > 0;
  if (firing.some(([id]) => !told.firing.has(id)) || resolved.length > 0) return true;
  return firing.length > 0 && now - told.at >= REPEAT_MS;
}

async function post({ url, bearerToken }: Receiver, body: object, stopping: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'sitrep-local-alerts',
      authorization: `Bearer ${bearerToken}`,
    },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.any([AbortSignal.timeout(POST_TIMEOUT_MS), stopping]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
}
