const DAY_MS = 86_400_000;

/** A time zone's calendar and clock. */
export type WallClock = {
  /** Midnight UTC of the date that the zone's calendar shows at this instant: a date, not an instant. */
  dateAt(instant: Date): Date;
  /**
   * The instant at which the zone's clock shows `minuteOfDay` on this date. A time that is skipped when the clock
   * goes forward counts as if it had not been turned yet (02:30 becomes 03:30); of a time that comes twice the
   * first counts. This is what iCalendar (RFC 5545, 3.3.5) says and `Temporal` calls “compatible”.
   */
  instantOf(date: Date, minuteOfDay: number): Date;
};

/** Throws `RangeError` where there is no such time zone. */
export function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** What the clock shows at an instant, as milliseconds of the same reading in UTC. */
  const reading = (instant: number): number => {
    const shown = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    ) as Record<Intl.DateTimeFormatPartTypes, number>;
    return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second);
  };
  const offset = (instant: number): number => reading(instant) - Math.floor(instant / 1000) * 1000;
  return {
    dateAt: (instant) => new Date(Math.floor(reading(instant.getTime()) / DAY_MS) * DAY_MS),
    instantOf(date, minuteOfDay) {
      const wanted = date.getTime() + minuteOfDay * 60_000;
      // A clock is turned at most once within two days, so one of these two offsets is in force.
      const before = wanted - offset(wanted - DAY_MS);
      const after = wanted - offset(wanted + DAY_MS);
      return new Date(reading(before) !== wanted && reading(after) === wanted ? after : before);
    },
  };
}

/** Whether this is an IANA time zone, such as `Europe/Berlin`, that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    wallClock(name);
    return true;
  } catch {
    return false;
  }
}
