import { backtest, type Backtest } from '../correlate/backtest.ts';
import type { Past } from '../correlate/replay.ts';
import type { ServiceCatalogue } from '../incident/service.ts';

/** Where the alerts of the past come from: those that arrived since a moment, oldest first. */
export type PastAlerts = (since: Date) => Promise<Past[]>;

const DAY_MS = 86_400_000;
const RULES_SHOWN = 20;

/** How many incidents the stored alerts of the last days would have made, as text for a terminal. */
export async function backtestHistory(
  pastAlerts: PastAlerts,
  settings: { catalogue: ServiceCatalogue; windowS: number },
  days: number,
  now: Date,
): Promise<string> {
  const history = await pastAlerts(new Date(now.getTime() - days * DAY_MS));
  return textOf(backtest(history, settings), days);
}

function textOf(result: Backtest, days: number): string {
  const { alerts, incidents, quiet, weeks, rules } = result;
  if (alerts === 0) return `No alert has arrived in the last ${days} days, so there is nothing to go by.`;
  return [
    `The ${alerts} alerts of the last ${days} days would have made ${incidents} incidents, with ${quiet} alerts kept quiet.`,
    '',
    'week of       alerts  incidents   quiet',
    ...weeks.map(
      (week) =>
        `${week.week}  ${column(week.alerts, 8)}  ${column(week.incidents, 9)}  ${column(week.quiet, 6)}`,
    ),
    '',
    '  alerts  opened   quiet  rule',
    ...rules
      .slice(0, RULES_SHOWN)
      .map(
        (rule) =>
          `${column(rule.alerts, 8)}  ${column(rule.opened, 6)}  ${column(rule.quiet, 6)}  ${rule.rule}`,
      ),
    ...(rules.length > RULES_SHOWN ? [`and ${rules.length - RULES_SHOWN} rules more`] : []),
  ].join('\n');
}

function column(count: number, width: number): string {
  return String(count).padStart(width);
}
