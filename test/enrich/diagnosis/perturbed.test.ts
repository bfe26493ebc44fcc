import { describe, expect, it } from 'vitest';
import { answerOf, diagnose } from '../../../src/enrich/diagnosis/diagnose.ts';
import { readFrozenIncident } from '../../../src/enrich/diagnosis/read/read.ts';
import { writtenIncidents, type Written } from './fixtures.ts';

const incidents = [...writtenIncidents(), ...writtenIncidents('incidents-harder')];
const ms = (time: string): number => Date.parse(time);
const answer = (written: Written, name: string) => {
  const { root_cause_commit, first_failing_service, remediation } = answerOf(
    diagnose(readFrozenIncident(written, name)),
  );
  return { root_cause_commit, first_failing_service, remediation };
};

type Each = (part: Written) => Written;
const each =
  (part: string, change: Each): Each =>
  (file) => ({
    ...file,
    [part]: Array.isArray(file[part])
      ? file[part].map((one) => (typeof one === 'object' ? change(one as Written) : one))
      : file[part],
  });
const isPoints = (
  metrics: unknown,
): metrics is { name: string; service: string; points: [number, number][] }[] =>
  Array.isArray(metrics) &&
  metrics.every((one) => Array.isArray(one.points) && typeof one.service === 'string');

/** Other spellings of the same file; a part that is already written otherwise stays as it is. */
const perturbations: Record<string, Each> = {
  'keys of Elastic Common Schema': each('logs', ({ ts, level, service, msg, ...rest }) =>
    ts && service
      ? { '@timestamp': ts, log: { level }, service: { name: service }, message: msg, ...rest }
      : { ts, level, service, msg, ...rest },
  ),
  'log times in seconds': each('logs', (one) => (one['ts'] ? { ...one, ts: ms(one['ts']) / 1000 } : one)),
  'log times in nanoseconds': each('logs', (one) =>
    one['ts'] ? { ...one, ts: `${ms(one['ts'])}000000` } : one,
  ),
  'log lines in text with offsets': each('logs', (one) =>
    one['ts'] && one['service']
      ? {
          timestamp: String(one['ts']).replace('Z', '+00:00'),
          severity_text: String(one['level']).toUpperCase(),
          'service.name': one['service'],
          body: one['msg'],
        }
      : one,
  ),
  'CloudWatch metric data': (file) =>
    isPoints(file['metrics'])
      ? {
          ...file,
          metrics: {
            MetricDataResults: file['metrics'].map((one, index) => ({
              Id: `m${index}`,
              Label: `${one.service} ${one.name}`,
              Timestamps: one.points.map(([at]) => new Date(at * 1000).toISOString()),
              Values: one.points.map(([, value]) => value),
              StatusCode: 'Complete',
            })),
          },
        }
      : file,
  'Datadog series': (file) =>
    isPoints(file['metrics'])
      ? {
          ...file,
          metrics: {
            status: 'ok',
            series: file['metrics'].map((one) => ({
              metric: one.name,
              scope: `service:${one.service},env:production`,
              tag_set: [`service:${one.service}`],
              pointlist: one.points.map(([at, value]) => [at * 1000, value]),
            })),
          },
        }
      : file,
  'alert as Alertmanager posts it': (file) =>
    file['alert']?.labels
      ? {
          ...file,
          alert: {
            version: '4',
            status: 'firing',
            receiver: 'sitrep',
            commonLabels: file['alert'].labels,
            alerts: [{ status: 'firing', ...file['alert'] }],
          },
        }
      : file,
  'commits as GitHub lists them': each('commits', (one) => {
    const { sha, at, subject, body, paths, diff } = one;
    if (!Array.isArray(paths)) return one;
    return {
      sha,
      commit: { message: body ? `${subject}\n\n${body}` : subject, author: { name: 'someone', date: at } },
      files: paths.map((filename, index) => ({
        filename,
        status: 'modified',
        patch: index === 0 ? diff : '',
      })),
    };
  }),
  'commits as git log prints them': (file) =>
    Array.isArray(file['commits']) && file['commits'].every((one) => one.at)
      ? {
          ...file,
          commits: file['commits']
            .map(
              ({ sha, at, subject, body, paths, diff }) =>
                `commit ${sha}\nAuthor: someone <someone@dev.example>\nDate:   ${at}\n\n    ${subject}\n${body ? `\n    ${body}\n` : ''}\n` +
                ((paths ?? []) as string[])
                  .map(
                    (path, index) =>
                      `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n${index === 0 ? diff : ''}\n`,
                  )
                  .join(''),
            )
            .join('\n'),
        }
      : file,
  'image tags instead of shas': each('deploys', ({ sha, ...rest }) => ({
    ...rest,
    image: `registry.internal/${rest['service']}:2026.03.14-${String(sha).slice(0, 8)}`,
  })),
  'services as a list of edges': (file) =>
    Array.isArray(file['services']) &&
    file['services'].every((one) => Array.isArray(one.depends_on) && Object.keys(one).length === 2)
      ? {
          ...file,
          services: {
            nodes: file['services'].map((one) => ({ id: one.name })),
            edges: file['services'].flatMap((one) =>
              one.depends_on.map((to: string) => ({ source: one.name, target: to })),
            ),
          },
        }
      : file,
  'services as adjacency': (file) =>
    Array.isArray(file['services']) &&
    file['services'].every((one) => Array.isArray(one.depends_on) && Object.keys(one).length === 2)
      ? { ...file, services: Object.fromEntries(file['services'].map((one) => [one.name, one.depends_on])) }
      : file,
  'flags as audit events': each('flags', (one) => {
    const { key, at, from, to, ...rest } = one;
    if (!key || !at) return one;
    return {
      ...rest,
      date: ms(at),
      kind: 'flag',
      action: 'updated',
      name: key,
      previousValue: from,
      currentValue: to,
    };
  }),
  'Jaeger with a map of processes': (file) =>
    Array.isArray(file['traces']) &&
    file['traces'].every(
      (one) =>
        Array.isArray(one.spans) &&
        one.spans.every(
          (span: Written) => span['duration_ms'] !== undefined && !span['start'] && !span['peer'],
        ),
    )
      ? {
          ...file,
          traces: {
            data: file['traces'].map((one) => ({
              traceID: one.trace_id,
              processes: Object.fromEntries(
                one.spans.map((span: Written) => [`p-${span['service']}`, { serviceName: span['service'] }]),
              ),
              spans: one.spans.map((span: Written) => ({
                traceID: one.trace_id,
                spanID: span['span_id'],
                processID: `p-${span['service']}`,
                operationName: span['operation'],
                references: span['parent_id']
                  ? [{ refType: 'CHILD_OF', traceID: one.trace_id, spanID: span['parent_id'] }]
                  : [],
                duration: span['duration_ms'] * 1000,
                tags: [
                  ...(span['status'] === 'error' ? [{ key: 'error', type: 'bool', value: true }] : []),
                  ...(span['error'] ? [{ key: 'error.message', type: 'string', value: span['error'] }] : []),
                ],
              })),
            })),
          },
        }
      : file,
};

describe.each(Object.entries(perturbations))('%s', (_, perturbed) => {
  it.each(incidents)('%s is answered as before', (name, written) => {
    expect(answer(perturbed(structuredClone(written)), name)).toEqual(answer(written, name));
  });
});
