import { z } from 'zod';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import { isAnything, parseMatcher } from '../incident/matcher.ts';
import { scheduleKeys, scheduleOf } from './schedule.ts';

const matcher = z.string().transform((text, context) => {
  const parsed = parseMatcher(text);
  if (parsed.ok) return parsed.value;
  context.addIssue(parsed.mistake);
  return z.NEVER;
});

const LONGEST_DAYS = 30;

/** One entry under `maintenance`, checked as far as it can be by itself. */
export const maintenanceSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    services: z.array(z.string()).min(1).optional(),
    matchers: z.array(matcher).min(1).optional(),
    critical: z.boolean().default(false),
    ...scheduleKeys,
  })
  .transform(({ services = [], matchers = [], name, critical, ...times }, context): MaintenanceWindow => {
    const wrong = (message: string, path: string[]) => {
      context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    };
    if (services.length === 0 && matchers.every(isAnything))
      return wrong('name services or matchers; without them it would hush everything', []);
    const schedule = scheduleOf(times, LONGEST_DAYS);
    if (!schedule.ok) return wrong(schedule.message, schedule.path);
    return { name, services, matchers, critical, when: schedule.when };
  });
