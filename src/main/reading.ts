import type { Database } from '../adapters/postgres/sql.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { incidentOfThread, threadOf } from '../adapters/postgres/threads.ts';
import type { Reading } from '../adapters/slack/desk.ts';
import { goingOn, type MaintenanceWindow } from '../incident/maintenance.ts';

/** What Slack shows, read from the database. */
export function readingOver(
  database: Database,
  store: Store,
  transaction: <T>(work: (store: Store) => Promise<T>) => Promise<T>,
  maintenance: readonly MaintenanceWindow[],
): Reading {
  return {
    // A view is many queries that must show one moment.
    view: (id) => transaction((one) => one.view(id)),
    ongoing: store.ongoing,
    latest: store.latest,
    awaiting: store.awaiting,
    heldBack: store.heldBack,
    postmortem: store.postmortem,
    bulletin: (id) => transaction((one) => one.bulletin(id)),
    quietLately: () => transaction((one) => one.quietLately()),
    stopped: store.stopped,
    quieted: async () => {
      const now = await store.now();
      return { silences: await store.activeSilences(now), maintenance: goingOn(maintenance, now) };
    },
    incidentOfThread: (channel, ts) => incidentOfThread(database, channel, ts),
    threadOf: (id) => threadOf(database, id),
  };
}
