import { expect, onTestFinished, test, vi } from 'vitest';
import { startNotifier } from '../../../../src/adapters/local/alerts/notifier.ts';
import type { OutgoingAlert } from '../../../../src/adapters/local/alerts/webhook-body.ts';
import { startWebhookReceiver } from '../../../support/webhook-receiver.ts';

const alert = (startsAt: number, endsAt?: number): OutgoingAlert => ({
  labels: { alertname: 'ServiceDown', service: 'pricing' },
  annotations: {},
  startsAt: new Date(startsAt),
  generatorURL: '',
  ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt) }),
});

/** A notifier with a receiver, and a clock of its own that `send` moves on by a minute, past any retry. */
async function setUp() {
  const hook = await startWebhookReceiver();
  onTestFinished(() => hook.stop());
  const notifier = startNotifier({ url: hook.url, bearerToken: 'secret' }, 'http://alerts.example', {
    warn: () => undefined,
  });
  onTestFinished(() => notifier.stop());
  let now = 0;
  return {
    hook,
    notifier,
    told: () =>
      hook.deliveries.flatMap(({ body }) =>
        body.alerts.map((each: any) => `${each.status} since ${Date.parse(each.startsAt)}`),
      ),
    send: () => notifier.flush((now += 60_000)),
  };
}

test('an alert that fires again before anybody heard of its end is told as two', async () => {
  const { hook, notifier, told, send } = await setUp();
  notifier.put(alert(1_000));
  send();
  await vi.waitFor(() => expect(told()).toEqual(['firing since 1000']));
  hook.answer(503);
  notifier.put(alert(1_000, 2_000));
  send();
  await vi.waitFor(() => expect(hook.refused()).toBe(1));
  notifier.put(alert(3_000));
  hook.answer(200);
  await vi.waitFor(() => {
    send();
    expect(told().slice(1)).toEqual(['resolved since 1000', 'firing since 3000']);
  });
  expect(hook.deliveries.at(-1)?.body.status).toBe('firing');
  notifier.put(alert(3_000, 4_000));
  send();
  await vi.waitFor(() => expect(told().at(-1)).toBe('resolved since 3000'));
});

test('owes the end of an alert until it is accepted', async () => {
  const { hook, notifier, told, send } = await setUp();
  notifier.put(alert(1_000));
  send();
  await vi.waitFor(() => expect(told()).toHaveLength(1));
  expect(notifier.owes(alert(1_000, 2_000))).toBe(false);
  hook.answer(503);
  notifier.put(alert(1_000, 2_000));
  expect(notifier.owes(alert(1_000, 2_000))).toBe(true);
  send();
  await vi.waitFor(() => expect(hook.refused()).toBe(1));
  expect(notifier.owes(alert(1_000, 2_000))).toBe(true);
  hook.answer(200);
  await vi.waitFor(() => {
    send();
    expect(notifier.owes(alert(1_000, 2_000))).toBe(false);
  });
  expect(told()).toEqual(['firing since 1000', 'resolved since 1000']);
});
