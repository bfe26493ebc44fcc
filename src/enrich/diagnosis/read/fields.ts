/** Any JSON object. Names of fields are compared without regard to case, `_`, `-` and `.`. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The first field of these names that holds something. */
export function field(fields: Fields, ...names: string[]): unknown {
  for (const name of names) {
    const exact = fields[name];
    if (exact !== undefined && exact !== null && exact !== '') return exact;
  }
  const wanted = names.map(bare);
  let best: { rank: number; value: unknown } | null = null;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === '') continue;
    const rank = wanted.indexOf(bare(key));
    if (rank >= 0 && (best === null || rank < best.rank)) best = { rank, value };
  }
  return best?.value;
}

/** A field as text; null where it is absent or no plain value. */
export function textField(fields: Fields, ...names: string[]): string | null {
  const value = field(fields, ...names);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return null;
}

export function numberField(fields: Fields, ...names: string[]): number | null {
  return asNumber(field(fields, ...names));
}

/** A number takes no more characters; white space alone may. */
const LONGEST_NUMBER = 100;

export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (
    typeof value !== 'string' ||
    value.length > LONGEST_NUMBER ||
    !/^\s*[-+]?[\d.]+(?:e[-+]?\d+)?\s*%?\s*$/i.test(value)
  )
    return null;
  const parsed = Number.parseFloat(value);
  return Number.isFinite(parsed) ? parsed : null;
}

/** The objects of a list, or of an object of objects, whose keys then count as their `name`. */
export function listOf(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.filter(isFields);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, one]): Fields[] => {
    if (isFields(one)) return [{ name, ...one }];
    return Array.isArray(one) ? one.filter(isFields).map((each) => ({ service: name, ...each })) : [];
  });
}

/** Texts of a list, a single text, or the names of a list of objects. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string')
    return value
      .split(/[\n,]/)
      .map((text) => text.trim())
      .filter(Boolean);
  if (!Array.isArray(value)) return isFields(value) ? Object.keys(value) : [];
  return value.flatMap((one) => {
    if (typeof one === 'string') return [one];
    const name = isFields(one)
      ? textField(one, 'path', 'filename', 'file', 'name', 'service', 'id', 'sha')
      : null;
    return name ? [name] : [];
  });
}

/** Everything that a value says, as one text: for reading words, never for deciding by shape. */
export function allText(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (depth > 6) return '';
  if (Array.isArray(value))
    return value
      .map((one) => allText(one, depth + 1))
      .filter(Boolean)
      .join(' ');
  if (!isFields(value)) return '';
  return Object.entries(value)
    .map(([name, one]) => `${name}=${allText(one, depth + 1)}`)
    .join(' ');
}

const SERVICE_NAMES = [
  'service',
  'service.name',
  'serviceName',
  'service_name',
  'svc',
  'app',
  'application',
  'app.kubernetes.io/name',
  'component',
  'deployment',
  'workload',
  'container',
  'job',
  'logger_service',
  'source',
  'pod',
  'host',
];

/** The service that an object names, itself or in its labels, attributes or resource; pods lose their suffixes. */
export function serviceField(fields: Fields): string | null {
  for (const where of [fields, ...nested(fields)]) {
    const value = field(where, ...SERVICE_NAMES);
    if (typeof value === 'string') return withoutPodSuffix(value.trim());
    if (isFields(value)) {
      const name = textField(value, 'name', 'id');
      if (name) return withoutPodSuffix(name);
    }
  }
  return null;
}

function nested(fields: Fields): Fields[] {
  return [
    'labels',
    'metric',
    'tags',
    'attributes',
    'resource',
    'kubernetes',
    'process',
    'fields',
    'meta',
    'context',
  ].flatMap((name) => {
    const value = field(fields, name);
    if (!isFields(value)) return [];
    const inner = field(value, 'attributes', 'labels');
    return isFields(inner) ? [value, inner] : [value];
  });
}

/** `checkout-7d9f8b6c5d-x2x4z` is a pod of `checkout`; `orders-0` one of `orders`. */
export function withoutPodSuffix(name: string): string {
  return name
    .replace(/^[\w-]+\/(?=[a-z])/i, '')
    .replace(/-(?=[a-f0-9]*\d)[a-f0-9]{6,10}-[a-z0-9]{5}$/, '')
    .replace(/-(?:[a-z0-9]{8,10})-[a-z0-9]{5}$/, '')
    .replace(/-\d{1,2}$/, '')
    .replace(/:\d{2,5}$/, '');
}
