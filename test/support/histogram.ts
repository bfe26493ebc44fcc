/** What a service's `http_request_duration_seconds` says, counted over everything since `before`. */
export type RequestCounts = { total: number; errors: number; buckets: Map<number, number> };

/** Scrapes a service's /metrics as a monitoring system does, giving up after two seconds. */
export async function scrape(url: string): Promise<RequestCounts> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) });
  const counts: RequestCounts = { total: 0, errors: 0, buckets: new Map() };
  for (const line of (await response.text()).split('\n')) {
    const [, kind, labels = '', value] =
      /^http_request_duration_seconds_(bucket|count)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (kind === 'count') {
      counts.total += Number(value);
      if (/status="5/.test(labels)) counts.errors += Number(value);
    }
    if (kind === 'bucket') {
      const le = Number((/le="([^"]+)"/.exec(labels)?.[1] ?? '').replace('+Inf', 'Infinity'));
      counts.buckets.set(le, (counts.buckets.get(le) ?? 0) + Number(value));
    }
  }
  return counts;
}

/** The requests between two scrapes. */
export function between(before: RequestCounts, after: RequestCounts): RequestCounts {
  const buckets = new Map(
    [...after.buckets].map(([le, count]) => [le, count - (before.buckets.get(le) ?? 0)]),
  );
  return { total: after.total - before.total, errors: after.errors - before.errors, buckets };
}

/** The smallest bucket bound that at least 95 in 100 requests kept. */
export function p95Bound({ total, buckets }: RequestCounts): number {
  const bounds = [...buckets].sort(([a], [b]) => a - b);
  return bounds.find(([, count]) => count >= total * 0.95)?.[0] ?? Infinity;
}

/** How many requests took longer than that bucket's bound. */
export function slowerThan({ total, buckets }: RequestCounts, seconds: number): number {
  return total - (buckets.get(seconds) ?? 0);
}
