export type Measure =
  'errors' | 'success' | 'latency' | 'traffic' | 'queue' | 'restarts' | 'replicas' | 'resource' | 'other';

/** What a metric measures, by the words of its name, and in which direction it gets worse (0: either). */
export function measureOf(name: string): { measure: Measure; worse: 1 | -1 | 0 } {
  const text = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const has = (words: RegExp): boolean => words.test(text);
  if (has(/success|availab|uptime|ok_rate|hit_?(?:rate|ratio)|(?:^|_)up$|health/))
    return { measure: 'success', worse: -1 };
  if (
    has(
      /err|fail|5xx|4xx|status=5|exception|abort|timeout|reject|drop|dlq|dead_?letter|refused|crash|panic|denied|miss|invalid|malformed|corrupt/,
    )
  ) {
    return { measure: 'errors', worse: 1 };
  }
  if (has(/latency|duration|p9\d|p50|response_time|_ms$|quantile|delay|wait|elapsed|(?:^|_)rt(?:$|_)/))
    return { measure: 'latency', worse: 1 };
  if (has(/lag|backlog|queue|depth|pending|unacked|inflight|in_flight/))
    return { measure: 'queue', worse: 1 };
  if (has(/restart|oom|evict/)) return { measure: 'restarts', worse: 1 };
  if (has(/ready|replicas|instances|healthy/)) return { measure: 'replicas', worse: -1 };
  if (has(/free|remaining|headroom|idle|expir|days_left/)) return { measure: 'resource', worse: -1 };
  if (
    has(
      /cpu|mem|heap|rss|disk|fs_|conn|pool|thread|fd|file_desc|gc|throttl|saturat|utili|usage|lock|load|steal|loss|retrans/,
    )
  ) {
    return { measure: 'resource', worse: 1 };
  }
  if (has(/rps|qps|requests?|throughput|traffic|ops|hits|rate|orders|messages|calls|bytes/))
    return { measure: 'traffic', worse: 0 };
  return { measure: 'other', worse: 0 };
}
