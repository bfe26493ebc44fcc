import type { Signal } from './signal.ts';

/** A line as `sitrep eval correlate` reads it. */
export type Line = {
  startsAt: string;
  endsAt: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
};

/**
 * How a source names things. `prometheus`: the usual labels. `renamed`: labels of other names. `no service`:
 * pods and nodes only. `text`: hardly a label, the words say it all.
 */
export type Style = 'prometheus' | 'renamed' | 'no service' | 'text';

/** The alert as its source would send it. */
export function written({ rule, thing, at, lasts }: Signal, style: Style, begin: number): Line {
  const what = thing.pod?.name ?? thing.service ?? thing.node ?? 'the platform';
  return {
    startsAt: new Date(begin + Math.round(at * 1000)).toISOString(),
    endsAt: new Date(begin + Math.round((at + lasts) * 1000)).toISOString(),
    ...worded(rule.name, rule.severity, `${rule.text}: ${what}`, thing, style),
  };
}

function worded(
  name: string,
  severity: string,
  summary: string,
  thing: Signal['thing'],
  style: Style,
): Pick<Line, 'labels' | 'annotations'> {
  const { pod, service, node } = thing;
  switch (style) {
    case 'prometheus':
      return {
        labels: {
          alertname: name,
          severity,
          namespace: 'prod',
          ...(service && { service }),
          ...(pod && { pod: pod.name }),
          ...(node && { node }),
        },
        annotations: { summary },
      };
    case 'no service':
      return {
        labels: {
          alertname: name,
          severity,
          ...(pod ? { pod: pod.name } : service && { target: service }),
          ...(node && { node }),
        },
        annotations: { summary },
      };
    case 'renamed':
      return {
        labels: {
          check: name,
          prio: severity === 'critical' ? 'P1' : 'P3',
          env: 'live',
          ...(service && { workload: service }),
          ...(pod && { unit: pod.name }),
          ...(node && { box: node }),
        },
        annotations: { message: summary },
      };
    case 'text':
      return { labels: { origin: 'monitor' }, annotations: { summary } };
    default:
      return style satisfies never;
  }
}
