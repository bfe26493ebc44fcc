import type { webApi } from '@slack/bolt';
import type { Via } from '../../../incident/journal.ts';
import type { Desk, Reading } from '../desk.ts';
import type { Log } from '../log.ts';
import type { ButtonTokens } from '../tokens.ts';

/** What every listener works with. `via` says whether Slack itself is at the other end or its stand-in. */
export type Listening = {
  desk: Desk;
  reading: Reading;
  tokens: ButtonTokens;
  via: Via;
  client: webApi.WebClient;
  log: Log;
};
