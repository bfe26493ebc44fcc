import { z } from 'zod';
import type { FrozenAlert, FrozenIncident, Pattern } from '../frozen.ts';
import {
  allText,
  field,
  isFields,
  listOf,
  numberField,
  serviceField,
  textField,
  textsOf,
  type Fields,
} from './fields.ts';
import { readCommits, readDeploys, readFlags } from './changes.ts';
import { gravityOf, readLogs } from './logs.ts';
import { readMetrics } from './metrics.ts';
import { absoluteTime, clockFrom, type Clock } from './time.ts';
import { readTraces } from './traces.ts';

const fileSchema = z.looseObject({ id: z.union([z.string(), z.number()]).optional() });

const ALERT_TIMES = [
  'startsAt',
  'firedAt',
  'fired_at',
  'starts_at',
  'at',
  'time',
  'timestamp',
  'ts',
  'triggered_at',
  'started_at',
  'activeAt',
  'date',
  't',
  'fired',
];

/**
 * Reads a frozen incident in whatever shape it was written. What is absent or not understood costs only its own
 * evidence. `fallbackId` names a file without an id. Throws where it is no JSON object, or says nothing at all.
 */
export function readFrozenIncident(json: unknown, fallbackId: string): FrozenIncident {
  const file: Fields = fileSchema.parse(json);
  const firing = [...alertList(file['alert']), ...alertList(file['alerts'])];
  const firstAlert = firing.map((one) => absoluteTime(field(one, ...ALERT_TIMES))).find((at) => at !== null);
  const anyTime = firstAlert ?? firstAbsolute(file) ?? null;
  const clock = clockFrom(anyTime);
  const alerts = firing.map((fields): FrozenAlert => alertOf(fields, clock));
  const times = alerts.flatMap((one) => one.at ?? []);
  const alertAt = times.length > 0 ? Math.min(...times) : (clock(field(file, ...ALERT_TIMES)) ?? null);
  const { services, external, dependsOn } = readServices(file);
  const incident: FrozenIncident = {
    id: file['id'] === undefined ? fallbackId : String(file['id']),
    alertAt,
    alerts,
    logs: readLogs(field(file, 'logs', 'log', 'log_lines'), clock),
    series: readMetrics(field(file, 'metrics', 'series', 'timeseries'), clock),
    spans: readTraces(field(file, 'traces', 'trace', 'spans'), clock),
    patterns: listOf(field(file, 'patterns', 'log_patterns', 'templates')).flatMap((one) =>
      patternOf(one, clock),
    ),
    commits: readCommits(field(file, 'commits'), clock, alertAt),
    deploys: readDeploys(field(file, 'deploys', 'deployments', 'releases'), clock, alertAt),
    flags: readFlags(field(file, 'flags', 'feature_flags', 'flag_changes', 'featureFlags'), clock, alertAt),
    services,
    external,
    dependsOn,
  };
  if (alerts.length + incident.logs.length + incident.series.length + incident.spans.length === 0) {
    throw new Error(
      'it has no alert, log, metric or trace that Sitrep could read; see docs/evaluation.md, "Frozen incidents"',
    );
  }
  return incident;
}

function alertList(value: unknown): Fields[] {
  if (typeof value === 'string') return [{ summary: value }];
  if (Array.isArray(value)) return value.flatMap(alertList);
  if (!isFields(value)) return [];
  const inner = value['alerts'];
  return Array.isArray(inner) && inner.length > 0
    ? inner.filter(isFields).map((one) => ({ ...value, alerts: undefined, ...one }))
    : [value];
}

function alertOf(fields: Fields, clock: Clock): FrozenAlert {
  const labels = isFields(fields['labels']) ? fields['labels'] : {};
  return {
    name:
      textField(fields, 'name', 'alertname', 'title', 'rule') ??
      textField(labels, 'alertname', 'name') ??
      textField(fields, 'summary') ??
      'alert',
    at: clock(field(fields, ...ALERT_TIMES)),
    service: serviceField(fields),
    text: valuesText(fields),
  };
}

/** What an alert says, without the names of its fields and without its times. */
function valuesText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valuesText).join(' ');
  if (!isFields(value)) return absoluteTime(value) === null ? allText(value) : '';
  return Object.values(value).map(valuesText).filter(Boolean).join('; ');
}

