import { allText, field, isFields, serviceField, textField, type Fields } from './fields.ts';

const METRIC_LIKE =
  /[_.]|rate|latency|errors?|p9\d|p50|cpu|mem|rps|qps|lag|depth|count|ratio|usage|total|seconds|ms$|bytes|requests|restarts|connections|percent|throughput|duration/i;

const LONGEST_NAME = 300;

/** A series' name and the service that it belongs to, as far as they are known. */
export type Known = { name: string; service: string | null };

/** Of two nested keys the one that reads like a measurement is the metric. */
export function keyed(key: string, known: Known): Known {
  // Where a long name is to be split is tried at every mark in it.
  const split = key.length > LONGEST_NAME ? null : /^([\w.-]+)(?:[/:.]| )([\w.-]+)$/.exec(key);
  if (/\{/.test(key)) return { ...known, ...selector(key) };
  if (known.name && !METRIC_LIKE.test(known.name)) return { name: key, service: known.service ?? known.name };
  if (known.name && known.name !== key) return { name: known.name, service: known.service ?? key };
  if (
    known.service === null &&
    split?.[1] &&
    split[2] &&
    !METRIC_LIKE.test(split[1]) &&
    METRIC_LIKE.test(split[2])
  ) {
    return { name: split[2], service: split[1] };
  }
  return { name: key, service: known.service };
}

function selector(key: string): Known {
  const name = key.split('{')[0] ?? key;
  const labels = Object.fromEntries(
    [...key.matchAll(/(?<!\w)(\w+)\s*=~?\s*"?([^",}]*)"?/g)].map(([, label = '', text = '']) => [
      label,
      text,
    ]),
  );
  return { name: [name, distinguishing(labels)].filter(Boolean).join(' '), service: serviceField(labels) };
}

/** What an object says of itself, over what stands above it. */
export function named(value: Fields, known: Known): Known {
  const metric = field(
    value,
    'metric',
    'name',
    '__name__',
    'series',
    'metric_name',
    'title',
    'query',
    'signal',
  );
  const labels = [
    field(value, 'labels'),
    field(value, 'tags'),
    isFields(metric) ? metric : undefined,
    tagged(field(value, 'tags', 'tag_set', 'scope')),
    field(value, 'attributes'),
  ].find(isFields);
  const text =
    typeof metric === 'string'
      ? metric
      : (textField(labels ?? {}, '__name__', 'name') ?? textField(value, 'name', 'query') ?? '');
  // CloudWatch gives what it returns a label, of whatever words people chose.
  const label = text === '' ? textField(value, 'label') : null;
  if (label) return keyed(label, known);
  const own = /\{/.test(text) ? selector(text) : { name: text, service: null };
  const extra = labels ? distinguishing(labels) : '';
  const name = [own.name, extra].filter(Boolean).join(' ');
  const service = serviceField(labels ? { ...value, labels } : value) ?? own.service;
  if (!name) return { name: known.name, service: service ?? known.service };
  // A service whose metrics stand below it names itself as a metric would.
  return { name, service: service ?? known.service };
}

/** Tags as Datadog writes them, `service:basket,env:production`, as one text or a list. */
function tagged(value: unknown): Fields | undefined {
  const tags = (Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []).flatMap(
    (tag: unknown) => (typeof tag === 'string' ? [/^([^:]+):(.*)$/.exec(tag.trim())] : []),
  );
  const pairs = tags.flatMap((found) => (found ? [[found[1], found[2]] as const] : []));
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

/** Labels such as status="5xx" or quantile="0.99" are part of what is measured. */
function distinguishing(labels: Fields): string {
  return [
    'status',
    'code',
    'status_code',
    'quantile',
    'le',
    'result',
    'outcome',
    'type',
    'state',
    'reason',
    'queue',
    'topic',
    'upstream',
    'pool',
    'zone',
    'node',
  ]
    .flatMap((name) => (labels[name] === undefined ? [] : [`${name}=${allText(labels[name])}`]))
    .join(' ');
}
