import { shownConfidence } from '../../../incident/confidence.ts';
import type { StoredEvidence } from '../../../incident/evidence.ts';
import { VERDICT_WORDS, type Hypothesis } from '../../../incident/hypothesis.ts';
import { incidentName } from '../../../incident/incident.ts';
import { notProposed } from '../../../incident/not-proposed.ts';
import { counted } from '../../../incident/text.ts';
import { questionAmong } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import { withoutCard } from './cards.ts';
import { confidence, labelling } from './labels.ts';
import { missing } from './degraded.ts';
import { fit, must, optional, type Part } from './fit.ts';
import { source } from './links.ts';
import { ownBlocks, shownChanges, suspectBlocks } from './suspects.ts';
import { bold, bullets, italic, lines, oneLine, quote, richText, smallPrint, words } from './rich.ts';
import type { Inline, Rendered } from './rich.ts';

const EACH_KIND = 3;

/** What was written for another day comes last. */
const KINDS = [
  ['runbook', 'Runbooks'],
  ['incident', 'Similar incidents'],
] as const;

/** The evidence message: what probably caused it, the quotes that say so, and what could not be looked at. */
export function renderEvidence(view: IncidentView): Rendered {
  const name = incidentName(view.incident.id);
  const evidence = view.evidence.filter((item) => item.current);
  const ofKind = (kind: 'signal' | 'runbook' | 'incident') =>
    evidence.filter((item) => item.about.kind === kind).slice(0, EACH_KIND);
  const signals = kindParts('Signals', ofKind('signal'));
  const shown = new Set([
    ...evidence.filter((item) => item.about.kind === 'diagnosis').slice(0, 1),
    ...(['signal', 'runbook', 'incident'] as const).flatMap(ofKind),
    ...shownChanges(view),
  ]);
  const found = foundLine(shown.size, evidence.length);
  const theModels = view.hypotheses.filter((hypothesis) => hypothesis.by === 'model');
  return {
    text: inertMarkup(`${name}: ${found}`),
    blocks: fit([
      ...must(richText(lines([bold(words(`What is known about ${name}`))], [words(found)]))),
      ...must(...diagnosisBlock(evidence)),
      // Whoever reads the list must know first that it is incomplete.
      ...must(...missing(view).map(smallPrint)),
      // Facts that somebody can check in a second come first.
      ...signals,
      ...optional(...suspectBlocks(view), ...ownBlocks(view)),
      ...KINDS.flatMap(([kind, title]) => kindParts(title, ofKind(kind))),
      // Without an answer nothing is learnt, so the question stays where other things no longer fit.
      ...must(...labelling(view)),
      ...optional(...otherProposals(view)),
      ...(theModels.length === 0
        ? must(smallPrint('No model had a part in this: it was found and ranked by rules.'))
        : must(
            { type: 'divider' },
            ...hypothesisBlocks(
              'What the model suggests (its own words, not checked by Sitrep)',
              theModels.slice(0, 3),
              view,
            ),
          )),
    ]),
  };
}

/** How much there is, and how much of it stands below: of many of a kind, and of what nobody suspects, not all. */
function foundLine(shown: number, count: number): string {
  if (count === 0) return 'No evidence was found.';
  const pieces = `${counted(count, 'piece')} of evidence`;
  return shown < count ? `Showing ${shown} of ${pieces}, the best of each kind.` : `${pieces}.`;
}

/** The diagnosis in its one line, and how sure it is. */
function diagnosisBlock(evidence: StoredEvidence[]) {
  const found = evidence.find((item) => item.about.kind === 'diagnosis');
  if (!found) return [];
  return [
    richText(
      lines(
        [bold(words('Diagnosis '))],
        [oneLine(found.quote, 500)],
        found.confidence ? confidence(found.confidence) : [],
      ),
    ),
  ];
}

function kindParts(title: string, items: StoredEvidence[]): Part[] {
  return optional(
    ...items.map((item, index) =>
      richText(
        lines(
          index === 0 ? [bold(words(title))] : [],
          [oneLine(item.title, 150), ...source(item.link)],
          [italic(oneLine(item.why, 200))],
          item.confidence ? confidence(item.confidence) : [],
        ),
        quote(item.quote, 400),
      ),
    ),
  );
}

function hypothesisBlocks(title: string, hypotheses: Hypothesis[], view: IncidentView) {
  if (hypotheses.length === 0) return [];
  const items = hypotheses.map((hypothesis): Inline[] => [
    words(`${capital(VERDICT_WORDS[hypothesis.verdict])}: `),
    oneLine(hypothesis.statement, 300),
    ...titles(' · for: ', hypothesis.evidenceFor, view),
    ...titles(' · against: ', hypothesis.evidenceAgainst, view),
  ]);
  return [richText(lines([bold(words(title))]), bullets(items))];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function titles(before: string, ids: number[], view: IncidentView): Inline[] {
  const found = ids.flatMap((id) =>
    view.evidence.filter((item) => item.id === id).map((item) => inertLine(item.title, 80)),
  );
  return found.length === 0 ? [] : [words(before + found.slice(0, 3).join('; '), 300)];
}

function otherProposals(view: IncidentView) {
  const others = withoutCard(view).map((proposal): Inline[] => [
    oneLine(questionAmong(view.proposals, proposal).title, 250),
    words(` (confidence ${shownConfidence(proposal.confidence)})`),
  ]);
  const withheld = notProposed(view).map(({ title, why }): Inline[] => [
    oneLine(title, 150),
    words(': '),
    oneLine(why, 200),
  ]);
  return [
    ...(others.length === 0
      ? []
      : [richText(lines([bold(words('Also possible'))]), bullets(others.slice(0, 10)))]),
    ...(withheld.length === 0
      ? []
      : [richText(lines([bold(words('Not proposed'))]), bullets(withheld.slice(-5)))]),
  ];
}
