import { goingOn, type MaintenanceWindow } from './maintenance.ts';
import { matches, names, type Matchable, type Matcher } from './matcher.ts';
import { conditions, type Silence } from './silence.ts';
import { utc } from './utc.ts';

/** Why an alert is kept quiet because people said so. */
export type Hush = { reason: 'silenced' | 'maintenance'; why: string };

/**
 * Whether people have said that this alert shall open nothing now; null where it comes through. Pure, and
 * the only place that decides it.
 *
 * Two kinds of alert come through unless they are meant by name, because somebody who hushes noise rarely
 * thinks of them: security signals need the condition `kind=security`, critical alerts need `critical` or
 * the condition `severity=critical`. A pattern that happens to include them does not name them.
 */
export function hushed(
  alert: Matchable,
  silences: readonly Silence[],
  windows: readonly MaintenanceWindow[],
  now: Date,
): Hush | null {
  // Of several that hold the one that ends last is told: only then does the alert come through.
  const [silence] = silences
    .filter((one) => one.startsAt <= now && now < one.endsAt && reaches(one, alert))
    .sort((a, b) => b.endsAt.getTime() - a.endsAt.getTime() || a.id - b.id);
  if (silence) {
    const { id, matchers, endsAt, createdBy, why } = silence;
    return {
      reason: 'silenced',
      why: `silence ${id} (${conditions(matchers)}) by ${createdBy} until ${utc(endsAt)}: ${why}`,
    };
  }
  // The conditions first: they are cheap, and most alerts end there.
  const meant = windows.filter((one) => reaches(one, alert) && ofServices(one, alert));
  const open = goingOn(meant, now).at(-1);
  return open
    ? { reason: 'maintenance', why: `maintenance “${open.window.name}” until ${utc(open.until)}` }
    : null;
}

type Hushing = { matchers: readonly Matcher[]; critical: boolean };

/** Whether all conditions hold, and name what must be named. */
function reaches(hushing: Hushing, alert: Matchable): boolean {
  if (!matchesAll(hushing.matchers, alert)) return false;
  if (alert.kind === 'security' && !namesSecurity(hushing.matchers)) return false;
  return alert.severity !== 'critical' || namesCritical(hushing);
}

/** Whether all conditions hold, whatever else would keep the alert from being hushed. */
export function matchesAll(matchers: readonly Matcher[], alert: Matchable): boolean {
  return matchers.every((one) => matches(one, alert));
}

export function namesSecurity(matchers: readonly Matcher[]): boolean {
  return names(matchers, 'kind', 'security');
}

export function namesCritical({ matchers, critical }: Hushing): boolean {
  return critical || names(matchers, 'severity', 'critical');
}

function ofServices({ services }: MaintenanceWindow, { service }: Matchable): boolean {
  return services.length === 0 || (service !== null && services.includes(service));
}
