import type { Deploy, FlagChange, FrozenCommit, FrozenIncident } from './frozen.ts';
import type { Names } from './names.ts';

/** How a commit reached production. `at` is when it began to matter. */
export type Shipping =
  | { how: 'deployed'; at: number | null; deploy: Deploy }
  | { how: 'with a later one'; at: number | null; deploy: Deploy }
  | { how: 'flag'; at: number | null; flag: FlagChange }
  | { how: 'too late' }
  | { how: 'not live' }
  | { how: 'not told'; at: number | null };

const LEAST_SHA = 6;

/** When the commit's code went live before `until` (milliseconds), as far as deployments and flags tell. */
export function shippingOf(
  commit: FrozenCommit,
  incident: FrozenIncident,
  services: readonly string[],
  names: Names,
  until: number,
): Shipping {
  const naming = incident.deploys.filter((deploy) => carries(deploy, commit.sha));
  const live = naming.filter((deploy) => deploy.live);
  const inTime = live
    .filter((deploy) => deploy.at === null || deploy.at <= until)
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))[0];
  const shipped: Extract<Shipping, { at: number | null }> | null = inTime
    ? { how: 'deployed', at: inTime.at, deploy: inTime }
    : later(commit, incident, services, names, until);
  if (commit.at !== null && commit.at > until && !inTime) return { how: 'too late' };
  const flag = flagOf(commit, incident, until);
  if (flag && (shipped === null || shipped.how === 'not told' || (flag.at ?? 0) >= (shipped.at ?? 0))) {
    return { how: 'flag', at: flag.at, flag };
  }
  if (shipped) return shipped;
  if (live.length > 0) return { how: 'too late' };
  if (naming.length > 0) return { how: 'not live' };
  // Where no deployment names any commit of the file, they do not tell.
  const told = incident.deploys.some((deploy) => incident.commits.some((one) => carries(deploy, one.sha)));
  const own = incident.deploys.filter(
    (deploy) => deploy.service === null || services.includes(names.canonical(deploy.service)),
  );
  const since = Math.min(...(own.length > 0 ? own : incident.deploys).flatMap((deploy) => deploy.at ?? []));
  // What is older than all deployments on record went out before them.
  if (
    told &&
    !(
      commit.at !== null &&
      commit.at < since &&
      own.every((deploy) => !isNewerThan(deploy, commit, incident))
    )
  )
    return { how: 'not live' };
  const next = own
    .filter(
      (deploy) =>
        deploy.live &&
        deploy.at !== null &&
        commit.at !== null &&
        deploy.at >= commit.at &&
        deploy.at <= until,
    )
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))[0];
  return { how: 'not told', at: (told ? null : next?.at) ?? commit.at };
}

/** A deployment of the same service that came after the commit brought it along, unless it names an older one. */
function later(
  commit: FrozenCommit,
  incident: FrozenIncident,
  services: readonly string[],
  names: Names,
  until: number,
): Extract<Shipping, { at: number | null }> | null {
  const { at } = commit;
  if (at === null) return null;
  const found = incident.deploys
    .filter((deploy) => {
      if (
        !deploy.live ||
        deploy.at === null ||
        deploy.at < at ||
        deploy.at > until ||
        deploy.service === null
      )
        return false;
      if (!services.includes(names.canonical(deploy.service)) || deploy.contains.length > 0) return false;
      const named = incident.commits.find((one) => carries(deploy, one.sha));
      return named !== undefined && named.at !== null && named.at >= at;
    })
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))[0];
  return found ? { how: 'with a later one', at: found.at, deploy: found } : null;
}

export function carries(deploy: Deploy, sha: string): boolean {
  return (
    [deploy.what, ...deploy.contains].some((name) => isSame(name, sha)) ||
    (deploy.what !== '' && deploy.text.includes(sha.slice(0, 12)))
  );
}

function isSame(name: string, sha: string): boolean {
  const hex = name.toLowerCase();
  const own = sha.toLowerCase();
  if (hex === own) return true;
  const candidates = hex.split(/[^a-z0-9]+/).filter((part) => part.length >= LEAST_SHA);
  return candidates.some((part) => own.startsWith(part) || (own.length >= LEAST_SHA && part.startsWith(own)));
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Whether the deployment names a commit of the file that is older than this one: then this one is not in it. */
function isNewerThan(deploy: Deploy, commit: FrozenCommit, incident: FrozenIncident): boolean {
  const named = incident.commits.find((one) => carries(deploy, one.sha));
  return named !== undefined && named.at !== null && commit.at !== null && named.at < commit.at;
}

/** The flag that guards the commit's code, if it was turned on before `until`. */
function flagOf(commit: FrozenCommit, incident: FrozenIncident, until: number): FlagChange | null {
  const text = bare(`${commit.subject}\n${commit.body}\n${commit.diff}`);
  const found = incident.flags.filter(
    (flag) =>
      flag.live &&
      flag.on !== false &&
      (flag.at === null || flag.at <= until) &&
      bare(flag.key).length > 4 &&
      text.includes(bare(flag.key)),
  );
  return found.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0] ?? null;
}
