import type { PrometheusClient } from './client.ts';

/**
 * Reads one number for each signal. A query may give several series, one for each pod perhaps: then the
 * highest counts, for a service is only as healthy as its worst part, and one that is not a number leaves
 * the whole unknown. Null where there is no series at all; throws what the client throws.
 */
export function signalReader(client: Pick<PrometheusClient, 'instant'>) {
  return {
    async value(query: string): Promise<number | null> {
      const values = (await client.instant(query)).map((one) => one.value);
      return values.length === 0 ? null : Math.max(...values);
    },
  };
}
