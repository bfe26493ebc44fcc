import { allText, field, isFields, numberField, textField, type Fields } from './fields.ts';
import type { Clock } from './time.ts';

/** Milliseconds that a span took, in whatever unit it says so; null where it does not. */
export function durationOf(flat: Fields, start: number | null, clock: Clock): number | null {
  const ms = numberField(
    flat,
    'duration_ms',
    'durationMs',
    'dur_ms',
    'elapsed_ms',
    'took_ms',
    'latency_ms',
    'ms',
  );
  if (ms !== null) return ms;
  const us = numberField(flat, 'duration_us', 'duration_micros', 'durationUs');
  if (us !== null) return us / 1000;
  const ns = numberField(flat, 'duration_ns', 'durationNano');
  if (ns !== null) return ns / 1e6;
  const spelled = field(flat, 'duration', 'dur', 'elapsed');
  if (typeof spelled === 'string') {
    const found = /^([\d.]+)\s*(ns|us|µs|ms|s|m)$/.exec(spelled.trim());
    const unit = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 }[found?.[2] ?? 'ms'] ?? 1;
    if (found) return Number(found[1]) * unit;
  }
  // Jaeger writes microseconds, and names its operations `operationName`.
  const bare = typeof spelled === 'number' ? spelled : null;
  if (bare !== null)
    return flat['operationName'] !== undefined && flat['startTime'] !== undefined ? bare / 1000 : bare;
  const end = clock(field(flat, 'end', 'endTime', 'end_time', 'endTimeUnixNano', 'ended_at'));
  return start !== null && end !== null ? end - start : null;
}

export function hasFailed(flat: Fields): boolean {
  const status = field(flat, 'status', 'status_code', 'statusCode', 'otel.status_code', 'result', 'outcome');
  const code = isFields(status) ? (textField(status, 'code', 'status') ?? '') : String(status ?? '');
  const http = numberField(
    flat,
    'http.status_code',
    'http.response.status_code',
    'http_status',
    'http.status',
  );
  const grpc = textField(flat, 'grpc.status_code', 'rpc.grpc.status_code');
  const error = field(flat, 'error', 'is_error', 'exception', 'error.message', 'exception.message');
  const told = error !== undefined && error !== false && !/^(?:false|0|no|none)$/i.test(allText(error));
  return (
    told ||
    /err|fail|timeout|unavailable|deadline|abort|exhaust|cancel|^5\d\d|^2$|internal|refused/i.test(code) ||
    (http !== null && http >= 500) ||
    (grpc !== null && !/^(?:0|ok)$/i.test(grpc))
  );
}
