import type { Series } from '../frozen.ts';
import { asNumber, field, isFields, numberField, type Fields } from './fields.ts';
import { keyed, named, type Known } from './metric-name.ts';
import { parallelPoints, pointsOf } from './points.ts';
import type { Clock } from './time.ts';

const POINTS = [
  'points',
  'values',
  'datapoints',
  'samples',
  'data',
  'series',
  'value',
  'timeseries',
  'pointlist',
];
const BEFORE = [
  'before',
  'baseline',
  'baseline_avg',
  'normal',
  'pre',
  'previous',
  'avg_before',
  'prior',
  'from',
  'expected',
];
const DURING = [
  'during',
  'after',
  'current',
  'incident',
  'post',
  'now',
  'peak',
  'avg_during',
  'latest',
  'to',
  'observed',
  'max',
];

/** Series of any common shape: a list, an object of lists, an answer of Prometheus, or summaries. */
export function readMetrics(value: unknown, clock: Clock): Series[] {
  return seriesIn(value, { name: '', service: null }, clock, 0);
}

function seriesIn(value: unknown, known: Known, clock: Clock, depth: number): Series[] {
  if (depth > 6) return [];
  if (typeof value === 'string') return value.split('\n').flatMap((line) => toldSeries(line, known));
  if (Array.isArray(value)) {
    const points = pointsOf(value, clock);
    if (points.length > 0 && known.name) return [{ ...known, points, summary: null }];
    return value.flatMap((one) => seriesIn(one, known, clock, depth + 1));
  }
  if (!isFields(value)) return [];
  const wrapped = field(value, 'result');
  if (Array.isArray(wrapped) || (isFields(field(value, 'data')) && field(value, 'status') !== undefined)) {
    return seriesIn(wrapped ?? field(value, 'data'), { ...known, ...named(value, known) }, clock, depth + 1);
  }
  const here = named(value, known);
  const parallel = parallelPoints(value, clock);
  if (parallel) return [{ ...here, points: parallel, summary: null }];
  const before = summaryValue(value, BEFORE);
  const during = summaryValue(value, DURING);
  if (before !== null && during !== null) return [{ ...here, points: [], summary: { before, during } }];
  const points = field(value, ...POINTS);
  if (here.name && Array.isArray(points)) {
    const read = pointsOf(points, clock, value);
    if (read.length > 0) return [{ ...here, points: read, summary: null }];
  }
  // Objects of objects: the outer key is a service or a metric, the inner one the other.
  return Object.entries(value).flatMap(([key, one]) => {
    if (typeof one === 'string') return toldSeries(` ${one}`, keyed(key, here));
    if (typeof one !== 'object' || one === null) return [];
    if (['labels', 'metric', 'tags', 'attributes', 'unit'].includes(key)) return [];
    if (POINTS.includes(key) || ['metrics', 'signals', 'services', 'MetricDataResults'].includes(key)) {
      return seriesIn(one, here, clock, depth + 1);
    }
    return seriesIn(one, keyed(key, here), clock, depth + 1);
  });
}

function summaryValue(value: Fields, names: string[]): number | null {
  const found = field(value, ...names);
  if (isFields(found))
    return numberField(found, 'p99', 'p95', 'avg', 'mean', 'median', 'value', 'p50', 'max');
  return asNumber(found) ?? (typeof found === 'string' ? withUnit(found) : null);
}

const UNITS: Readonly<Record<string, number>> = {
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  k: 1e3,
  mb: 1,
  mib: 1,
  gb: 1024,
  gib: 1024,
};

/** `2.4s`, `120 ms`, `1.2k rps`: units that mix within one metric are brought together. */
function withUnit(text: string): number | null {
  const found = /^(?:[~<>≈]\s*)?([-+]?\d[\d,]*(?:\.\d+)?)\s*([a-zµ]*)/i.exec(text.trimStart());
  return found
    ? Number((found[1] ?? '').replaceAll(',', '')) * (UNITS[(found[2] ?? '').toLowerCase()] ?? 1)
    : null;
}

/** Characters. Nobody tells what a metric did in more, and the expression takes the square of them. */
const LONGEST_TOLD = 400;
const VALUE = '[~<>≈]?\\d[\\d,.]*\\s*[a-zµ%/]*';
const TOLD = new RegExp(`^(.*?)[:=\\s]\\s*(?:from\\s+)?(${VALUE})\\s*(?:->|→|=>|to)\\s*(${VALUE})`, 'i');

/** A line such as `checkout p99: 120ms -> 2.4s`. */
function toldSeries(text: string, known: Known): Series[] {
  const found = text.length > LONGEST_TOLD ? null : TOLD.exec(text);
  const before = withUnit(found?.[2] ?? '');
  const during = withUnit(found?.[3] ?? '');
  if (!found || before === null || during === null) return [];
  return [
    {
      name: [known.name, found[1]].filter(Boolean).join(' '),
      service: known.service,
      points: [],
      summary: { before, during },
    },
  ];
}
