import type { Sample } from '../rig/alerts.ts';
import { SERVICES } from '../rig/sitrep.ts';

const RULES = ['HighErrorRate', 'HighLatency', 'PodRestarting', 'QueueGrowing', 'MemoryNearLimit'];

/**
 * The everyday flow of one run: alerts of the declared services, most of them new to the database and about
 * something already known, some repeated, some resolving, some flapping. Deterministic in `index`.
 */
export function everydayTraffic(prefix: string, startsAt: Date): (index: number) => Sample {
  return (index) => {
    const service = SERVICES[(index * 7) % SERVICES.length] ?? '';
    const name = RULES[index % RULES.length] ?? '';
    const kind = index % 10;
    // A repeat and a resolve speak of an alert that was sent a second or more before.
    const about = kind === 3 || kind === 6 ? Math.max(0, index - 101) : index;
    const fingerprint = kind === 8 ? `${prefix}-flap-${index % 50}` : `${prefix}-${about}`;
    return {
      fingerprint,
      name: kind === 3 || kind === 6 ? (RULES[about % RULES.length] ?? '') : name,
      service: kind === 3 || kind === 6 ? (SERVICES[(about * 7) % SERVICES.length] ?? '') : service,
      startsAt: kind === 8 ? new Date(startsAt.getTime() + index) : startsAt,
      ...(kind === 6 ? { status: 'resolved' as const, endsAt: new Date(startsAt.getTime() + 60_000) } : {}),
    };
  };
}

/** A flow in which every alert is new: nothing can be saved on any of them. */
export function freshTraffic(prefix: string, startsAt: Date): (index: number) => Sample {
  return (index) => ({
    fingerprint: `${prefix}-${index}`,
    name: RULES[index % RULES.length] ?? '',
    service: SERVICES[(index * 7) % SERVICES.length] ?? '',
    startsAt,
  });
}

const THINGS =
  'ledger carrier voucher beacon harbour cellar lantern meadow tunnel orchard compass anchor parcel quarry saddle turbine violin walnut glacier ferry kettle ribbon marble canyon pepper button needle hammer candle basket'.split(
    ' ',
  );
const FAULTS =
  'Overheating Unreachable Leaking Misrouted Corrupted Stalled Expired Denied Throttled Desynced Fragmented Truncated Rejected Starved Unsigned Orphaned Deadlocked Flooded Frozen Shorted Unmounted Oversubscribed Blacklisted Skewed Unbalanced Jammed Depleted Miscounted Cracked Silent'.split(
    ' ',
  );

/** The `index`-th incident of its own: a service, rule and text that share no word with any other. */
export function unrelatedIncident(prefix: string, index: number, startsAt: Date): Sample {
  const round = index < THINGS.length ? '' : String(Math.floor(index / THINGS.length));
  return {
    fingerprint: `${prefix}-new-${index}`,
    name: `${FAULTS[index % FAULTS.length]}${round}`,
    service: `${THINGS[index % THINGS.length]}${round}`,
    severity: 'critical',
    startsAt,
  };
}
