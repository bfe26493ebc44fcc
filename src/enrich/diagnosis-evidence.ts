import { uncalibrated } from '../incident/confidence.ts';
import { BELIEVABLE, type Evidence } from '../incident/evidence.ts';
import type { Remediation } from '../incident/remediation.ts';
import { firstLine, joined, plain } from '../incident/text.ts';
import { utc } from '../incident/utc.ts';
import type { Diagnosis } from './diagnosis/diagnose.ts';
import { measureOf } from './diagnosis/measures.ts';
import { originInWords } from './diagnosis/origin-in-words.ts';

/** Below this, a sign says too little to tell where something began. */
const TELLING = 0.25;
/** Below this, the signs name no cause clearly enough to say what would help. */
const CLEAR = 0.3;
const MOST_AFFECTED = 4;

const REMEDIES: Record<Remediation, string> = {
  rollback: 'a rollback',
  'roll-forward': 'a fix forward, because going back is not safe',
  'config-revert': 'taking a configuration back',
  'feature-flag-disable': 'switching a flag off',
  scale: 'more capacity',
  restart: 'a restart',
  reschedule: 'moving it to another node',
  failover: 'a failover',
  'rotate-cert': 'a new certificate or credential',
  'purge-bad-data': 'removing bad data',
  'escalate-upstream': 'the provider outside',
};

/**
 * The diagnosis of a live incident in one plain line with its reasons; null where nothing but the alerts themselves
 * speaks, which already say what they can. No line of any log is quoted: what is in there is not for a channel.
 */
export function diagnosisEvidence(
  diagnosis: Diagnosis,
  ranked: readonly Evidence[] = [],
  signals: readonly Evidence[] = [],
): Evidence | null {
  const [first] = diagnosis.origins;
  if (!first || !diagnosis.signs.some(({ kind, weight }) => kind !== 'alert' && weight >= TELLING))
    return null;
  const { guilty, flag, outside, remediation, confidence, features, onset } = diagnosis;
  const why = originInWords(first, healthySignal(first.service, signals));
  const [top] = ranked;
  const [cause] = outside.filter(({ clarity }) => clarity >= CLEAR);
  // Who reads of a likely change below must not read here that no change did it.
  const isContradicted = !guilty && !flag && top !== undefined && top.score >= BELIEVABLE;
  const remedy = !isContradicted && (guilty || flag || cause) ? remediation : null;
  const others = diagnosis.blastRadius.filter((name) => name !== first.service);
  const suspect = ranked.find(({ about }) => about.kind === 'commit')?.about;
  // The list of suspects has the last word on which change it was; two names at once would help nobody.
  const isOther = guilty && suspect?.kind === 'commit' && suspect.sha !== guilty.commit.sha;
  const because = isOther
    ? null
    : guilty
      ? `${guilty.commit.sha.slice(0, 7)} ${firstLine(guilty.commit.subject, 80)} fits the signs best`
      : flag
        ? `the flag ${firstLine(flag.key, 80)} fits the signs best`
        : isContradicted
          ? null
          : (cause?.cause.said ?? null);
  const began = onset === null ? '' : ` at ${utc(new Date(onset))}`;
  const looks = remedy
    ? `looks like a case for ${REMEDIES[remedy]}`
    : isContradicted
      ? 'the first suspect is the likeliest cause'
      : 'what would help is not clear';
  const sentence = [
    `Began in ${first.service}${began}${why ? `: ${why}` : ''}`,
    ...(others.length > 0 ? [`${list(others)} ${others.length === 1 ? 'is' : 'are'} affected too`] : []),
    looks + (because ? `: ${because}` : ''),
  ].join('; ');
  return {
    title: plain(`Began in ${first.service}; ${looks}`, 200),
    quote: plain(`${sentence}.`, 500),
    link: null,
    why: plain(why || 'by logs, metrics, changes and declared dependencies', 200),
    score: confidence,
    confidence: uncalibrated({ features, probability: confidence }),
    about: { kind: 'diagnosis', service: first.service, affected: others, remedy, onset },
  };
}

/** The name of the signal by which a service does not fail now; null where none says so. */
function healthySignal(service: string, signals: readonly Evidence[]): string | null {
  const live = signals.flatMap(({ about }) =>
    about.kind === 'signal' && about.service === service ? [about] : [],
  );
  const errors = live.filter(({ name, query }) =>
    ['errors', 'success'].includes(measureOf(`${name} ${query}`).measure),
  );
  const telling = errors.length > 0 ? errors : live;
  const isHealthy = telling.every(({ value, healthyBelow }) => value < healthyBelow);
  return isHealthy ? (telling[0]?.name ?? null) : null;
}

function list(names: readonly string[]): string {
  const rest = names.length - MOST_AFFECTED;
  return joined(rest > 0 ? [...names.slice(0, MOST_AFFECTED), `${rest} more`] : names);
}
