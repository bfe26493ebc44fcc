import { describe, expect, it } from 'vitest';
import { answerOf, diagnose } from '../../../src/enrich/diagnosis/diagnose.ts';
import { namesOf } from '../../../src/enrich/diagnosis/names.ts';
import { readFrozenIncident } from '../../../src/enrich/diagnosis/read/read.ts';
import { expectedAnswers, writtenIncidents, type Written } from './fixtures.ts';

const original = new Map(writtenIncidents()).get('code-bug-below')!;
const right = expectedAnswers().get('code-bug-below')!;
type Line = { ts: string; level: string; service: string; msg: string };
type Metric = { name: string; service: string; points: [number, number][] };

const lines = original['logs'] as Line[];
const metrics = original['metrics'] as Metric[];
const ms = (time: string): number => Date.parse(time);
const byService = <T extends { service: string }>(all: T[]): [string, T[]][] =>
  Object.entries(Object.groupBy(all, (one) => one.service)) as [string, T[]][];

const shapes: Record<string, Written> = {
  'log objects with other names': {
    logs: lines.map((one) => ({
      '@timestamp': one.ts,
      severity: one.level.toUpperCase(),
      app: one.service,
      message: one.msg,
    })),
  },
  'log lines as text': {
    logs: lines.map((one) => `${one.ts} ${one.level.toUpperCase()} [${one.service}] ${one.msg}`),
  },
  'one text of log lines': {
    logs: lines.map((one) => `[${one.ts}] ${one.service} ${one.level}: ${one.msg}`).join('\n'),
  },
  'JSON lines': { logs: lines.map((one) => JSON.stringify(one)).join('\n') },
  logfmt: {
    logs: lines.map(
      (one) => `time=${one.ts} level=${one.level} service=${one.service} msg=${JSON.stringify(one.msg)}`,
    ),
  },
  'times of day': {
    logs: lines.map((one) => `${one.ts.slice(11, 19)} ${one.service} ${one.level.toUpperCase()} ${one.msg}`),
  },
  'logs by service': {
    logs: Object.fromEntries(
      byService(lines).map(([service, all]) => [
        service,
        all.map((one) => `${one.ts} ${one.level} ${one.msg}`),
      ]),
    ),
  },
  'Loki streams': {
    logs: {
      data: {
        result: byService(lines).map(([service, all]) => ({
          stream: { app: service },
          values: all.map((one) => [
            `${ms(one.ts)}000000`,
            `level=${one.level} msg=${JSON.stringify(one.msg)}`,
          ]),
        })),
      },
    },
  },
  'pods for services': {
    logs: lines.map((one) => ({ ...one, service: undefined, pod: `${one.service}-7d9f8b6c5d-x2x4z` })),
  },
  'points as objects': {
    metrics: metrics.map((one) => ({
      metric: one.name,
      labels: { service: one.service },
      values: one.points.map(([t, v]) => ({ t: t * 1000, v })),
    })),
  },
  'metrics by service': {
    metrics: Object.fromEntries(metrics.map((one) => [one.service, { [one.name]: one.points }])),
  },
  'metrics by name and service': {
    metrics: { http_error_ratio: Object.fromEntries(metrics.map((one) => [one.service, one.points])) },
  },
  'metrics named with their service': {
    metrics: Object.fromEntries(metrics.map((one) => [`${one.service}.${one.name}`, one.points])),
  },
  'an answer of Prometheus': {
    metrics: {
      data: {
        result: metrics.map((one) => ({
          metric: { __name__: one.name, job: one.service },
          values: one.points.map(([t, v]) => [t, `${v}`]),
        })),
      },
    },
  },
  'values with a start and a step': {
    metrics: metrics.map((one) => ({
      name: one.name,
      service: one.service,
      start: one.points[0]![0],
      step: 120,
      values: one.points.map(([, v]) => v),
    })),
  },
  summaries: {
    metrics: metrics.map((one) => ({
      name: one.name,
      service: one.service,
      before: one.points[0]![1],
      during: one.points.at(-1)![1],
    })),
  },
  'summaries with units': {
    metrics: metrics.map((one) => ({
      name: one.name,
      service: one.service,
      before: `${one.points[0]![1] * 100} %`,
      after: `${one.points.at(-1)![1] * 100} %`,
    })),
  },
  'summaries as text': {
    metrics: metrics.map(
      (one) => `${one.service} ${one.name}: ${one.points[0]![1] * 100}% -> ${one.points.at(-1)![1] * 100}%`,
    ),
  },
  'summaries by service as text': {
    metrics: Object.fromEntries(
      metrics.map((one) => [one.service, { [one.name]: `${one.points[0]![1]} -> ${one.points.at(-1)![1]}` }]),
    ),
  },
  'deployments that name no commit': {
    deploys: original['deploys'].map((one: Written) => ({
      service: one['service'],
      at: one['at'],
      version: '2026.3.1',
    })),
  },
  'nested spans': {
    traces: [
      {
        trace_id: 't',
        root: {
          service: 'storefront',
          op: 'POST /checkout',
          duration_ms: 80,
          status: 500,
          children: [
            {
              service: 'basket',
              op: 'quote',
              duration_ms: 60,
              status: 500,
              children: [{ service: 'pricing', op: 'GET /quote', duration_ms: 12, error: true }],
            },
          ],
        },
      },
    ],
  },
  OTLP: {
    traces: {
      resourceSpans: ['storefront', 'basket', 'pricing'].map((service, index) => ({
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: 't',
                spanId: `${index}`,
                parentSpanId: index > 0 ? `${index - 1}` : '',
                name: 'call',
                startTimeUnixNano: '1773456030000000000',
                endTimeUnixNano: '1773456030080000000',
                status: { code: 2 },
              },
            ],
          },
        ],
      })),
    },
  },
  'a commit as GitHub has it': {
    commits: original['commits'].map((one: Written) => ({
      sha: one['sha'],
      commit: {
        message: `${one['subject']}\n\n${one['body']}`,
        author: { name: 'a developer', date: one['at'] },
      },
      files: one['paths'].map((path: string) => ({ filename: path, patch: one['diff'] })),
    })),
  },
  'ages for times': {
    commits: original['commits'].map((one: Written) => ({
      ...one,
      at: undefined,
      age_s: (ms('2026-03-14T02:44:00Z') - ms(one['at'])) / 1000,
    })),
  },
  'short shas in versions': {
    deploys: original['deploys'].map((one: Written) => ({
      name: one['service'],
      deployed_at: one['at'],
      version: `v1.8.2-g${one['sha'].slice(0, 8)}`,
    })),
  },
  'edges for services': {
    services: {
      nodes: ['storefront', 'basket', 'pricing', 'search'],
      edges: [
        ['storefront', 'basket'],
        ['basket', 'pricing'],
      ],
    },
  },
  'a webhook as Alertmanager sends it': {
    alert: { status: 'firing', alerts: [original['alert']], commonLabels: {} },
  },
};

