import { createCorrelator } from './correlator.ts';
import { replay, type Past } from './replay.ts';
import type { ServiceCatalogue } from '../incident/service.ts';

/** What alerts of the past would have made of people's time. */
export type Backtest = {
  alerts: number;
  incidents: number;
  quiet: number;
  /** By the Monday (UTC, `2026-03-02`) that the week began with, oldest first. */
  weeks: { week: string; alerts: number; incidents: number; quiet: number }[];
  /** By rule; the one that opened most incidents first, then the one that fired most. */
  rules: { rule: string; alerts: number; opened: number; quiet: number }[];
};

/** How many incidents the alerts would have made, had Sitrep seen them as it is configured now. */
export function backtest(
  history: readonly Past[],
  settings: { catalogue: ServiceCatalogue; windowS: number },
): Backtest {
  const { of, incidents } = replay(history, createCorrelator(settings));
  const weeks = new Map<string, Backtest['weeks'][number]>();
  const rules = new Map<string, Backtest['rules'][number]>();
  let quiet = 0;
  for (const { seen } of history) {
    const last = of.get(seen.id);
    const monday = mondayOf(seen.at);
    const week = found(weeks, monday, () => ({ week: monday, alerts: 0, incidents: 0, quiet: 0 }));
    const rule = found(rules, seen.name, () => ({ rule: seen.name, alerts: 0, opened: 0, quiet: 0 }));
    week.alerts += 1;
    rule.alerts += 1;
    if (last?.kind === 'opens') {
      week.incidents += 1;
      rule.opened += 1;
    }
    if (last?.kind === 'quiet') {
      quiet += 1;
      week.quiet += 1;
      rule.quiet += 1;
    }
  }
  return {
    alerts: history.length,
    incidents: incidents.size,
    quiet,
    weeks: [...weeks.values()].sort((a, b) => (a.week < b.week ? -1 : 1)),
    rules: [...rules.values()].sort(
      (a, b) => b.opened - a.opened || b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1),
    ),
  };
}

function found<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function mondayOf(at: Date): string {
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
