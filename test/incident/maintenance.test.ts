import { describe, expect, it } from 'vitest';
import { goingOn, openUntil, type MaintenanceWindow, type Schedule } from '../../src/incident/maintenance.ts';

type Weekly = Extract<Schedule, { kind: 'weekly' }>;
const weekly = (over: Partial<Weekly>): Schedule => ({
  kind: 'weekly',
  days: ['sun'],
  minuteOfDay: 2 * 60 + 30,
  minutes: 60,
  timeZone: 'Europe/Berlin',
  ...over,
});

/** The edges of an occurrence: closed just before, open at the beginning and just before the end, then closed. */
function expectOpen(when: Schedule, from: string, to: string): void {
  const start = Date.parse(from);
  const end = Date.parse(to);
  const at = (time: number) => openUntil(when, new Date(time))?.toISOString() ?? null;
  expect([at(start - 1000), at(start), at(end - 1), at(end)]).toEqual([
    null,
    new Date(to).toISOString(),
    new Date(to).toISOString(),
    null,
  ]);
}

describe('a weekly window', () => {
  it.each([
    ['in winter', weekly({}), '2026-03-01T02:30:00+01:00', '2026-03-01T03:30:00+01:00'],
    ['in summer', weekly({}), '2026-07-05T02:30:00+02:00', '2026-07-05T03:30:00+02:00'],
    // Berlin goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00 on 25 October 2026.
    ['at a time that is skipped', weekly({}), '2026-03-29T03:30:00+02:00', '2026-03-29T04:30:00+02:00'],
    // Nuuk goes from 23:00 to midnight on 28 March 2026.
    [
      'at a time that is skipped into the next day',
      weekly({ days: ['sat'], minuteOfDay: 23 * 60 + 30, minutes: 1440, timeZone: 'America/Nuuk' }),
      '2026-03-29T00:30:00-01:00',
      '2026-03-30T00:30:00-01:00',
    ],
    ['at a time that comes twice', weekly({}), '2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'],
    [
      'over a clock that goes forward, for its minutes of real time',
      weekly({ minuteOfDay: 90, minutes: 120 }),
      '2026-03-29T01:30:00+01:00',
      '2026-03-29T04:30:00+02:00',
    ],
    [
      'over a clock that goes back, for its minutes of real time',
      weekly({ minuteOfDay: 90, minutes: 120 }),
      '2026-10-25T01:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
    ],
    [
      'after the clock went back on the same day',
      weekly({ minuteOfDay: 180 }),
      '2026-10-25T03:00:00+01:00',
      '2026-10-25T04:00:00+01:00',
    ],
    [
      'across midnight',
      weekly({ days: ['fri'], minuteOfDay: 23 * 60, minutes: 180 }),
      '2026-11-27T23:00:00+01:00',
      '2026-11-28T02:00:00+01:00',
    ],
    [
      "across a week's end",
      weekly({ days: ['sun'], minuteOfDay: 22 * 60, minutes: 240 }),
      '2026-11-29T22:00:00+01:00',
      '2026-11-30T02:00:00+01:00',
    ],
    [
      'from Saturday into Monday',
      weekly({ days: ['sat'], minuteOfDay: 0, minutes: 2880 + 60 }),
      '2026-11-28T00:00:00+01:00',
      '2026-11-30T01:00:00+01:00',
    ],
    [
      'across a new year',
      weekly({ days: ['thu'], minuteOfDay: 23 * 60, minutes: 120 }),
      '2026-12-31T23:00:00+01:00',
      '2027-01-01T01:00:00+01:00',
    ],
    [
      'where the date is another than in UTC',
      weekly({ days: ['mon'], minuteOfDay: 30, timeZone: 'Pacific/Auckland' }),
      '2026-07-06T00:30:00+12:00',
      '2026-07-06T01:30:00+12:00',
    ],
    [
      'where midnight is skipped',
      weekly({ days: ['fri'], minuteOfDay: 15, timeZone: 'Africa/Cairo' }),
      '2026-04-24T01:15:00+03:00',
      '2026-04-24T02:15:00+03:00',
    ],
    [
      'where the offset has a half hour',
      weekly({ days: ['wed'], timeZone: 'Asia/Kolkata' }),
      '2026-11-25T02:30:00+05:30',
      '2026-11-25T03:30:00+05:30',
    ],
  ])('%s', (_, when, from, to) => {
    expectOpen(when, from, to);
  });

  it('is closed on other days', () => {
    const when = weekly({ days: ['mon', 'wed'] });
    const open = [22, 23, 24, 25, 26].filter((day) => openUntil(when, new Date(`2026-11-${day}T02:00:00Z`)));
    expect(open).toEqual([23, 25]);
  });

  it('tells the later end where one occurrence begins before the last has ended', () => {
    const when = weekly({ days: ['mon', 'tue'], minuteOfDay: 0, minutes: 1500, timeZone: 'UTC' });
    expect(openUntil(when, new Date('2026-11-24T00:30:00Z'))).toEqual(new Date('2026-11-25T01:00:00Z'));
  });
});

it('a window that comes once is open from its beginning to its end', () => {
  const [from, to] = ['2026-12-05T22:00:00+01:00', '2026-12-06T02:00:00+01:00'] as const;
  expectOpen({ kind: 'once', from: new Date(from), to: new Date(to) }, from, to);
});

it('lists what goes on, the first end first', () => {
  const window = (name: string, minutes: number): MaintenanceWindow => ({
    name,
    services: ['checkout'],
    matchers: [],
    critical: false,
    when: weekly({ days: ['wed'], minuteOfDay: 0, minutes, timeZone: 'UTC' }),
  });
  const at = new Date('2026-11-25T00:10:00Z');
  const names = goingOn([window('long', 60), window('over', 5), window('short', 20)], at);
  expect(names.map((one) => one.window.name)).toEqual(['short', 'long']);
});
