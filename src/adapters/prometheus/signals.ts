import type { PrometheusClient } from './client.ts';

/**
 * Reads one number for each signal. A query may give several series, one for each pod perhaps: then the
 * highest counts, for a service is only as healthy as its worst part, and one that is not a number leaves
 * the whole unknown. Null where there is no series at all; throws what the client throws.
 */
export function signalReader(client: Pick<PrometheusClient, 'instant' | 'range'>) {
  return {
    async value(query: string): Promise<number | null> {
      const values = (await client.instant(query)).map((one) => one.value);
      return values.length === 0 ? null : Math.max(...values);
    },
    async series(query: string, from: Date, to: Date, stepS: number): Promise<{ at: Date; value: number }[]> {
      const worst = new Map<number, number>();
      for (const { points } of await client.range(query, from, to, stepS))
        for (const { at, value } of points)
          worst.set(at.getTime(), Math.max(value, worst.get(at.getTime()) ?? -Infinity));
      return [...worst].sort(([a], [b]) => a - b).map(([at, value]) => ({ at: new Date(at), value }));
    },
  };
}
