import type { Span } from '../frozen.ts';
import { allText, field, isFields, serviceField, textField, type Fields } from './fields.ts';
import { durationOf, hasFailed } from './span-outcome.ts';
import type { Clock } from './time.ts';

type Above = { trace: string; parent: string | null; service: string | null; processes: Fields };

const CHILDREN = [
  'spans',
  'children',
  'scopeSpans',
  'resourceSpans',
  'instrumentationLibrarySpans',
  'data',
  'traces',
  'batches',
  'root',
  'child_spans',
];

/** Spans flat or nested, as OTLP, Jaeger or anything near them writes them. */
export function readTraces(value: unknown, clock: Clock): Span[] {
  const spans: Span[] = [];
  walk(value, { trace: '', parent: null, service: null, processes: {} }, clock, spans, 0);
  return spans;
}

function walk(value: unknown, above: Above, clock: Clock, spans: Span[], depth: number): void {
  if (depth > 40) return;
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      // Each entry of the outermost list may be a trace of its own that names no id.
      walk(
        one,
        above.trace ? above : { ...above, trace: depth === 0 && hasChildren(one) ? `trace ${index}` : '' },
        clock,
        spans,
        depth + 1,
      );
    }
    return;
  }
  if (!isFields(value)) return;
  const flat = withAttributes(value);
  const trace = textField(flat, 'trace_id', 'traceId', 'traceID', 'trace') ?? above.trace;
  const processes = isFields(value['processes']) ? value['processes'] : above.processes;
  const service = serviceOf(flat, processes) ?? above.service;
  let parent = above.parent;
  if (isSpan(flat)) {
    const span = spanOf(flat, { trace, parent, service, processes }, clock, spans.length);
    if (span) {
      spans.push(span);
      parent = span.id;
    }
  }
  for (const name of CHILDREN) {
    const inner = value[name];
    if (typeof inner === 'object' && inner !== null) {
      walk(
        inner,
        { trace: trace || (isSpan(flat) ? `trace ${spans.length}` : ''), parent, service, processes },
        clock,
        spans,
        depth + 1,
      );
    }
  }
}

function hasChildren(value: unknown): boolean {
  return isFields(value) && CHILDREN.some((name) => value[name] !== undefined);
}

function isSpan(fields: Fields): boolean {
  return (
    (field(
      fields,
      'duration_ms',
      'duration',
      'durationMs',
      'dur_ms',
      'dur',
      'duration_us',
      'elapsed_ms',
      'endTimeUnixNano',
      'end',
      'end_time',
      'took_ms',
      'latency_ms',
      'ms',
    ) !== undefined ||
      field(fields, 'status', 'error', 'span_id', 'spanID', 'spanId', 'parent', 'parent_id') !== undefined) &&
    field(
      fields,
      'operation',
      'operationName',
      'op',
      'name',
      'span',
      'span_name',
      'service',
      'resource',
      'serviceName',
    ) !== undefined
  );
}

/** OTLP and Jaeger keep attributes as lists of keys and values. */
function withAttributes(value: Fields): Fields {
  const flat: Record<string, unknown> = {};
  for (const name of ['attributes', 'tags', 'resource']) {
    const found = value[name];
    const list = Array.isArray(found)
      ? found
      : isFields(found) && Array.isArray(found['attributes'])
        ? found['attributes']
        : null;
    if (list) {
      for (const one of list) {
        if (!isFields(one)) continue;
        const key = textField(one, 'key');
        const inner = one['value'];
        if (key) flat[key] = isFields(inner) ? Object.values(inner)[0] : inner;
      }
    } else if (isFields(found)) Object.assign(flat, found);
  }
  return { ...flat, ...value };
}

function serviceOf(flat: Fields, processes: Fields): string | null {
  const process = processes[textField(flat, 'processID') ?? ''];
  return serviceField(flat) ?? (isFields(process) ? serviceField(process) : null);
}

function spanOf(flat: Fields, above: Above, clock: Clock, index: number): Span | null {
  const operation =
    textField(flat, 'operation', 'operationName', 'op', 'span_name', 'name', 'span', 'resource') ?? '';
  const service = above.service ?? /^([\w-]+)[.:/ ]/.exec(operation)?.[1] ?? null;
  if (!service) return null;
  const references = Array.isArray(flat['references']) ? flat['references'].find(isFields) : undefined;
  const start = clock(
    field(
      flat,
      'start',
      'startTime',
      'start_time',
      'start_ts',
      'startTimeUnixNano',
      'ts',
      'time',
      'timestamp',
      'at',
      't',
      'started_at',
    ),
  );
  return {
    trace: above.trace,
    id: textField(flat, 'span_id', 'spanId', 'spanID', 'id') ?? `span ${index}`,
    parent:
      textField(flat, 'parent_id', 'parentSpanId', 'parent_span_id', 'parent', 'parentId') ??
      (references ? textField(references, 'spanID', 'spanId') : null) ??
      above.parent,
    service,
    peer: textField(
      flat,
      'peer.service',
      'peer_service',
      'peer',
      'db.system',
      'server.address',
      'net.peer.name',
      'target',
      'upstream',
      'callee',
      'downstream',
      'messaging.system',
    ),
    operation,
    at: start,
    durationMs: durationOf(flat, start, clock),
    failed: hasFailed(flat),
    text: [
      operation,
      textField(
        flat,
        'error',
        'error.message',
        'status_message',
        'exception.message',
        'message',
        'exception',
        'note',
      ) ?? '',
      allText([flat['events'], flat['logs']]),
    ]
      .join(' ')
      .trim(),
  };
}