/** The earliest date that stands anywhere in the file: what relative times then count from. */
function firstAbsolute(value: unknown, depth = 0): number | null {
  const own = absoluteTime(value);
  if (own !== null && typeof value === 'string') return own;
  if (depth > 4 || typeof value !== 'object' || value === null) return null;
  for (const one of Object.values(value)) {
    const found = firstAbsolute(one, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function patternOf(fields: Fields, clock: Clock): Pattern[] {
  const template = textField(fields, 'template', 'pattern', 'message', 'msg', 'text', 'signature', 'name');
  if (!template) return [];
  const level = textField(fields, 'level', 'severity');
  const counts = isFields(fields['counts'])
    ? fields['counts']
    : isFields(fields['count'])
      ? fields['count']
      : fields;
  const during = numberField(
    counts,
    'during',
    'count_during',
    'after',
    'count_after',
    'incident',
    'current',
    'in_window',
    'now',
    'count',
    'total',
  );
  const isNew = field(fields, 'new', 'is_new', 'novel');
  return [
    {
      template,
      service: serviceField(fields),
      gravity: gravityOf(level, template),
      before:
        isNew === true
          ? 0
          : numberField(
              counts,
              'before',
              'count_before',
              'baseline',
              'previous',
              'prior',
              'baseline_count',
              'pre',
            ),
      during,
      firstSeen: clock(field(fields, 'first_seen', 'firstSeen', 'first_at', 'first', 'since')),
    },
  ];
}

const CALLS = [
  'depends_on',
  'dependsOn',
  'dependencies',
  'calls',
  'deps',
  'downstream',
  'downstreams',
  'uses',
  'requires',
  'upstreams',
];

/** Services as names, objects that say what they call, or a graph of nodes and edges. */
function readServices(file: Fields): Pick<FrozenIncident, 'services' | 'external' | 'dependsOn'> {
  const value = field(
    file,
    'services',
    'topology',
    'dependencies',
    'dependency_graph',
    'service_graph',
    'catalog',
  );
  const dependsOn = new Map<string, string[]>();
  const services = new Set<string>();
  const external = new Set<string>();
  const call = (from: string, to: string): void => {
    services.add(from).add(to);
    dependsOn.set(from, [...(dependsOn.get(from) ?? []), to]);
  };
  const read = (one: unknown, key: string | null): void => {
    if (typeof one === 'string') {
      const arrow = /^\s*([\w./-]+)\s*(?:->|→|=>|calls)\s*([\w./-]+)\s*$/.exec(one);
      if (arrow?.[1] && arrow[2]) call(arrow[1], arrow[2]);
      else if (key === null) services.add(one);
      else call(key, one);
      return;
    }
    if (Array.isArray(one)) {
      if (key !== null) services.add(key);
      if (key === null && one.length === 2 && one.every((each) => typeof each === 'string')) {
        services.add(one[0] as string).add(one[1] as string);
        return;
      }
      for (const each of one) read(each, key);
      return;
    }
    if (!isFields(one)) return;
    const from = textField(one, 'from', 'source', 'caller', 'src', 'client');
    const to = textField(one, 'to', 'target', 'callee', 'dst', 'server');
    if (from && to) return call(from, to);
    const name = textField(one, 'name', 'service', 'id') ?? key;
    const graph = [field(one, 'nodes', 'services'), field(one, 'edges', 'links')].filter(
      (each) => each !== undefined,
    );
    if (name === null || (key === null && graph.length > 0)) {
      if (graph.length > 0) return graph.forEach((each) => readEdges(each));
      for (const [each, inner] of Object.entries(one)) read(inner, each);
      return;
    }
    services.add(name);
    const kind = textField(one, 'kind', 'type', 'tier', 'owner', 'owned_by') ?? '';
    if (one['external'] === true || /extern|third|vendor|saas|provider/i.test(kind)) external.add(name);
    for (const each of textsOf(field(one, ...CALLS))) call(name, each);
    for (const each of textsOf(field(one, 'called_by', 'calledBy', 'used_by', 'dependents', 'consumers')))
      call(each, name);
  };
  const readEdges = (value: unknown): void => {
    if (!Array.isArray(value)) return read(value, null);
    for (const one of value) {
      if (Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string')
        call(one[0], one[1]);
      else read(one, null);
    }
  };
  if (Array.isArray(value)) for (const one of value) read(one, null);
  else read(value, null);
  const edges = field(file, 'edges', 'service_edges');
  if (edges !== undefined) readEdges(edges);
  return { services: [...services], external: [...external], dependsOn };
}
