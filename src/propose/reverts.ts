import { BELIEVABLE, type StoredEvidence } from '../incident/evidence.ts';
import { scoreOf, type Draft } from './draft.ts';
import { ofKind } from './evidence-of.ts';

/** Taking back the likeliest commit. */
export function reverts(evidence: readonly StoredEvidence[]): Draft[] {
  const [commit] = ofKind(evidence, 'commit').sort((a, b) => b.score - a.score);
  if (!commit || commit.score < BELIEVABLE) return [];
  return [
    {
      action: {
        tool: 'github.open_revert_pull_request',
        arguments: { repo: commit.about.repo, sha: commit.about.sha },
      },
      service: commit.about.service,
      score: scoreOf(0.15 + 0.35 * commit.score),
      reasonsFor: [{ text: `${commit.title}: ${commit.why}`, evidenceId: commit.id }],
      reasonsAgainst: [
        { text: 'it takes a review, a merge and a rollout before anything gets better', evidenceId: null },
      ],
    },
  ];
}
