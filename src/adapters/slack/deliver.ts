import type { webApi } from '@slack/bolt';
import { incidentName } from '../../incident/incident.ts';
import type { Slot } from '../../incident/thread.ts';
import type { IncidentView } from '../../incident/view.ts';
import { createBell, type Rest } from './bell.ts';
import type { Reading } from './desk.ts';
import type { Log } from './log.ts';
import type { DueMessage, Outbox } from './outbox.ts';
import { createPace, SLACK_PACE, type PaceLimits } from './pace.ts';
import { pendingCards } from './render/cards.ts';
import { sendMessage } from './send.ts';
import { failureText, slackFailure, type SlackFailure } from './slack-errors.ts';

export type DeliverySettings = {
  outbox: Outbox;
  reading: Pick<Reading, 'view' | 'postmortem'>;
  client: webApi.WebClient;
  /** The channel in which new incidents are announced. */
  channel: string;
  log: Log;
  pace?: PaceLimits;
  /** How often to look without having been woken. */
  pollMs?: number;
  leaseS?: number;
};

/** The running loop. `stop` waits for the message that is being sent. */
export type Delivery = { stop(): Promise<void> };

/** More than two calls of 8 s each may take, so that a claim is overtaken only when its process is gone. */
const LEASE_S = 30;
const POLL_MS = 2_000;
const LONGEST_BACK_OFF_S = 30;

/**
 * Shows the outbox in Slack, for as long as it runs: roots first, at Slack's pace, and until each message is
 * shown. When Slack is away or limits the rate the whole loop waits, because the next message would fare no
 * better; the messages stay where they are and what they show when it is over is the state of that moment.
 */
export async function startDelivery(settings: DeliverySettings): Promise<Delivery> {
  const { outbox, log, pollMs = POLL_MS, leaseS = LEASE_S } = settings;
  const pace = createPace(settings.pace ?? SLACK_PACE, () => performance.now());
  const bell = createBell();
  const stopListening = await outbox.onNew(bell.ring);
  let stopped = false;
  let troubles = 0;

  const backOffS = (): number => Math.min(LONGEST_BACK_OFF_S, 0.5 * 2 ** Math.min(troubles, 10));

  /** Sends one message. Resolves to how long the loop should rest: 0 after a success. */
  const deliverOne = async (): Promise<Rest> => {
    const message = await outbox.claim({ channel: settings.channel, busyChannels: pace.busy(), leaseS });
    if (message === null) return { ms: Math.min(pollMs, pace.nextFree() ?? pollMs), untilRung: true };
    const claimedAt = performance.now();
    const isStillOurs = (): boolean => performance.now() - claimedAt < leaseS * 500;
    const view = await settings.reading.view(message.incidentId);
    pace.take(message.channel);
    try {
      const ts = view === null ? null : await sendMessage({ ...settings, isStillOurs }, message, view);
      await outbox.shown(message, ts);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'refused') troubles++;
      return { ms: await settleFailure(settings, message, failure, backOffS()), untilRung: false };
    }
    if (troubles > 0) log.info({}, 'Slack answers again');
    troubles = 0;
    if (view !== null && message.slot === 'summary') await wantHeldBackCards(settings, view);
    return { ms: 0, untilRung: false };
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      const rest = await deliverOne().catch((error: unknown) => {
        troubles++;
        log.error(
          { error: error instanceof Error ? error.message : 'unknown' },
          'The outbox cannot be read; trying again',
        );
        return { ms: backOffS() * 1000, untilRung: false };
      });
      if (rest.ms > 0 && !stopped) await bell.wait(rest);
    }
  };
  const running = run();

  return {
    async stop() {
      stopped = true;
      bell.ringForGood();
      await stopListening();
      await running;
    },
  };
}

/** Notes in the outbox why a message could not be shown. Resolves to the rest that the loop should take, in ms. */
async function settleFailure(
  { outbox, log }: DeliverySettings,
  message: DueMessage,
  failure: SlackFailure,
  backOffS: number,
): Promise<number> {
  const text = failureText(failure);
  const { incidentId, slot, attempts } = message;
  log.warn(
    { incident: incidentName(incidentId), slot, attempts, reason: text },
    'A message could not be shown in Slack yet',
  );
  if (failure.kind === 'limited') {
    await outbox.failed(message, { error: text, afterS: failure.afterS, uncertain: message.uncertain });
    return failure.afterS * 1000;
  }
  if (failure.kind === 'refused') {
    // Slack refuses this message and perhaps no other: it waits alone, longer each time.
    if (slot !== 'summary' && failure.code === 'thread_not_found') await outbox.lost(incidentId, 'summary');
    const afterS = Math.min(LONGEST_BACK_OFF_S * 2, 2 ** Math.min(attempts, 10));
    await outbox.failed(message, { error: text, afterS, uncertain: false });
    return 0;
  }
  const uncertain = failure.kind === 'uncertain' || message.uncertain;
  await outbox.failed(message, { error: text, afterS: backOffS, uncertain });
  return backOffS * 1000;
}

/**
 * A card can become one of the best only because another was decided, which is no event of its own. The root
 * changes with every decision, so whenever it was shown the cards that are due and were held back are asked
 * for, and the list of those without a card is brought up to date.
 */
async function wantHeldBackCards({ outbox, log }: DeliverySettings, view: IncidentView): Promise<void> {
  const cards = pendingCards(view).map((proposal): Slot => `proposal:${proposal.id}`);
  try {
    const promoted = await outbox.wantUnposted(view.incident.id, cards);
    if (promoted > 0) await outbox.want(view.incident.id, 'evidence');
  } catch (error) {
    log.warn(
      { error: error instanceof Error ? error.message : 'unknown' },
      'Could not look for cards that were held back',
    );
  }
}
