import type { Matcher } from './matcher.ts';
import { wallClock } from './wall-clock.ts';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** When work on something is planned, as sitrep.yaml declares it. */
export type MaintenanceWindow = {
  name: string;
  /** Any of them; empty for all. */
  services: string[];
  /** All of them. */
  matchers: Matcher[];
  /** Whether critical alerts are hushed as well. */
  critical: boolean;
  when: Schedule;
};

export type Schedule =
  | { kind: 'once'; from: Date; to: Date }
  /** Begins when the zone's clock shows `minuteOfDay` on each of the days, and lasts `minutes` of real time. */
  | { kind: 'weekly'; days: Weekday[]; minuteOfDay: number; minutes: number; timeZone: string };

/**
 * When the occurrence that is open at `now` ends; null where none is. The beginning belongs to it, the end
 * does not. Where two overlap the later end counts.
 */
export function openUntil(when: Schedule, now: Date): Date | null {
  if (when.kind === 'once') return when.from <= now && now < when.to ? when.to : null;
  const clock = wallClock(when.timeZone);
  const today = clock.dateAt(now);
  // One day more than it lasts, because a skipped hour can put a beginning and its date a day apart.
  const daysBack = Math.ceil(when.minutes / 1440) + 1;
  for (let back = 0; back <= daysBack; back++) {
    const date = new Date(today.getTime() - back * 86_400_000);
    const weekday = weekdays[date.getUTCDay()];
    if (!weekday || !when.days.includes(weekday)) continue;
    const from = clock.instantOf(date, when.minuteOfDay);
    const to = new Date(from.getTime() + when.minutes * 60_000);
    if (from <= now && now < to) return to;
  }
  return null;
}

/** The windows that are open at `now`, the one that ends first first. */
export function goingOn(
  windows: readonly MaintenanceWindow[],
  now: Date,
): { window: MaintenanceWindow; until: Date }[] {
  return windows
    .flatMap((window) => {
      const until = openUntil(window.when, now);
      return until ? [{ window, until }] : [];
    })
    .sort((a, b) => a.until.getTime() - b.until.getTime());
}
