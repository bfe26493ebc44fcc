import { hasHelped, isBlamed, type Blamed, type OwnAction } from '../incident/own-action.ts';
import type { Rollout } from './changed.ts';

/** What Sitrep has done itself, and what was found guilty before. */
export type History = { own: readonly OwnAction[]; blamed: readonly Blamed[] };

/** A rollout with what its neighbours and Sitrep's own record say of it. */
export type KnownRollout = Rollout & {
  /** Whether it is what runs now. */
  running: boolean;
  /** What ran before it and may be put back; null where there is nothing, or only what was found guilty. */
  previous: Rollout | null;
  /** Sitrep's own action that brought it. */
  own: OwnAction | null;
  /** When Sitrep itself took it out of service, and that helped. */
  curedAt: Date | null;
};

/** The cluster tells times in whole seconds, and its own clock may differ a little. */
const CLOCK_MS = 5000;
/** A restart is a new revision of which nothing but its time says whose it is. */
const RESTART_MS = 60_000;

/** Joins the rollouts of the cluster with Sitrep's own actions. */
export function knownRollouts(rollouts: readonly Rollout[], { own, blamed }: History): KnownRollout[] {
  return rollouts.map((one) => {
    const others = rollouts.filter((other) => isSameDeployment(other, one));
    const running = !others.some((other) => other.revision > one.revision);
    const mine = own.findLast((action) => brought(action, one, running)) ?? null;
    const cure = own.find(
      (action) => hasHelped(action) && isSameDeployment(action, one) && action.left === one.revision,
    );
    return {
      ...one,
      // A revision that is rolled out again keeps its first date, or has the date at which it was complete.
      at: mine?.at ?? one.at,
      running,
      previous:
        others
          .filter((other) => other.revision < one.revision && !isBlamed(other, blamed))
          .sort((a, b) => b.revision - a.revision)[0] ?? null,
      own: mine,
      curedAt: cure?.at ?? null,
    };
  });
}

/**
 * Whether a rollout may have brought what began at `onset`. What Sitrep itself rolled out may have brought only
 * what began after it, and not where it was verified to have helped; what a rollback cured is over since then.
 */
export function mayBeGuilty({ own, curedAt }: KnownRollout, onset: Date): boolean {
  return !(own && hasHelped(own)) && (curedAt === null || onset < curedAt);
}

function brought(action: OwnAction, one: Rollout, running: boolean): boolean {
  if (!isSameDeployment(action, one)) return false;
  const after = one.at.getTime() - action.at.getTime();
  switch (action.tool) {
    case 'kubernetes.rollback':
      // Its number is new, its template is not.
      return action.template !== null && one.template !== null
        ? action.template === one.template && (running || after >= -CLOCK_MS)
        : after >= -CLOCK_MS && after < RESTART_MS;
    case 'kubernetes.restart':
      return after >= -CLOCK_MS && after < RESTART_MS;
    default:
      return false;
  }
}

type Place = { namespace: string; deployment: string };

export function isSameDeployment(a: Place, b: Place): boolean {
  return a.namespace === b.namespace && a.deployment === b.deployment;
}
