import type { LogLine } from '../frozen.ts';
import { boundedLines } from '../../../incident/bounded-lines.ts';
import { allText, field, isFields, numberField, serviceField, textField, type Fields } from './fields.ts';
import { gravityOf } from './gravity.ts';
import type { Clock } from './time.ts';

const TIMES = [
  'ts',
  'time',
  'timestamp',
  '@timestamp',
  'at',
  't',
  'datetime',
  'date',
  'timeUnixNano',
  'observed_at',
];

/** Log lines of any common shape: objects, texts, or one text of many lines; grouped by service or not. */
export function readLogs(value: unknown, clock: Clock): LogLine[] {
  return linesOf(value, null).flatMap(({ line, service }) => {
    const read = typeof line === 'string' ? fromText(line, clock) : fromFields(line, clock);
    return read ? [{ ...read, service: read.service ?? service }] : [];
  });
}

function linesOf(
  value: unknown,
  service: string | null,
): { line: string | Fields; service: string | null }[] {
  if (typeof value === 'string') {
    return value
      .split('\n')
      .filter((line) => line.trim())
      .map((line) => ({ line, service }));
  }
  if (Array.isArray(value)) return value.flatMap((one) => linesOf(one, service));
  if (!isFields(value)) return [];
  const data = value['data'];
  if (isFields(data) && messageOf(value) === null) return linesOf(data, service);
  const inner = field(value, 'lines', 'entries', 'events', 'values', 'logs', 'hits', 'streams', 'result');
  if (Array.isArray(inner)) {
    const name = serviceField(value) ?? streamOf(value) ?? service;
    return inner.flatMap((one) =>
      // Loki writes pairs of time and line.
      Array.isArray(one) && one.length >= 2
        ? [{ line: { ts: one[0], msg: one[1] }, service: name }]
        : linesOf(one, name),
    );
  }
  if (
    messageOf(value) === null &&
    Object.values(value).some((one) => Array.isArray(one) || typeof one === 'string')
  ) {
    const all = Object.entries(value);
    if (all.every(([, one]) => Array.isArray(one) || (typeof one === 'string' && one.includes(' ')))) {
      return all.flatMap(([name, one]) => linesOf(one, name));
    }
  }
  return [{ line: value, service }];
}

function streamOf(value: Fields): string | null {
  const stream = field(value, 'stream');
  return isFields(stream) ? serviceField(stream) : null;
}

function messageOf(fields: Fields): string | null {
  const value = field(
    fields,
    'msg',
    'message',
    'body',
    'log',
    'text',
    'line',
    'event',
    'raw',
    'error',
    'template',
    'pattern',
  );
  if (typeof value === 'string') return value;
  if (isFields(value)) return textField(value, 'stringValue', 'message', 'text') ?? allText(value);
  return null;
}

function fromFields(fields: Fields, clock: Clock): LogLine | null {
  const message = messageOf(fields);
  if (message === null) return null;
  const details = [
    'error',
    'err',
    'exception',
    'stack',
    'stacktrace',
    'stack_trace',
    'trace',
    'cause',
    'reason',
    'attributes',
    'fields',
    'attrs',
    'context',
    'extra',
  ]
    .map((name) => fields[name])
    .filter((one) => one !== undefined && one !== message)
    .map((one) => allText(one));
  // Its parts are bounded each; there may be many of them.
  const text = boundedLines([message, ...details].join(' ').trim());
  const level =
    textField(fields, 'level', 'severity', 'lvl', 'severityText', 'log.level', 'loglevel', 'priority') ??
    (isFields(fields['log']) ? textField(fields['log'], 'level') : null);
  // A line within a line says more than what wraps it.
  const within = level === null ? fromText(message, clock) : null;
  return {
    at: clock(field(fields, ...TIMES)) ?? within?.at ?? null,
    service: serviceField(fields) ?? within?.service ?? null,
    gravity: level === null ? (within?.gravity ?? gravityOf(null, text)) : gravityOf(level, text),
    text: within && details.length === 0 ? within.text : text,
    count: numberField(fields, 'count', 'repeated', 'n') ?? 1,
  };
}

const STAMP =
  /^\[?(\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?Z?|\d{10,19}(?:\.\d+)?|[tT]?[-+]\d+(?:\.\d+)?[smh]?)\]?[\s,|:-]*/;
const LEVEL =
  /^[[(|<\s]*(trace|debug|info|notice|warn(?:ing)?|error|err|crit(?:ical)?|fatal|panic|severe|alert|emerg)\b[\])|>:\s-]*/i;
const NAME =
  /^(?:\[([a-z][\w.-]*(?:\/[\w.-]+)?)\]|(?:service|svc|app)[=:]([\w.-]+)|(?!\w*(?:error|exception|warning|fault|panic|caused)\b)([a-z][\w.-]*(?:\[\d+\])?):(?!\/\/)(?=\s)|([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?=\s)|([a-z][\w.-]*)(?=\s+(?:[-–|]\s|[[(|]?(?:trace|debug|info|notice|warn(?:ing)?|error|err|critical|fatal)\b)))[\s|:-]*/i;

/** One line of text: JSON, logfmt, or words behind a time, a level and a name in any order. */
function fromText(line: string, clock: Clock): LogLine | null {
  const text = line.trim();
  if (!text) return null;
  if (text.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isFields(parsed)) return fromFields(parsed, clock);
    } catch {
      // Text that merely begins like JSON is text.
    }
  }
  const pairs = logfmt(text);
  if (pairs) return fromFields(pairs, clock);
  let rest = text;
  let at: number | null = null;
  let level: string | null = null;
  let service: string | null = null;
  for (let round = 0; round < 4; round += 1) {
    const stamp: RegExpExecArray | null = at === null ? STAMP.exec(rest) : null;
    if (stamp) {
      at = clock(stamp[1]);
      rest = rest.slice(stamp[0].length);
      continue;
    }
    const found: RegExpExecArray | null = level === null ? LEVEL.exec(rest) : null;
    if (found) {
      level = found[1] ?? null;
      rest = rest.slice(found[0].length);
      continue;
    }
    const name: RegExpExecArray | null = service === null ? NAME.exec(rest) : null;
    if (!name) break;
    service = (name[1] ?? name[2] ?? name[3] ?? name[4] ?? name[5] ?? '').replace(/\[\d+\]$/, '');
    rest = rest.slice(name[0].length);
  }
  return {
    at,
    service: service === null ? null : (serviceField({ service }) ?? service),
    gravity: gravityOf(level, rest),
    text: rest || text,
    count: 1,
  };
}

function logfmt(text: string): Fields | null {
  const pairs = [...text.matchAll(/(?:^|\s)([\w.@-]+)=("(?:[^"\\]|\\.)*"|\S*)/g)];
  const read = Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [name, value.replaceAll(/^"|"$/g, '')]),
  );
  if (messageOf(read) === null || pairs.length < 2 || !/^[\w.@-]+=/.test(text)) return null;
  const rest = pairs.filter(
    ([, name = '']) =>
      !/^(?:ts|time|timestamp|level|lvl|severity|service|app|svc|msg|message|trace_?id)$/i.test(name),
  );
  return { ...read, extra: rest.map(([whole]) => whole.trim()).join(' ') };
}
