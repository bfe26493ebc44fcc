import type { StoredAlert } from '../incident/alert.ts';
import { hushed } from '../incident/hushed.ts';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import type { Matchable } from '../incident/matcher.ts';
import type { Silence } from '../incident/silence.ts';

export interface ReleaseStore {
  now(): Promise<Date>;
  activeSilences(now: Date): Promise<Silence[]>;
  hushedFiring(afterId: number, limit: number): Promise<StoredAlert[]>;
  releaseHushed(ids: readonly number[]): Promise<number>;
}

const PAGE = 500;

/**
 * Gives back to be placed what still fires after the silence or the maintenance that hushed it is over.
 * Resolves to how many. Run it each minute: it only reads while nothing has ended.
 */
export async function releaseHushed(
  store: ReleaseStore,
  windows: readonly MaintenanceWindow[],
): Promise<number> {
  const now = await store.now();
  const silences = await store.activeSilences(now);
  let released = 0;
  for (let after = 0; ;) {
    const page = await store.hushedFiring(after, PAGE);
    const due = dueAgain(page, silences, windows, now);
    if (due.length > 0) released += await store.releaseHushed(due);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return released;
    after = last.id;
  }
}

/** Which of these hushed alerts nobody wants hushed any more, by id. */
export function dueAgain(
  alerts: readonly (Matchable & { id: number })[],
  silences: readonly Silence[],
  windows: readonly MaintenanceWindow[],
  now: Date,
): number[] {
  return alerts.filter((alert) => hushed(alert, silences, windows, now) === null).map(({ id }) => id);
}
