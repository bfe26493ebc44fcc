import { z } from 'zod';
import { messageOf } from '../../incident/text.ts';

/** The labels of a series, its name among them as `__name__` where the query kept it. */
export type SeriesLabels = Record<string, string>;

export type InstantValue = { labels: SeriesLabels; value: number; at: Date };

export type RangeSeries = { labels: SeriesLabels; points: { at: Date; value: number }[] };

/** Reads from Prometheus' HTTP API; every method throws PrometheusError. */
export type PrometheusClient = {
  /** The values of a query that gives a vector or a scalar, now. */
  instant(query: string): Promise<InstantValue[]>;
  /** The values of a query from `from` to `to`, one every `stepS` seconds. */
  range(query: string, from: Date, to: Date, stepS: number): Promise<RangeSeries[]>;
};

/**
 * A query that could not be answered. `kind` says whether the server was not reached, refused the query, or
 * answered what is not understood.
 */
export class PrometheusError extends Error {
  readonly kind: 'unreachable' | 'refused' | 'unexpected';

  constructor(kind: PrometheusError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PrometheusError';
    this.kind = kind;
  }
}

const labels = z.record(z.string(), z.string());
/** Seconds since 1970 and the value as text, which may be NaN or ±Inf. */
const point = z.tuple([z.number(), z.string()]).transform(([seconds, value]) => ({
  at: new Date(seconds * 1_000),
  value: parseValue(value),
}));

const vectorSchema = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: labels, value: point })),
});
const scalarSchema = z.object({ resultType: z.literal('scalar'), result: point });
const matrixSchema = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: labels, values: z.array(point) })),
});
const instantSchema = z.discriminatedUnion('resultType', [vectorSchema, scalarSchema]);
const errorSchema = z.object({ status: z.literal('error'), error: z.string() });

/** A client for one Prometheus, or for the local rule evaluator. */
export function prometheusClient(options: { url: string; timeoutMs: number }): PrometheusClient {
  const base = options.url.replace(/\/+$/, '');

  async function get<T>(schema: z.ZodType<T>, path: string, params: Record<string, string>): Promise<T> {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
    const body = await fetchJson(url, options.timeoutMs);
    const failed = errorSchema.safeParse(body);
    if (failed.success) {
      throw new PrometheusError(
        'refused',
        `Prometheus refused the query ${params['query']}: ${failed.data.error}`,
      );
    }
    const parsed = z.object({ status: z.literal('success'), data: schema }).safeParse(body);
    if (parsed.success) return parsed.data.data;
    const why = z.prettifyError(parsed.error);
    throw new PrometheusError('unexpected', `Prometheus at ${base} answered what is not understood: ${why}`);
  }

  return {
    async instant(query) {
      const data = await get(instantSchema, '/api/v1/query', { query });
      if (data.resultType === 'scalar') return [{ labels: {}, ...data.result }];
      return data.result.map(({ metric, value }) => ({ labels: metric, ...value }));
    },
    async range(query, from, to, stepS) {
      const data = await get(matrixSchema, '/api/v1/query_range', {
        query,
        start: String(from.getTime() / 1_000),
        end: String(to.getTime() / 1_000),
        step: String(stepS),
      });
      return data.result.map(({ metric, values }) => ({ labels: metric, points: values }));
    },
  };
}

async function fetchJson(url: URL, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    return await response.json();
  } catch (error) {
    const why = messageOf(error);
    throw new PrometheusError(
      'unreachable',
      `Prometheus at ${url.origin} gave no usable answer (${why}). Check PROMETHEUS_URL and whether it runs.`,
      { cause: error },
    );
  }
}

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
