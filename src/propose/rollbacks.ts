import type { StoredEvidence } from '../incident/evidence.ts';
import type { Incident } from '../incident/incident.ts';
import { withDependencies, type ServiceCatalogue } from '../incident/service.ts';
import { scoreOf, type Draft } from './draft.ts';
import { commitOf, diagnosed, ofKind, type About } from './evidence-of.ts';

/** A rollout that went well for longer than this is no reason to roll it back. */
const OLD_S = 3 * 3600;

/** A rollout that is less likely guilty than this is not worth a rollback, or a place in the list of them. */
const LEAST = 0.15;

/** Going back to what ran before, where what runs now may be guilty. */
export function rollbacks(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  const signals = ofKind(evidence, 'signal');
  // Only the latest rollout of each deployment is what runs; undoing an older one would undo that as well.
  const latest = new Map<string, About<'deploy'>>();
  for (const one of ofKind(evidence, 'deploy')) {
    const known = latest.get(one.about.deployment);
    if (!known || one.about.revision > known.about.revision) latest.set(one.about.deployment, one);
  }
  return [...latest.values()].flatMap((deploy): Draft[] => {
    const { about } = deploy;
    if (about.previousRevision === null || !isWorthRollingBack(deploy)) return [];
    const commit = commitOf(deploy, evidence);
    const ill = signals.find((one) => one.about.service === about.service && one.score === 1);
    const well = signals.filter((one) => one.about.service === about.service).every((one) => one.score < 1);
    return [
      {
        action: {
          tool: 'kubernetes.rollback',
          arguments: {
            namespace: about.namespace,
            deployment: about.deployment,
            revision: about.previousRevision,
          },
        },
        service: about.service,
        score: scoreOf(
          0.35 + 0.45 * deploy.score + (ill ? 0.15 : 0) - (well && signals.length > 0 ? 0.15 : 0),
        ),
        reasonsFor: [
          { text: `${deploy.title}: ${deploy.why}`, evidenceId: deploy.id },
          ...(commit ? [{ text: `it brought ${commit.title}`, evidenceId: commit.id }] : []),
          ...(ill ? [{ text: `${ill.title} is ${ill.why}`, evidenceId: ill.id }] : []),
          ...diagnosed('kubernetes.rollback', about.service, evidence),
        ],
        reasonsAgainst: [
          ...(incident.services.includes(about.service)
            ? []
            : [
                {
                  text: `${about.service} itself raised no alert; ${nearest(incident, about.service, catalogue)}`,
                  evidenceId: null,
                },
              ]),
          { text: 'whatever else that revision brought is undone as well', evidenceId: null },
        ],
      },
    ];
  });
}

/** What Sitrep put back itself, what nobody suspects and what ran well for long is not rolled back. */
export function isWorthRollingBack({ about, score }: About<'deploy'>): boolean {
  return about.running && score >= LEAST && about.secondsBefore <= OLD_S;
}

function nearest(incident: Incident, service: string, catalogue: ServiceCatalogue): string {
  const above = incident.services.find((name) =>
    withDependencies(catalogue, name).some((other) => other.name === service),
  );
  return above ? `${above}, which depends on it, did` : 'a service near it did';
}