describe('a frozen incident in other shapes', () => {
  it.each(Object.entries(shapes))('%s', (_, other) => {
    const answer = answerOf(diagnose(readFrozenIncident({ ...original, ...other }, 'x')));
    expect(answer).toMatchObject({
      root_cause_commit: right.root_cause_commit,
      first_failing_service: 'pricing',
      blast_radius: expect.arrayContaining(['pricing', 'basket', 'storefront']),
      remediation: 'rollback',
    });
    expect(answer.blast_radius).toHaveLength(3);
  });

  // The shapes above could all be passed over unnoticed where other evidence suffices: so each part by itself.
  it.each(Object.entries(shapes).filter(([, other]) => other['logs'] ?? other['metrics'] ?? other['traces']))(
    'read alone: %s',
    (_, other) => {
      const { alert, services } = original;
      const read = readFrozenIncident({ alert, services, ...other }, 'x');
      const [part] = [read.logs, read.series, read.spans].filter((all) => all.length > 0);
      const named = part!.map((one) => one.service ?? namesOf(read).within('name' in one ? one.name : ''));
      expect(named).toEqual(expect.arrayContaining(['pricing', 'basket', 'storefront']));
      const at = part!.flatMap((one) =>
        'points' in one ? one.points.map((point) => point.at) : (one.at ?? []),
      );
      for (const time of at) expect(Math.abs(time - ms('2026-03-14T02:44:00Z'))).toBeLessThan(2 * 3600_000);
    },
  );
});

it('reads a service of very many dependencies, each once, in time that grows with their number', () => {
  const all = Array.from({ length: 80_000 }, (_, place) => `dep-${place}`);
  const read = readFrozenIncident(
    { id: 'x', alert: { alertname: 'ShopDown', service: 'shop' }, services: { shop: { depends_on: all } } },
    'x',
  );
  expect(read.dependsOn.get('shop')).toEqual(all);
  expect(read.services).toHaveLength(80_001);
});
