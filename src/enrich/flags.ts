import type { RecordedChange } from '../incident/change.ts';
import type { Evidence } from '../incident/evidence.ts';
import { firstLine, plain } from '../incident/text.ts';
import { keywords } from '../incident/words.ts';
import { LOOK_BACK_MS } from './changes.ts';
import type { Affected } from './suspects.ts';

/**
 * Flags that were switched before the onset, as evidence. Near in time counts most, as a switch acts at once; then
 * whether it is of an affected service, and words shared with the alerts. Scores are between 0 and 1.
 */
export function flagEvidence(
  flags: readonly RecordedChange[],
  affected: readonly Affected[],
  symptom: string,
  onset: Date,
): Evidence[] {
  const symptomWords = keywords(symptom);
  return flags.flatMap((change): Evidence[] => {
    const ageMs = onset.getTime() - change.at.getTime();
    if (!change.flag || ageMs < 0 || ageMs > LOOK_BACK_MS) return [];
    const { key, before, after } = change.flag;
    const service = affected.find(({ name }) => name === change.service);
    // Another service's switch is that service's; where nobody said whose it is, it stays a suspect.
    if (change.service !== null && !service) return [];
    const shared = [...keywords(`${key} ${change.body}`)].filter((word) => symptomWords.has(word));
    const where = change.environment ? ` in ${change.environment}` : '';
    return [
      {
        title: `flag ${firstLine(key, 120)}`,
        quote: plain(`${key}${where}: ${before ?? 'unknown'} → ${after ?? 'unknown'}\n${change.body}`, 900),
        link: change.url,
        why: [
          `switched${where} ${minutes(ageMs)} before the alert`,
          ...(service ? [`belongs to ${service.name}`] : []),
          ...(shared.length > 0 ? [`shares “${shared.slice(0, 4).join(', ')}” with the alerts`] : []),
        ].join('; '),
        score:
          0.6 * 0.5 ** (ageMs / 1_800_000) +
          0.25 * (service ? 1 / (1 + service.distance) : 0) +
          0.15 * Math.min(1, shared.length / 2),
        about: {
          kind: 'flag',
          service: change.service,
          key,
          before,
          after,
          at: change.at.toISOString(),
          environment: change.environment,
          sha: change.sha,
        },
      },
    ];
  });
}

function minutes(ms: number): string {
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
