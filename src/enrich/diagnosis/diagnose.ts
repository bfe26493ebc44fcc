import { probabilityOf, type Features } from '../../incident/confidence-model.ts';
import { blastRadius } from './blast-radius.ts';
import type { Remediation } from './causes.ts';
import { INCIDENT_CONFIDENCE } from './confidence.ts';
import type { FlagChange, FrozenIncident } from './frozen.ts';
import { graphOf } from './graph.ts';
import { surgeOf, watchedServices, worsenedSeries } from './metric-signs.ts';
import { namesOf } from './names.ts';
import { originsOf, type Origin } from './origin.ts';
import { outsideCauses, type Outside } from './outside.ts';
import { remedyForChange, remedyWithout } from './remedy.ts';
import type { Sign } from './sign.ts';
import { signsOf } from './signs.ts';
import { suspectFlag, suspectsOf, type Suspect } from './suspects.ts';

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

/** A commit has to be this good where nothing from outside explains the trouble. */
const BAR = 0.3;
/** Words this vague explain nothing by themselves. */
const DOUBT = 0.25;
/** How much a clear cause from outside raises the bar. */
const RAISE = 0.42;

/** Diagnoses without a model and without a clock: the same file gives the same answer. */
export function diagnose(incident: FrozenIncident): Diagnosis {
  const names = namesOf(incident);
  const graph = graphOf(incident, names);
  const worsened = worsenedSeries(incident, names);
  const signs = signsOf(incident, names, graph, worsened);
  const watched = watchedServices(incident, names, worsened);
  const origins = originsOf(signs, graph, watched);
  const first = origins[0];
  const onset = first?.onset ?? incident.alertAt;
  const suspects = suspectsOf(incident, signs, origins, graph, names, onset);
  const outside = outsideCauses(incident, signs, origins, surgeOf(worsened, graph));
  const flagged = suspectFlag(incident, signs, origins, names, onset);
  const best = suspects[0];
  const bar = BAR + RAISE * Math.max(0, ((outside[0]?.clarity ?? 0) - DOUBT) / (1 - DOUBT));
  const flag =
    flagged && flagged.score > 0.5 && flagged.score > bar && flagged.score > (best?.score ?? 0)
      ? flagged.flag
      : null;
  const guilty = best && best.score >= bar && !flag ? best : null;
  const features: Features = {
    distance: Math.abs((best?.score ?? 0) - bar),
    lead: guilty ? guilty.score - (suspects[1]?.score ?? 0) : 0,
    match: guilty ? guilty.match.words : (outside[0]?.clarity ?? 0),
    origin: (first?.score ?? 0) - (origins[1]?.score ?? 0),
  };
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
