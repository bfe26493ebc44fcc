/**
 * The arithmetic of a rolling update, as the deployment controller does it: first grow the new replica set as
 * far as the surge allows, then shrink the old ones as far as availability allows. Pure; called again after
 * every change until nothing is left to do.
 */

export type SetSize = { name: string; wanted: number; available: number };

export type RollingInput = {
  desired: number;
  maxSurge: string | number;
  maxUnavailable: string | number;
  current: SetSize;
  /** Oldest first. */
  old: SetSize[];
};

/** The sizes to set now; replica sets that stay as they are do not appear. */
export type Resize = { name: string; wanted: number }[];

/** How many pods `value` is of `total`: a count, or a percentage rounded as asked. */
export function absolute(value: string | number, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (Number.parseInt(value) / 100) * total;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** Surge and unavailability in pods; both zero would block for ever, so then one may be unavailable. */
export function limits(input: Pick<RollingInput, 'desired' | 'maxSurge' | 'maxUnavailable'>): {
  surge: number;
  unavailable: number;
} {
  const surge = absolute(input.maxSurge, input.desired, 'up');
  const unavailable = absolute(input.maxUnavailable, input.desired, 'down');
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** The next step of the rolling update; empty when there is nothing to do but wait. */
export function nextRollingStep(input: RollingInput): Resize {
  const { desired, current, old } = input;
  const { surge, unavailable } = limits(input);
  const total = [current, ...old].reduce((sum, set) => sum + set.wanted, 0);

  if (current.wanted > desired) return [{ name: current.name, wanted: desired }];
  const room = Math.min(desired - current.wanted, desired + surge - total);
  if (room > 0) return [{ name: current.name, wanted: current.wanted + room }];

  const minAvailable = desired - unavailable;
  const newUnavailable = current.wanted - current.available;
  let mayGo = total - minAvailable - newUnavailable;
  const sizes = new Map(old.map((set) => [set.name, set.wanted]));

  // Pods of old sets that do not serve anyway go first: they may be what blocks the rollout.
  for (const set of old) {
    const broken = Math.min(Math.max(0, mayGo), set.wanted - set.available);
    if (broken <= 0) continue;
    sizes.set(set.name, set.wanted - broken);
    mayGo -= broken;
  }

  let spare = [current, ...old].reduce((sum, set) => sum + set.available, 0) - minAvailable;
  for (const set of old) {
    const left = sizes.get(set.name) ?? 0;
    const go = Math.min(Math.max(0, spare), Math.max(0, mayGo), left);
    sizes.set(set.name, left - go);
    spare -= go;
    mayGo -= go;
  }
  return old
    .filter((set) => sizes.get(set.name) !== set.wanted)
    .map((set) => ({ name: set.name, wanted: sizes.get(set.name) ?? 0 }));
}
