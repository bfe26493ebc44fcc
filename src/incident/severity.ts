import type { Severity } from './alert.ts';

// A map and not an object: a label may well say “constructor”.
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ...named(
    'critical',
    'critical crit page error err high fatal emergency alert disaster major p0 p1 p2 sev0 sev1 sev2',
  ),
  ...named('info', 'info informational information none low notice note debug p5'),
]);

function named(severity: Severity, names: string): [string, Severity][] {
  return names.split(' ').map((name) => [name, severity]);
}

/** The severity that a word means. An unknown one counts as warning: it is better to look once too often. */
export function severityOf(word: string | null | undefined): Severity {
  return SEVERITIES.get((word ?? '').trim().toLowerCase()) ?? 'warning';
}
