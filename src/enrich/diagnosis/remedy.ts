import type { Remediation } from '../../incident/remediation.ts';
import type { FrozenIncident } from './frozen.ts';
import type { Outside } from './outside.ts';
import type { Sign } from './sign.ts';
import type { Suspect } from './suspects.ts';

const ONE_WAY =
  /\bdrop(?:s|ped|ping)?\s+(?:column|table|index|constraint)|irreversibl|one-way|cannot be rolled back|can(?:no|')t roll ?back|no down migration|not backwards?[- ]compatible|rename(?:s|d)? (?:column|table)|rollback (?:failed|blocked|impossible|not possible)|roll ?back.{0,40}(?:fail|refus|impossible|blocked|abort)|can(?:no|')t read (?:records|rows|data) (?:of|written)|destructive/i;
const PERSISTED =
  /poison|corrupt|stale (?:entry|key|value)|cached|bad rows?|dead[- ]?letter|redeliver|duplicate (?:rows?|entr)|malformed/i;

/** How a guilty change is taken back: by what it is, and by whether it can be. */
export function remedyForChange(
  suspect: Suspect,
  signs: readonly Sign[],
  incident: FrozenIncident,
): Remediation {
  const { commit, kind, shipping } = suspect;
  if (shipping.how === 'flag') return 'feature-flag-disable';
  const said = `${commit.subject}\n${commit.body}\n${commit.diff}`;
  const heard = signs
    .filter((sign) => sign.kind === 'log' && sign.weight > 0.25)
    .map((sign) => sign.text)
    .join('\n');
  const deployNotes = incident.deploys
    .filter((deploy) => deploy.what !== '' && commit.sha.startsWith(deploy.what))
    .map((deploy) => deploy.text)
    .join('\n');
  if (kind === 'migration' || ONE_WAY.test(`${said}\n${heard}\n${deployNotes}`)) return 'roll-forward';
  if (kind === 'data' && PERSISTED.test(heard)) return 'purge-bad-data';
  if (kind === 'config') return 'config-revert';
  return 'rollback';
}

/** What helps without a change to blame. Nothing known: what has failed is started again. */
export function remedyWithout(outside: Outside | undefined): Remediation {
  return outside?.cause.remedy ?? 'restart';
}
