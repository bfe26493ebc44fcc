import { z } from 'zod';
import { weekdays, type Schedule } from '../incident/maintenance.ts';
import { isTimeZone } from '../incident/wall-clock.ts';

// Without an offset the moment would depend on where Sitrep happens to run.
const moment = z.iso
  .datetime({ offset: true, error: 'write date, time and offset, such as 2026-12-05T22:00:00+01:00' })
  .transform((text) => new Date(text));

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write hours and minutes, such as "02:30"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** The keys that say when something happens, once or each week. */
export const scheduleKeys = {
  from: moment.optional(),
  to: moment.optional(),
  days: z.array(z.enum(weekdays)).min(1).optional(),
  at: clockTime.optional(),
  minutes: z
    .int()
    .min(1)
    .max(3 * 1440)
    .optional(),
  timezone: z
    .string()
    .refine(isTimeZone, { error: 'an IANA time zone, such as Europe/Berlin or UTC' })
    .optional(),
};

type Times = z.infer<z.ZodObject<typeof scheduleKeys>>;

/** The schedule that the keys mean; or what is wrong, and with which of them. */
export function scheduleOf(
  times: Times,
  longestDays: number,
): { ok: true; when: Schedule } | { ok: false; message: string; path: string[] } {
  const { from, to, days, at, minutes, timezone } = times;
  const isWeekly = days ?? at ?? minutes ?? timezone;
  if (from && to && isWeekly === undefined) {
    if (to <= from) return { ok: false, message: 'must be after “from”', path: ['to'] };
    if (to.getTime() - from.getTime() > longestDays * 86_400_000)
      return { ok: false, message: `at most ${longestDays} days after “from”`, path: ['to'] };
    return { ok: true, when: { kind: 'once', from, to } };
  }
  if (days && at !== undefined && minutes && timezone && !from && !to)
    return { ok: true, when: { kind: 'weekly', days, minuteOfDay: at, minutes, timeZone: timezone } };
  return {
    ok: false,
    message: 'write either “from” and “to”, or “days”, “at”, “minutes” and “timezone”',
    path: [],
  };
}
