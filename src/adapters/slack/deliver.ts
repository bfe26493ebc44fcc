import type { webApi } from '@slack/bolt';
import type { Slot } from '../../incident/thread.ts';
import type { IncidentView } from '../../incident/view.ts';
import { createBell, type Bell, type Rest } from '../bell.ts';
import { aboutOf, contentOf, type ContentReading } from './content.ts';
import type { Log } from './log.ts';
import type { ClaimOptions, DueMessage, Outbox } from './outbox.ts';
import { pendingCards } from './render/cards.ts';
import { sendMessage } from './send.ts';
import type { ButtonTokens } from './tokens.ts';
import { CallFailed, failureText, slackFailure } from './slack-errors.ts';

export type DeliverySettings = {
  outbox: Outbox;
  reading: ContentReading;
  tokens: Pick<ButtonTokens, 'mint'>;
  client: webApi.WebClient;
  /** The channel in which new incidents are announced. */
  channel: string;
  log: Log;
  /** How often to look without having been woken. */
  pollMs?: number;
  leaseS?: number;
};

/** The running loops. `stop` waits for the messages that are being sent. */
export type Delivery = { stop(): Promise<void> };

/**
 * A call is begun in the first half of a lease and takes 6 s at most, so that a claim is overtaken only when
 * its process is gone; and then soon.
 */
const LEASE_S = 14;
const POLL_MS = 2_000;
/** How often to look while something waits for Slack's pace, which gives no sign when it allows more. */
const WAITING_MS = 200;
const LONGEST_BACK_OFF_S = 30;

/**
 * Shows the outbox in Slack, for as long as it runs, at Slack's pace, and until each message is shown. Two
 * couriers go: one carries anything, the other only what is told for the first time, so that a new incident
 * never waits behind a call that Slack is slow to answer. While Slack is away each waits, because the next
 * message would fare no better; the messages stay where they are and what they show when it is over is the
 * state of that moment.
 */
export async function startDelivery(settings: DeliverySettings): Promise<Delivery> {
  const couriers = (['first', 'all'] as const).map((lanes) => ({ lanes, bell: createBell() }));
  const stopListening = await settings.outbox.onNew(() => {
    for (const { bell } of couriers) bell.ring();
  });
  const end = new AbortController();
  const slack = { isAway: false };
  const running = couriers.map(({ lanes, bell }) => runCourier(settings, lanes, bell, slack, end.signal));
  return {
    async stop() {
      end.abort();
      for (const { bell } of couriers) bell.ringForGood();
      await stopListening();
      await Promise.all(running);
    },
  };
}

async function runCourier(
  settings: DeliverySettings,
  lanes: ClaimOptions['lanes'],
  bell: Bell,
  /** Of both couriers: the one that fails need not be the one that gets through next. */
  slack: { isAway: boolean },
  end: AbortSignal,
): Promise<void> {
  const { outbox, log, pollMs = POLL_MS, leaseS = LEASE_S } = settings;
  let troubles = 0;
  const backOffS = (): number => Math.min(LONGEST_BACK_OFF_S, 0.5 * 2 ** Math.min(troubles, 10));

  /** Sends one message. Resolves to how long the courier should rest: 0 after a success. */
  const deliverOne = async (): Promise<Rest> => {
    const claim = await outbox.claim({ channel: settings.channel, leaseS, lanes });
    if (claim.message === null) {
      // What waits for Slack's pace is not helped by more of it; only what is new may end the rest early.
      const paced = claim.waiting && lanes === 'all';
      return { ms: paced ? Math.min(pollMs, WAITING_MS) : pollMs, untilRung: !paced };
    }
    const { message } = claim;
    const claimedAt = performance.now();
    const isStillOurs = (): boolean => performance.now() - claimedAt < leaseS * 500;
    const content = await contentOf(settings.reading, settings.tokens, message);
    if (content === null) {
      await outbox.skipped(message);
      return { ms: 0, untilRung: false };
    }
    try {
      await outbox.shown(message, await sendMessage({ ...settings, isStillOurs }, message, content));
    } catch (error) {
      if (slackFailure(error).kind === 'away' || slackFailure(error).kind === 'uncertain') {
        troubles++;
        slack.isAway = true;
      }
      return { ms: await settleFailure(settings, message, error, backOffS()), untilRung: false };
    }
    if (slack.isAway) log.info({}, 'Slack answers again');
    slack.isAway = false;
    troubles = 0;
    if (content.kind === 'message' && isRoot(message)) await wantHeldBackCards(settings, content.view);
    return { ms: 0, untilRung: false };
  };

  while (!end.aborted) {
    const rest = await deliverOne().catch((error: unknown) => {
      troubles++;
      log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'The outbox cannot be read; trying again',
      );
      return { ms: backOffS() * 1000, untilRung: false };
    });
    if (rest.ms > 0 && !end.aborted) await bell.wait(rest);
  }
}

/** Notes in the outbox why a message could not be shown. Resolves to the rest that the courier should take, in ms. */
async function settleFailure(
  { outbox, log }: DeliverySettings,
  message: DueMessage,
  error: unknown,
  backOffS: number,
): Promise<number> {
  const failure = slackFailure(error);
  const text = failureText(failure);
  const { attempts, uncertain } = message;
  log.warn({ ...aboutOf(message), attempts, reason: text }, 'A message could not be shown in Slack yet');
  switch (failure.kind) {
    case 'limited': {
      // Slack counts each method apart: edits go on while posts must wait, and the other way round.
      const doing = error instanceof CallFailed ? error.doing : 'post';
      if (doing !== 'search')
        await outbox.block(doing === 'edit' ? 'edits' : 'channel', message.channel, failure.afterS);
      await outbox.failed(message, { error: text, afterS: failure.afterS, uncertain });
      return 0;
    }
    case 'refused': {
      // Slack refuses this message and perhaps no other: it waits alone, longer each time.
      const { subject } = message;
      if (subject.kind === 'incident' && message.threadTs !== null && failure.code === 'thread_not_found')
        await outbox.lost(subject.incidentId);
      const afterS = Math.min(LONGEST_BACK_OFF_S * 2, 2 ** Math.min(attempts, 10));
      await outbox.failed(message, { error: text, afterS, uncertain: false });
      return 0;
    }
    case 'away':
    case 'uncertain':
      await outbox.failed(message, {
        error: text,
        afterS: backOffS,
        uncertain: failure.kind === 'uncertain' || uncertain,
      });
      return backOffS * 1000;
    default:
      return failure satisfies never;
  }
}

function isRoot({ subject }: DueMessage): boolean {
  return subject.kind === 'incident' && subject.slot === 'summary';
}

/**
 * A card can become one of the best only because another was decided, which is no event of its own. The root
 * changes with every decision, so whenever it was shown the cards that are due and were held back are asked
 * for, and the list of those without a card is brought up to date.
 */
async function wantHeldBackCards(
  { outbox, log }: DeliverySettings,
  view: IncidentView | null,
): Promise<void> {
  const cards = view === null ? [] : pendingCards(view).map((proposal): Slot => `proposal:${proposal.id}`);
  if (view === null || cards.length === 0) return;
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
