import type { App } from '@slack/bolt';
import { answerCommand } from '../commands/answer.ts';
import { parseCommand } from '../commands/parse.ts';
import { sayInThread, tellOutcome } from '../say.ts';
import type { Listening } from './context.ts';

/** Slack has no slash commands in threads, so a mention understands the same words, about the thread it stands in. */
export function listenForMentions(app: App, listening: Listening): void {
  const { reading, client, log } = listening;
  app.event('app_mention', async ({ event }) => {
    if (event.bot_id !== undefined || event.user === undefined) return;
    const person = event.user;
    const place = { channel: event.channel, ts: event.thread_ts ?? event.ts };
    await tellOutcome(sayInThread(client, log, person, place), log, async () => {
      const here = await reading.incidentOfThread(place.channel, place.ts);
      return answerCommand(listening, { person, here }, parseCommand(afterMention(event.text)));
    });
  });
}

/** What follows the first mention; in `hey @sitrep why` only the rest is meant for us. */
function afterMention(text: string): string {
  const mention = /<@[UW][A-Z0-9]+(?:\|[^>]*)?>/.exec(text);
  return mention ? text.slice(mention.index + mention[0].length) : text;
}
