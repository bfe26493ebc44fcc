import { z } from 'zod';
import type { Hypothesis } from '../../incident/hypothesis.ts';
import { plain } from '../../incident/text.ts';

/** What a model must answer; prompts/investigate.md says the same to the model as a JSON schema. */
export const answerSchema = z.strictObject({
  hypotheses: z.array(
    z.strictObject({
      statement: z.string(),
      verdict: z.enum(['supported', 'refuted', 'open']),
      evidence_for: z.array(z.int()),
      evidence_against: z.array(z.int()),
    }),
  ),
});

export type Answer = z.infer<typeof answerSchema>;

const MOST = 5;
const LONGEST = 300;

/**
 * The hypotheses of an answer that may be shown: at most five, each one line, each resting on evidence of
 * this case. One that cites an unknown id is dropped whole, because its author made something up; so is
 * one without a citation. A verdict that its citations do not carry becomes `open`.
 */
export function usableHypotheses(answer: Answer, known: ReadonlySet<number>): Hypothesis[] {
  return answer.hypotheses
    .flatMap((one): Hypothesis[] => {
      const statement = plain(one.statement.replaceAll(/\s+/g, ' ').trim(), LONGEST);
      const evidenceFor = [...new Set(one.evidence_for)];
      const evidenceAgainst = [...new Set(one.evidence_against)];
      const cited = [...evidenceFor, ...evidenceAgainst];
      if (statement === '' || cited.length === 0 || !cited.every((id) => known.has(id))) return [];
      const carried =
        (one.verdict === 'supported' && evidenceFor.length > 0) ||
        (one.verdict === 'refuted' && evidenceAgainst.length > 0);
      return [
        { statement, verdict: carried ? one.verdict : 'open', evidenceFor, evidenceAgainst, by: 'model' },
      ];
    })
    .slice(0, MOST);
}
