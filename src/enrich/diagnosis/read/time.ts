/** Reads times of one file: dates of any common spelling, epochs of any unit, seconds relative to the alert. */
export type Clock = (value: unknown) => number | null;

const SMALL = 1e8;

/** `base` is what small numbers and bare times of day count from; null where the file has no date at all. */
export function clockFrom(base: number | null): Clock {
  return (value) => {
    if (typeof value === 'number') return fromNumber(value, base);
    if (typeof value !== 'string') return null;
    const text = value.trim();
    if (/^[-+]?\d+(?:\.\d+)?(?:e\d+)?$/i.test(text)) return fromNumber(Number(text), base);
    const relative =
      /^(?:[tT]?\s*)([-+]\s*)(?:(\d+)h)?\s*(?:(\d+(?:\.\d+)?)m(?:in)?)?\s*(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
    if (relative && (relative[2] ?? relative[3] ?? relative[4]) !== undefined) {
      const seconds =
        Number(relative[2] ?? 0) * 3600 + Number(relative[3] ?? 0) * 60 + Number(relative[4] ?? 0);
      return (base ?? 0) + (relative[1]?.startsWith('-') ? -1000 : 1000) * seconds;
    }
    const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?Z?$/.exec(text);
    if (clock) {
      const day = Math.floor((base ?? 0) / 86_400_000) * 86_400_000;
      const ofDay =
        (Number(clock[1]) * 60 + Number(clock[2])) * 60_000 +
        Number((clock[3] ?? '0').replace(',', '.')) * 1000;
      // Without a date the day nearest to the alert is meant.
      return [day - 86_400_000, day, day + 86_400_000]
        .map((start) => start + ofDay)
        .sort((a, b) => Math.abs(a - (base ?? day)) - Math.abs(b - (base ?? day)))[0] as number;
    }
    return fromDate(text);
  };
}

/** A time that is given without knowing any other: null for one that only means something beside another. */
export function absoluteTime(value: unknown): number | null {
  if (typeof value === 'number') return Math.abs(value) >= SMALL ? fromNumber(value, null) : null;
  if (typeof value !== 'string') return null;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return absoluteTime(Number(value));
  return /^\s*\d{4}[-/]\d{2}|^\s*\w{3},? \d{1,2} \w{3} \d{4}|\d{4}T\d/.test(value)
    ? fromDate(value.trim())
    : null;
}

/** The latest and earliest moments that a date can hold. */
const FURTHEST = 8.64e15;

function fromNumber(value: number, base: number | null): number | null {
  const time = millisecondsOf(value, base);
  return Number.isFinite(time) && Math.abs(time) <= FURTHEST ? time : null;
}

function millisecondsOf(value: number, base: number | null): number {
  const size = Math.abs(value);
  if (size >= 1e17) return value / 1e6;
  if (size >= 1e14) return value / 1e3;
  if (size >= 1e11) return value;
  if (size >= SMALL) return value * 1000;
  return (base ?? 0) + value * 1000;
}

function fromDate(text: string): number | null {
  const spelled = text
    .replace(/^(\d{4})\/(\d{2})\/(\d{2})/, '$1-$2-$3')
    .replace(/^(\d{4}-\d{2}-\d{2}) +(\d)/, '$1T$2')
    .replace(/(\d),(\d{3})/, '$1.$2')
    .replace(/ ?UTC$/, 'Z')
    .replace(/ ([+-]\d{2}):?(\d{2})$/, '$1:$2')
    // Nanoseconds are more than a date holds.
    .replace(/(\.\d{3})\d+/, '$1');
  // Without a zone it is UTC that machines mean.
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(spelled)
    ? `${spelled}Z`
    : spelled;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : time;
}
