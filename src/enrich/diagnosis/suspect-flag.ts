import type { FlagChange, FrozenCommit, FrozenIncident } from './frozen.ts';
import type { Names } from './names.ts';
import type { Origin } from './origin.ts';
import type { Sign } from './sign.ts';
import { matchesOf } from './signature.ts';
import { ELSEWHERE, NOWHERE, SLACK_MS, soonness, type Suspect } from './suspects.ts';
import { logOddsOf, type Evidence } from './weigh.ts';

/** A flag that fits by itself, where no commit carries its code. */
export function suspectFlag(
  incident: FrozenIncident,
  suspects: readonly Suspect[],
  signs: readonly Sign[],
  origins: readonly Origin[],
  names: Names,
  onset: number | null,
): { flag: FlagChange; logOdds: number } | null {
  const until = (onset ?? incident.alertAt ?? Number.MAX_SAFE_INTEGER) + SLACK_MS;
  const scores = new Map(origins.map((one) => [one.service, one.score]));
  const guarding = new Set(
    suspects.flatMap(({ shipping }) => (shipping.how === 'flag' ? shipping.flag : [])),
  );
  const flags = incident.flags.filter(
    (flag) =>
      !guarding.has(flag) &&
      flag.live &&
      flag.on !== false &&
      flag.at !== null &&
      flag.at <= until &&
      until - flag.at < 24 * 3600_000,
  );
  const asCommit = (flag: FlagChange): FrozenCommit => ({
    sha: flag.key,
    at: flag.at,
    author: '',
    subject: flag.key,
    body: flag.text,
    paths: [],
    diff: '',
    service: flag.service,
  });
  // What a flag shares is telling only beside what the commits share.
  const matches = matchesOf([...incident.commits, ...flags.map(asCommit)], signs, () => 1, names.all);
  return (
    flags
      .map((flag) => {
        const match = matches.get(flag.key);
        const service = flag.service ?? names.within(flag.key);
        const evidence: Evidence = {
          near: service === null ? NOWHERE : (scores.get(names.canonical(service)) ?? ELSEWHERE),
          soon: soonness({ how: 'flag', at: flag.at, flag }, until),
          added: match?.added ?? 0,
          any: match?.any ?? 0,
          symbol: match?.symbol ?? 0,
          mechanism: match?.mechanism ?? 0,
          frames: 0,
          flag: 1,
          plausible: 0,
        };
        return { flag, logOdds: logOddsOf(evidence) };
      })
      .sort((a, b) => b.logOdds - a.logOdds)[0] ?? null
  );
}
