import { shownConfidence } from '../../../incident/confidence.ts';
import { isLead, questionAmong } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { inertMarkup } from '../escape.ts';
import { advice, headline } from './advice.ts';
import { decision } from './decision.ts';
import { renderEvidence } from './evidence.ts';
import { fit, must, optional } from './fit.ts';
import { bold, bullets, lines, oneLine, richText, words, type Inline, type Rendered } from './rich.ts';

/** The answer to “why?”: the proposals with their best reasons, and the evidence, for one person. */
export function renderWhy(view: IncidentView): Rendered {
  const items = view.proposals
    .filter(isLead)
    .slice(0, 5)
    .map((proposal): Inline[] => {
      const [reason] = proposal.reasonsFor;
      const [doubt] = proposal.reasonsAgainst;
      const decided = decision(view, proposal);
      return [
        bold(oneLine(questionAmong(view.proposals, proposal).title, 250)),
        words(` (${proposal.state}, confidence ${shownConfidence(proposal.confidence)})`),
        ...(reason ? [words(' · for: '), oneLine(reason.text, 150)] : []),
        ...(doubt ? [words(' · against: '), oneLine(doubt.text, 150)] : []),
        ...(decided.length === 0 ? [] : [words(' · '), ...decided]),
      ];
    });
  const evidence = renderEvidence(view).blocks;
  return {
    text: inertMarkup(headline(view)),
    blocks: fit([
      ...must(richText(lines([bold(words(headline(view), 300))], [words(advice(view), 400)]))),
      ...must(...(items.length === 0 ? [] : [richText(lines([bold(words('Proposals'))]), bullets(items))])),
      ...optional(...evidence),
    ]),
  };
}
