import type { Labels } from './exposition.ts';

/** The samples of the last minutes, by series. Times are milliseconds since 1970. */

/** A value at a time; `undefined` says that the series ended here (Prometheus' staleness marker). */
export type Point = { at: number; value: number | undefined };

export type Series = { name: string; labels: Labels; points: Point[] };

export type Matcher = (labels: Labels) => boolean;

export type SeriesStore = {
  append(name: string, labels: Labels, at: number, value: number): void;
  /** Ends a series: instant reads do not see it any more, range reads still see its past. */
  end(name: string, labels: Labels, at: number): void;
  /** The series of a name that match. */
  select(name: string, matches?: Matcher): Series[];
  /** Forgets what is older than five minutes. */
  trim(now: number): void;
};

const KEPT_MS = 5 * 60_000;
/** How far back an instant read looks for the newest sample, as in Prometheus. */
const LOOKBACK_MS = 5 * 60_000;

/** An empty store. */
export function seriesStore(): SeriesStore {
  const byName = new Map<string, Map<string, Series>>();

  function push(name: string, labels: Labels, point: Point): void {
    const all = byName.get(name) ?? new Map<string, Series>();
    byName.set(name, all);
    const id = seriesId(labels);
    const series = all.get(id) ?? { name, labels, points: [] };
    all.set(id, series);
    series.points.push(point);
  }

  return {
    append: (name, labels, at, value) => push(name, labels, { at, value }),
    end: (name, labels, at) => push(name, labels, { at, value: undefined }),
    select(name, matches = () => true) {
      return [...(byName.get(name)?.values() ?? [])].filter((series) => matches(series.labels));
    },
    trim(now) {
      const oldest = now - KEPT_MS;
      for (const all of byName.values()) {
        for (const [id, series] of all) {
          const kept = series.points.findIndex((point) => point.at >= oldest);
          if (kept === -1) all.delete(id);
          else if (kept > 0) series.points.splice(0, kept);
        }
      }
    },
  };
}

/** Labels as one text, the same for the same labels in any order. */
export function seriesId(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The value of a series at a time, undefined when it has ended or has none. */
export function valueAt(series: Series, at: number): Point | undefined {
  const point = series.points.findLast((each) => each.at <= at);
  return point === undefined || point.value === undefined || point.at < at - LOOKBACK_MS ? undefined : point;
}

/** The samples with `from < at <= to`, without ends. */
export function pointsBetween(series: Series, from: number, to: number): { at: number; value: number }[] {
  return series.points.flatMap(({ at, value }) =>
    value === undefined || at <= from || at > to ? [] : [{ at, value }],
  );
}
