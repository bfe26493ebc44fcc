import type { webApi } from '@slack/bolt';
import type { Place } from './place.ts';

/** A channel that is told the newest checkpoint; its hash covers whatever came before. */
export function slackPlace(client: webApi.WebClient, channel: string): Place {
  return {
    name: `slack ${channel}`,
    newest: async () => null,
    async add(checkpoints) {
      const last = checkpoints.at(-1);
      if (!last) return;
      await client.chat.postMessage({
        channel,
        text: `Audit checkpoint of entry ${last.seq}. “sitrep audit verify” takes the line below.\n\`\`\`${JSON.stringify(last)}\`\`\``,
        unfurl_links: false,
        unfurl_media: false,
      });
    },
  };
}
