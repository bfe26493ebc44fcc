import type { StoredEvidence } from '../../../incident/evidence.ts';
import { VERDICT_WORDS } from '../../../incident/hypothesis.ts';
import { isSameSha } from '../../../incident/own-action.ts';
import { isUnsuspected, suspectsOf } from '../../../incident/suspects.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { confidence } from './labels.ts';
import { source } from './links.ts';
import { bold, italic, lines, oneLine, quote, richText, words, type Block, type Inline } from './rich.ts';

const MOST = 4;
const MOST_ROLLOUTS = 2;
const MOST_OWN = 2;

/** The changes that may be guilty in the order of their rank; a rollout stands with the commit that it brought. */
export function suspectBlocks({ evidence, hypotheses }: IncidentView): Block[] {
  const cause = hypotheses.find(({ by }) => by === 'rules');
  return listed(evidence).map(({ one, rollouts }, place) => {
    const isCause = [one, ...rollouts].some(({ id }) => cause?.evidenceFor.includes(id));
    return richText(
      lines(
        place === 0 ? [bold(words('Suspects, the likeliest first'))] : [],
        [...kindOf(one), bold(oneLine(one.title, 150)), ...source(one.link)],
        cause && isCause ? [words(`Likely cause, ${VERDICT_WORDS[cause.verdict]}`)] : [],
        [italic(oneLine(one.why, 200))],
        ...rollouts
          .slice(0, MOST_ROLLOUTS)
          .map((rollout): Inline[] => [words('Went out as '), oneLine(rollout.title, 100)]),
        one.confidence ? confidence(one.confidence) : [],
      ),
      quote(one.quote, 600),
    );
  });
}

/** What Sitrep itself did to what is looked at: nobody suspects it, and everybody must know. */
export function ownBlocks({ evidence }: IncidentView): Block[] {
  return own(evidence).map((one) =>
    richText(lines([bold(oneLine(one.title, 150))], [oneLine(one.why, 200)])),
  );
}

/** The pieces that stand in either of the two. */
export function shownChanges({ evidence }: IncidentView): StoredEvidence[] {
  const suspects = listed(evidence).flatMap(({ one, rollouts }) => [
    one,
    ...rollouts.slice(0, MOST_ROLLOUTS),
  ]);
  return [...suspects, ...own(evidence)];
}

function listed(evidence: readonly StoredEvidence[]): { one: StoredEvidence; rollouts: StoredEvidence[] }[] {
  const ranked = suspectsOf(evidence);
  const commits = ranked.filter(({ about }) => about.kind === 'commit');
  return ranked
    .filter((one) => !commits.some((commit) => brought(one, commit)))
    .slice(0, MOST)
    .map((one) => ({ one, rollouts: ranked.filter((other) => brought(other, one)) }));
}

function own(evidence: readonly StoredEvidence[]): StoredEvidence[] {
  return evidence
    .filter((one) => one.current && one.about.kind === 'deploy' && one.about.own && isUnsuspected(one))
    .slice(0, MOST_OWN);
}

/** The title of a flag begins with the word. */
function kindOf({ about }: StoredEvidence): Inline[] {
  if (about.kind === 'flag') return [];
  return [words(about.kind === 'commit' ? 'Commit ' : 'Rollout ')];
}

function brought({ about: rollout }: StoredEvidence, { about: commit }: StoredEvidence): boolean {
  return (
    rollout.kind === 'deploy' &&
    commit.kind === 'commit' &&
    rollout.sha !== null &&
    isSameSha(rollout.sha, commit.sha)
  );
}
