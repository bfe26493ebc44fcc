import { isEarlierStep, standingOf } from '../../../incident/plan.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import type { Question } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import { fit, must } from './fit.ts';
import { handOver, undoButton } from './outcome.ts';
import { planProgress } from './progress.ts';
import type { Tokens } from './proposal.ts';
import { bold, bullets, emoji, lines, richText, words, type Rendered, SPACE } from './rich.ts';

/** What became of a plan, and the button to undo what it has done; null before it has ended. */
export function renderPlanOutcome(
  view: IncidentView,
  question: Question,
  tokens: Tokens | null,
): Rendered | null {
  const said = verdict(question);
  if (said === null) return null;
  const { lead, steps } = question;
  const unknown = steps.find(({ state }) => state === 'unknown');
  const title = inertLine(question.title, 400);
  return {
    text: inertMarkup(`${said.sentence} ${title}`),
    blocks: fit([
      ...must(richText(lines([emoji(said.sign), SPACE, bold(words(said.sentence))], [words(title)]))),
      ...must(richText(bullets(planProgress(view, question)))),
      ...must(...(unknown ? [richText(lines(handOver(unknown)))] : [])),
      ...must(...(tokens ? [undoButton(lead, tokens)] : [])),
    ]),
  };
}

function verdict({ steps }: Question): { sign: string; sentence: string } | null {
  const standing = standingOf(steps);
  switch (standing.kind) {
    case 'proposed':
    case 'rejected':
    case 'expired':
    case 'withdrawn':
    case 'under way':
      return null;
    case 'helped':
      return { sign: 'white_check_mark', sentence: `All ${steps.length} steps are done${came(steps)}.` };
    case 'undone':
      return { sign: 'leftwards_arrow_with_hook', sentence: 'The plan was undone.' };
    case 'stopped': {
      const { at } = standing;
      const step = `step ${at.consent.plan?.step} of ${steps.length}`;
      if (at.state === 'unknown')
        return {
          sign: 'warning',
          sentence: `The plan stopped at ${step}: nobody knows whether it took effect, a person must look.`,
        };
      if (at.state === 'failed' || at.state === 'inconclusive')
        return isEarlierStep(at)
          ? { sign: 'x', sentence: `The plan stopped at ${step}, whose check ended as ${at.state}.` }
          : {
              sign: at.state === 'failed' ? 'x' : 'grey_question',
              sentence:
                at.state === 'failed'
                  ? 'All steps were carried out, and it did not help.'
                  : 'All steps were carried out; it is not clear whether it helped.',
            };
      return {
        sign: 'no_entry_sign',
        sentence: `The plan stopped before ${step}, which was not carried out.`,
      };
    }
    default:
      return standing satisfies never;
  }
}

function came(steps: readonly Proposal[]): string {
  if (steps.every(({ undoes }) => undoes !== null)) return ', and what they undo is undone';
  return steps.at(-1)?.consent.predicate.alertsResolved ? ', and it helped' : '';
}
