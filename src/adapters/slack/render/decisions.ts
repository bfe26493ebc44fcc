import { awaitsReview, type Proposal } from '../../../incident/proposal.ts';
import { standingOf } from '../../../incident/plan.ts';
import { isLead, questionAmong, type Question } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { decision } from './decision.ts';
import { bold, bullets, lines, oneLine, richText, words, type Block, type Inline } from './rich.ts';

const MOST = 6;

/** States in which a proposal has come to nothing. */
const FORGONE: Proposal['state'][] = ['rejected', 'expired', 'superseded'];

/**
 * What was decided, in the order of time. Where that is too much, what has come to nothing gives way first and the older
 * before the newer; how much is left out stands there.
 */
export function decisionBlock(view: IncidentView): Block[] {
  const all = view.proposals
    .filter(isLead)
    .map((lead) => ({ lead, said: decision(view, lead), question: questionAmong(view.proposals, lead) }))
    .filter(({ said }) => said.length > 0)
    .map((one) => ({ ...one, at: decidedAt(view, one.lead).getTime() }))
    .toSorted((a, b) => a.at - b.at);
  const isForgone = ({ steps }: Question) => steps.every(({ state }) => FORGONE.includes(state));
  const kept = all
    .toReversed()
    .toSorted((a, b) => Number(isForgone(a.question)) - Number(isForgone(b.question)))
    .slice(0, MOST);
  const items = all
    .filter((one) => kept.includes(one))
    .map(({ lead, said, question }): Inline[] => {
      const came = lead.consent.plan ? planResult(question) : result(lead);
      return [oneLine(question.title, 250), words(': '), ...said, ...came];
    });
  const rest = all.length - items.length;
  if (rest > 0) items.push([words(`and ${rest} more`)]);
  return items.length === 0 ? [] : [richText(lines([bold(words('Decisions'))]), bullets(items))];
}

/** When it was decided, or ended without anybody deciding it. */
function decidedAt({ journal }: IncidentView, { id, ...proposal }: Proposal): Date {
  if (proposal.decidedAt) return proposal.decidedAt;
  if (proposal.state === 'expired') return proposal.expiresAt;
  const moved = journal.findLast((entry) => entry.kind === 'proposal.moved' && entry.proposal === id);
  return moved?.at ?? proposal.createdAt;
}

/** What came of it, for those who read the channel and not the thread. */
function result(proposal: Proposal): Inline[] {
  switch (proposal.state) {
    case 'succeeded':
      if (awaitsReview(proposal)) return [words(' · open, not merged yet')];
      return [words(proposal.consent.predicate.alertsResolved ? ' · it helped' : ' · done')];
    case 'failed':
      return [words(' · it did not help')];
    case 'inconclusive':
      return [words(' · it is not clear whether it helped')];
    case 'unknown':
      return [words(' · nobody knows whether it took effect')];
    case 'reverted':
      return [words(' · it was undone')];
    default:
      return [];
  }
}

function planResult({ steps }: Question): Inline[] {
  const standing = standingOf(steps);
  switch (standing.kind) {
    case 'helped':
      return [words(steps.at(-1)?.consent.predicate.alertsResolved ? ' · it helped' : ' · done')];
    case 'undone':
      return [words(' · it was undone')];
    case 'stopped':
      return [words(` · stopped at step ${standing.at.consent.plan?.step}, ${standing.at.state}`)];
    case 'under way':
      return [words(` · at step ${standing.at.consent.plan?.step} of ${steps.length}`)];
    default:
      return [];
  }
}
