import type { Series } from '../frozen.ts';
import { asNumber, field, isFields, numberField, type Fields } from './fields.ts';
import type { Clock } from './time.ts';

/** Points told as one list of times and one of values. */
export function parallelPoints(value: Fields, clock: Clock): Series['points'] | null {
  const times = field(value, 'timestamps', 'times', 't', 'ts', 'time');
  const values = field(value, 'values', 'v', 'value', 'y', 'data');
  if (!Array.isArray(times) || !Array.isArray(values) || times.length !== values.length) return null;
  return sorted(times.map((time, index) => point(clock(time), values[index])));
}

/** Points as pairs, objects, or values from the owner's start on; none where they are something else. */
export function pointsOf(list: readonly unknown[], clock: Clock, owner: Fields = {}): Series['points'] {
  if (list.length > 0 && list.every((one) => asNumber(one) !== null)) {
    const start = clock(field(owner, 'start', 'from', 'start_at', 'startTime', 't0', 'begin')) ?? null;
    const step =
      numberField(
        owner,
        'step',
        'interval',
        'step_s',
        'interval_s',
        'resolution',
        'step_seconds',
        'period',
      ) ?? 60;
    return start === null ? [] : list.flatMap((one, index) => point(start + index * step * 1000, one) ?? []);
  }
  return sorted(
    list.map((one) => {
      if (Array.isArray(one)) return one.length === 2 ? point(clock(one[0]), one[1]) : null;
      if (!isFields(one)) return null;
      return point(
        clock(field(one, 't', 'ts', 'time', 'timestamp', 'at', 'x', 'date')),
        field(one, 'v', 'value', 'val', 'y', 'avg', 'sum', 'mean', 'max', 'count'),
      );
    }),
  );
}

function point(at: number | null, value: unknown): Series['points'][number] | null {
  const number = asNumber(value);
  return at === null || number === null ? null : { at, value: number };
}

function sorted(points: (Series['points'][number] | null)[]): Series['points'] {
  return points.filter((one) => one !== null).sort((a, b) => a.at - b.at);
}
