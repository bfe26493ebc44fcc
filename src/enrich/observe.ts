import { setTimeout as wait } from 'node:timers/promises';
import { boundedLines } from '../incident/bounded-lines.ts';
import type { Service } from '../incident/service.ts';
import type { LogLine, Series } from './diagnosis/frozen.ts';
import { readLogs } from './diagnosis/read/logs.ts';
import { clockFrom } from './diagnosis/read/time.ts';

export interface LogReader {
  /** The last lines that a service has written since then, oldest first; bounded by the reader. */
  lines(service: Service, since: Date): Promise<LogEntry[]>;
}
export type LogEntry = { at: Date | null; text: string };

export interface SeriesReader {
  /** The values of a query between two moments, one every `stepS` seconds; empty where it has none. */
  series(query: string, from: Date, to: Date, stepS: number): Promise<{ at: Date; value: number }[]>;
}

/** What the services of an incident have written and measured, as the diagnosis reads it. */
export type Observed = { logs: LogLine[]; series: Series[] };

/** What has not answered by then is left out: evidence that comes late keeps people waiting for all of it. */
const PATIENCE_MS = 2500;
/** How much of the time before the first alert is looked at, to know what is usual. */
const BEFORE_MS = 30 * 60_000;
const MOST_SERVICES = 12;
const MOST_LINES = 2000;
const LONGEST_LINE = 1000;
const STEP_S = 15;
/** What began to be measured a moment ago is read again, finer. */
const FEW_POINTS = 12;
const FINE = { stepS: 1, spanMs: 5 * 60_000 };

/**
 * Reads logs and series of the services from half an hour before the first onset until `now`. What fails or takes
 * longer than two and a half seconds is left out and named in `missing`, one plain sentence a source.
 */
export async function observe(
  services: readonly Service[],
  readers: { logs: LogReader | null; series: SeriesReader | null },
  onset: Date,
  now: Date,
  missing: string[],
): Promise<Observed> {
  const from = new Date(onset.getTime() - BEFORE_MS);
  const near = services.slice(0, MOST_SERVICES);
  const { logs: logReader, series: seriesReader } = readers;
  const [logs, series] = await Promise.all([
    logReader ? partly('The logs', near, (one) => linesOf(one, logReader, from), missing) : [],
    seriesReader
      ? partly('The history of the signals', near, (one) => seriesOf(one, seriesReader, from, now), missing)
      : [],
  ]);
  return { logs: logs.flat().slice(-MOST_LINES), series: series.flat() };
}

/** What is there in time, of each service by itself. */
async function partly<T>(
  what: string,
  services: readonly Service[],
  read: (service: Service) => Promise<T>,
  missing: string[],
): Promise<T[]> {
  const late = new AbortController();
  const found = await Promise.all(
    services.map(async (service) => {
      try {
        return await Promise.race([
          read(service),
          wait(PATIENCE_MS, undefined, { ref: false, signal: late.signal }).then(() => {
            throw new Error('too late');
          }),
        ]);
      } catch {
        return null;
      }
    }),
  );
  late.abort();
  const absent = services.filter((_, place) => found[place] === null).map(({ name }) => name);
  if (absent.length > 0)
    missing.push(
      `${what} of ${absent.slice(0, 5).join(', ')} could not be read in time; what they say is missing here.`,
    );
  return found.flatMap((one) => (one === null ? [] : [one]));
}

async function linesOf(service: Service, reader: LogReader, since: Date): Promise<LogLine[]> {
  if (!service.kubernetes) return [];
  const entries = await reader.lines(service, since);
  return readLogs(
    entries.map(({ at, text }) => ({
      ...(at ? { ts: at.toISOString() } : {}),
      msg: boundedLines(text, LONGEST_LINE),
      service: service.name,
    })),
    clockFrom(since.getTime()),
  );
}

async function seriesOf(service: Service, reader: SeriesReader, from: Date, now: Date): Promise<Series[]> {
  return Promise.all(
    service.signals.map(async ({ name, query }): Promise<Series> => {
      let points = await reader.series(query, from, now, STEP_S);
      if (points.length > 0 && points.length < FEW_POINTS)
        points = await reader.series(query, new Date(now.getTime() - FINE.spanMs), now, FINE.stepS);
      return {
        // What it measures is told by its words; people write some of them in the name, some in the query.
        name: `${name} ${/[\w:]+/.exec(query)?.[0] ?? ''}`.trim(),
        service: service.name,
        points: points
          .filter(({ value }) => Number.isFinite(value))
          .map(({ at, value }) => ({ at: at.getTime(), value })),
        summary: null,
      };
    }),
  );
}
