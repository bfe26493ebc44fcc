import { histogramQuantile } from './histogram-quantile.ts';
import { counterRate } from './rate.ts';
import { pointsBetween, valueAt, type Matcher, type SeriesStore } from './series-store.ts';

/**
 * The recording rules of shop.rules.yaml in code, by the name they record. Each gives a value per service; a
 * service without one is left out. The expressions in the file and these functions must say the same, which the
 * end-to-end test with a real Prometheus checks.
 */

type PerService = Map<string, number>;

const WINDOW_MS = 10_000;
const COUNT = 'http_request_duration_seconds_count';
const BUCKET = 'http_request_duration_seconds_bucket';

export const RECORDED: Readonly<Record<string, (store: SeriesStore, at: number) => PerService>> = {
  'service:requests:rate': (store, at) => sumOfRates(store, at, COUNT),
  'service:request_errors:ratio': errorRatio,
  'service:request_latency_seconds:p95': latencyP95,
  'service:up:max': upMax,
};

function errorRatio(store: SeriesStore, at: number): PerService {
  const all = sumOfRates(store, at, COUNT);
  const errors = sumOfRates(store, at, COUNT, (labels) => /^5..$/.test(labels['status'] ?? ''));
  const busy = [...all].filter(([, rate]) => rate > 0);
  return new Map(busy.map(([service, rate]) => [service, (errors.get(service) ?? 0) / rate]));
}

function latencyP95(store: SeriesStore, at: number): PerService {
  const buckets = new Map<string, Map<number, number>>();
  for (const series of store.select(BUCKET)) {
    const rate = counterRate(pointsBetween(series, at - WINDOW_MS, at), at, WINDOW_MS);
    if (rate === undefined) continue;
    const service = series.labels['service'] ?? '';
    const bound = series.labels['le'] === '+Inf' ? Infinity : Number(series.labels['le']);
    const ofService = buckets.get(service) ?? new Map<number, number>();
    buckets.set(service, ofService.set(bound, (ofService.get(bound) ?? 0) + rate));
  }
  const values = [...buckets].map(([service, rates]) => [service, histogramQuantile(0.95, rates)] as const);
  return new Map(values.filter(([, value]) => value >= 0));
}

function upMax(store: SeriesStore, at: number): PerService {
  const result: PerService = new Map();
  for (const series of store.select('up')) {
    const point = valueAt(series, at);
    if (point?.value === undefined) continue;
    const service = series.labels['service'] ?? '';
    result.set(service, Math.max(result.get(service) ?? 0, point.value));
  }
  return result;
}

function sumOfRates(store: SeriesStore, at: number, name: string, matches?: Matcher): PerService {
  const sums: PerService = new Map();
  for (const series of store.select(name, matches)) {
    const rate = counterRate(pointsBetween(series, at - WINDOW_MS, at), at, WINDOW_MS);
    if (rate === undefined) continue;
    const service = series.labels['service'] ?? '';
    sums.set(service, (sums.get(service) ?? 0) + rate);
  }
  return sums;
}
