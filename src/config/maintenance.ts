import { z } from 'zod';
import { weekdays, type MaintenanceWindow } from '../incident/maintenance.ts';
import { isAnything, parseMatcher } from '../incident/matcher.ts';
import { isTimeZone } from '../incident/wall-clock.ts';

const matcher = z.string().transform((text, context) => {
  const parsed = parseMatcher(text);
  if (parsed.ok) return parsed.value;
  context.addIssue(parsed.mistake);
  return z.NEVER;
});

// Without an offset the moment would depend on where Sitrep happens to run.
const moment = z.iso
  .datetime({ offset: true, error: 'write date, time and offset, such as 2026-12-05T22:00:00+01:00' })
  .transform((text) => new Date(text));

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write hours and minutes, such as "02:30"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const LONGEST_MS = 30 * 86_400_000;

/** One entry under `maintenance`, checked as far as it can be by itself. */
export const maintenanceSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    services: z.array(z.string()).min(1).optional(),
    matchers: z.array(matcher).min(1).optional(),
    critical: z.boolean().default(false),
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
  })
  .transform(({ services = [], matchers = [], name, critical, ...times }, context): MaintenanceWindow => {
    const wrong = (message: string, ...path: string[]) => {
      context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    };
    if (services.length === 0 && matchers.every(isAnything)) {
      return wrong('name services or matchers; without them it would hush everything');
    }
    const { from, to, days, at, minutes, timezone } = times;
    const window = { name, services, matchers, critical };
    const isWeekly = days ?? at ?? minutes ?? timezone;
    if (from && to && isWeekly === undefined) {
      if (to <= from) return wrong('must be after “from”', 'to');
      if (to.getTime() - from.getTime() > LONGEST_MS) return wrong('at most 30 days after “from”', 'to');
      return { ...window, when: { kind: 'once', from, to } };
    }
    if (days && at !== undefined && minutes && timezone && !from && !to) {
      return { ...window, when: { kind: 'weekly', days, minuteOfDay: at, minutes, timeZone: timezone } };
    }
    return wrong('write either “from” and “to”, or “days”, “at”, “minutes” and “timezone”');
  });
