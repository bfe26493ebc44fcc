import type { webApi } from '@slack/bolt';
import type { Desk, Reading } from '../desk.ts';
import type { Log } from '../log.ts';

/** What every listener works with. */
export type Listening = { desk: Desk; reading: Reading; client: webApi.WebClient; log: Log };
