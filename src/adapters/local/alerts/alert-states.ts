import { fillTemplate } from './annotation-template.ts';
import type { Labels } from './exposition.ts';
import { isBreached, type AlertRule } from './rules.ts';
import { seriesId, valueAt, type SeriesStore } from './series-store.ts';

/** An alert that is pending or firing. Times are milliseconds since 1970. */
export type ActiveAlert = {
  rule: AlertRule;
  labels: Labels;
  annotations: Labels;
  value: number;
  activeAt: number;
  /** When it had been active for as long as its rule asks; absent while it is pending. */
  firedAt?: number;
};

/** What a restart keeps of a firing alert. */
export type FiringRecord = { labels: Labels; value: number; activeAt: number; firedAt: number };

export type AlertStates = {
  /** Looks at every rule, and returns the alerts that fire now and those that have just resolved. */
  evaluate(at: number): { firing: ActiveAlert[]; resolved: ActiveAlert[] };
  active(): ActiveAlert[];
};

/** After a restart there is nothing to compute rates from; an alert from before is not resolved for lack of data. */
const RESTORE_GRACE_MS = 15_000;

/** States of the alerts of `rules` over `store`, beginning with those that fired before a restart. */
export function alertStates(
  rules: AlertRule[],
  store: SeriesStore,
  restored: { alerts: FiringRecord[]; at: number },
): AlertStates {
  const states = new Map<string, ActiveAlert>();
  for (const record of restored.alerts) {
    const rule = rules.find((each) => each.alert === record.labels['alertname']);
    if (rule === undefined) continue;
    states.set(seriesId(record.labels), {
      ...record,
      rule,
      annotations: annotate(rule, record.labels, record.value),
    });
  }

  function evaluate(at: number) {
    const resolved: ActiveAlert[] = [];
    const known = new Set<string>();
    const breached = new Set<string>();
    for (const rule of rules) {
      for (const series of store.select(rule.series)) {
        const value = valueAt(series, at)?.value;
        if (value === undefined) continue;
        const labels = { ...series.labels, ...rule.labels, alertname: rule.alert };
        const id = seriesId(labels);
        known.add(id);
        if (!isBreached(rule, value)) continue;
        breached.add(id);
        const before = states.get(id);
        const alert: ActiveAlert = before ?? { rule, labels, annotations: {}, value, activeAt: at };
        alert.value = value;
        alert.annotations = annotate(rule, labels, value);
        if (at - alert.activeAt >= rule.forMs) alert.firedAt ??= at;
        states.set(id, alert);
      }
    }
    const inGrace = at < restored.at + RESTORE_GRACE_MS;
    for (const [id, alert] of states) {
      if (breached.has(id) || (inGrace && !known.has(id) && alert.activeAt < restored.at)) continue;
      states.delete(id);
      if (alert.firedAt !== undefined) resolved.push(alert);
    }
    return { firing: [...states.values()].filter((alert) => alert.firedAt !== undefined), resolved };
  }

  return {
    evaluate,
    active: () => [...states.values()],
  };
}

function annotate(rule: AlertRule, labels: Labels, value: number): Labels {
  return Object.fromEntries(
    Object.entries(rule.annotations).map(([name, text]) => [name, fillTemplate(text, labels, value)]),
  );
}
