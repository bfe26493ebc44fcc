import type { webApi } from '@slack/bolt';
import type { Place } from './desk.ts';
import type { Log } from './log.ts';
import { said } from './render/said.ts';
import type { Rendered } from './render/rich.ts';
import { failureText, slackFailure } from './slack-errors.ts';

/** Tells one person something that nobody else sees. Never rejects: what cannot be told is logged. */
export type Say = (what: Rendered) => Promise<void>;

/** Tells a person in a thread. */
export function sayInThread(client: webApi.WebClient, log: Log, person: string, place: Place): Say {
  return async ({ text, blocks }) => {
    try {
      await client.chat.postEphemeral({
        channel: place.channel,
        thread_ts: place.ts,
        user: person,
        text,
        blocks,
        parse: 'none',
      });
    } catch (error) {
      log.warn({ reason: failureText(slackFailure(error)) }, 'An answer could not be given in Slack');
    }
  };
}

/**
 * Does the work and tells what came of it. When the work fails nobody knows how far it came, and that is
 * what the person is told. Null where there is nothing to tell yet.
 */
export async function tellOutcome(say: Say, log: Log, work: () => Promise<Rendered | null>): Promise<void> {
  let answer: Rendered | null;
  try {
    answer = await work();
  } catch (error) {
    log.error(
      { error: error instanceof Error ? error.message : 'unknown' },
      'A request from Slack could not be carried out',
    );
    answer = said({
      ok: false,
      text: 'Something went wrong and it is not certain whether this took effect. Look at the thread before you try again.',
    });
  }
  if (answer !== null) await say(answer);
}
