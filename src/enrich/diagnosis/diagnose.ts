import { probabilityOf, type Features } from '../../incident/confidence-model.ts';
import type { Remediation } from '../../incident/remediation.ts';
import { blastRadius } from './blast-radius.ts';
import { INCIDENT_CONFIDENCE, sureness } from './confidence.ts';
import type { FlagChange, FrozenIncident } from './frozen.ts';
import { graphOf } from './graph.ts';
import { surgeOf, watchedServices, worsenedSeries } from './metric-signs.ts';
import { namesOf } from './names.ts';
import { originsKnowing, originsOf, type Origin } from './origin.ts';
import { outsideCauses, type Outside } from './outside.ts';
import { remedyForChange, remedyWithout } from './remedy.ts';
import type { Sign } from './sign.ts';
import { signsOf } from './signs.ts';
import { suspectFlag } from './suspect-flag.ts';
import { suspectsOf, type Suspect } from './suspects.ts';
import { noneOdds, shares } from './weigh.ts';

/** What Sitrep makes of a frozen incident, with everything that it rests on. */
export type Diagnosis = {
  id: string;
  /** Milliseconds; null where no time is told. */
  onset: number | null;
  origins: Origin[];
  blastRadius: string[];
  suspects: Suspect[];
  /** Null: none of these changes. */
  guilty: Suspect | null;
  flag: FlagChange | null;
  outside: Outside[];
  remediation: Remediation;
  /** Probability that the guilty commit, or that there is none, is right. */
  confidence: number;
  features: Features;
  signs: Sign[];
};

/** Diagnoses without a model and without a clock: the same file gives the same answer. */
export function diagnose(incident: FrozenIncident): Diagnosis {
  const names = namesOf(incident);
  const graph = graphOf(incident, names);
  const worsened = worsenedSeries(incident, names);
  const signs = signsOf(incident, names, graph, worsened);
  const watched = watchedServices(incident, names, worsened);
  const suspected = originsOf(signs, graph, watched);
  const onset = suspected[0]?.onset ?? incident.alertAt;
  const suspects = suspectsOf(incident, signs, suspected, graph, names, onset);
  const outside = outsideCauses(incident, signs, suspected, surgeOf(worsened, graph));
  const flagged = suspectFlag(incident, suspects, signs, suspected, names, onset);
  const best = suspects[0];
  const clarity = outside[0]?.clarity ?? 0;
  const [none = 1, byFlag = 0, ...bySuspect] = shares([
    noneOdds(clarity),
    flagged?.logOdds ?? -Infinity,
    ...suspects.map(({ logOdds }) => logOdds),
  ]);
  const byBest = bySuspect[0] ?? 0;
  const flag = flagged && byFlag > Math.max(none, byBest) ? flagged.flag : null;
  const guilty = best && !flag && byBest > none ? best : null;
  const origins = guilty ? originsKnowing(guilty.services, suspected, signs, graph, watched) : suspected;
  const [first] = origins;
  // A flag without a commit is none of these commits as well.
  const features: Features = { sure: sureness(guilty ? byBest : none + byFlag) };
  return {
    id: incident.id,
    onset,
    origins,
    blastRadius: first ? blastRadius(signs, first.service, graph, watched) : [],
    suspects,
    guilty,
    flag,
    outside,
    remediation: guilty
      ? remedyForChange(guilty, signs, incident)
      : flag
        ? 'feature-flag-disable'
        : remedyWithout(outside[0]),
    confidence: probabilityOf(INCIDENT_CONFIDENCE, features),
    features,
    signs,
  };
}

/** The answer as `sitrep eval incidents` writes it. */
export function answerOf(diagnosis: Diagnosis) {
  return {
    id: diagnosis.id,
    root_cause_commit: diagnosis.guilty?.commit.sha ?? 'none',
    ranked: diagnosis.suspects.map(({ commit }) => commit.sha),
    first_failing_service: diagnosis.origins[0]?.service ?? '',
    blast_radius: diagnosis.blastRadius,
    remediation: diagnosis.remediation,
    confidence: Number(diagnosis.confidence.toFixed(4)),
  };
}
