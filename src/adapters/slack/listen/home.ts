import type { App } from '@slack/bolt';
import { renderHome } from '../render/home.ts';
import type { Listening } from './context.ts';
import { failureText, slackFailure } from '../slack-errors.ts';

const MOST_LINKS = 15;

/** Draws the App Home anew whenever somebody opens it. */
export function listenForHome(app: App, listening: Listening): void {
  const { reading, client, log } = listening;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    const [ongoing, awaiting, held, stopped] = await Promise.all([
      reading.ongoing(),
      reading.awaiting(),
      reading.heldBack(),
      reading.stopped(),
    ]);
    const incidents = new Set([
      ...awaiting.map((item) => item.incident.id),
      ...ongoing.map((incident) => incident.id),
    ]);
    const threads = await addresses(listening, [...incidents].slice(0, MOST_LINKS));
    try {
      await client.views.publish({
        user_id: event.user,
        view: renderHome({ person: event.user, ongoing, awaiting, held, stopped, threads }),
      });
    } catch (error) {
      log.warn({ reason: failureText(slackFailure(error)) }, 'The App Home could not be drawn');
    }
  });
}

/** The addresses of the threads, as far as Slack gives them: a page without links is still a page. */
async function addresses({ reading, client }: Listening, incidents: number[]): Promise<Map<number, string>> {
  const threads = new Map<number, string>();
  await Promise.all(
    incidents.map(async (id) => {
      const place = await reading.threadOf(id);
      if (!place) return;
      const link = await client.chat
        .getPermalink({ channel: place.channel, message_ts: place.ts })
        .catch(() => null);
      if (link?.permalink) threads.set(id, link.permalink);
    }),
  );
  return threads;
}
