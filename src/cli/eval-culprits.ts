import { z } from 'zod';
import { symptomOf, type Change } from '../enrich/culprit/change.ts';
import { rankChanges, type Ranking } from '../enrich/culprit/rank.ts';
import { counted, firstLine, plain } from '../incident/text.ts';
import { caseLines } from './case-lines.ts';
import { openAnswers, type JudgingOptions, type Shape } from './judged-answers.ts';

export type EvalCulpritsOptions = Omit<JudgingOptions, 'out'> & {
  cases: string;
  out?: string;
  explain?: string;
};

const SHAPE: Shape<{ case_id: string; ranked: string[]; confidence: number }> = {
  name: 'Culprits',
  id: (answer) => answer.case_id,
  first: (answer) => answer.ranked[0],
};

/** Older changes are not asked about, and no clock is that wrong. */
const TEN_YEARS_S = 10 * 366 * 86_400;

const caseSchema = z.object({
  case_id: z.string(),
  query: z.string(),
  candidates: z
    .array(
      z.object({
        sha: z.string().min(1),
        age_s: z
          .number()
          .min(0, 'an age is in seconds, from 0 for a change of this moment')
          .max(TEN_YEARS_S, 'an age is in seconds, and of ten years at most'),
        subject: z.string().default(''),
        body: z.string().default(''),
        paths: z.array(z.string()).default([]),
        diff: z.string().nullish(),
      }),
    )
    .superRefine((all, context) => {
      const seen = new Set<string>();
      for (const { sha } of all) {
        if (seen.has(sha))
          context.addIssue({ code: 'custom', message: `“${plain(sha, 100)}” is listed twice` });
        seen.add(sha);
      }
    }),
});

const PROGRESS_EVERY = 100;

/** Ranks the candidates of each case of a file, as the running system ranks changes before an incident. */
export async function evalCulpritsCommand(options: EvalCulpritsOptions): Promise<void> {
  const { cases, out, explain } = options;
  if (out === undefined && explain === undefined)
    throw new Error('Say where the answers go, --out FILE, or which case to explain, --explain CASE_ID.');
  const lines = caseLines(cases, caseSchema, (one) => one.case_id);
  const writer = out === undefined ? null : await openAnswers(SHAPE, { ...options, out });
  let count = 0;
  let explained = false;
  for await (const value of lines) {
    if (explain !== undefined && value.case_id !== explain && !writer) continue;
    const ranking = rankChanges(symptomOf(value.query), value.candidates.map(changeOf));
    count += 1;
    await writer?.write({
      case_id: value.case_id,
      ranked: ranking.suspects.map(({ change }) => change.id),
      confidence: Number(ranking.firstRight.toFixed(4)),
    });
    if (value.case_id === explain) {
      explained = true;
      console.log(explanation(value.query, ranking));
    }
    if (count % PROGRESS_EVERY === 0) console.error(`${counted(count, 'case')} ranked`);
  }
  await writer?.close();
  if (explain !== undefined && !explained) throw new Error(`${cases} holds no case “${explain}”.`);
  console.error(`${counted(count, 'case')} ranked, ${counted(lines.leftOut(), 'line')} left out.`);
}

function changeOf(candidate: z.infer<typeof caseSchema>['candidates'][number]): Change {
  const { sha, age_s: ageS, subject, body, paths, diff } = candidate;
  return { id: sha, kind: 'commit', ageS, subject, body, paths, diff: diff ?? '' };
}

/** One probability, the one that cases with known answers bear out; the suspects beside it by their log-odds. */
function explanation(query: string, ranking: Ranking): string {
  return [
    `“${firstLine(query, 200)}”`,
    `The first is right with probability ${ranking.firstRight.toFixed(2)}. Signs add to log-odds:`,
    ...ranking.suspects
      .slice(0, 5)
      .flatMap(({ change, why, weighed }, place) => [
        '',
        `${place + 1}. ${plain(change.id.slice(0, 10))} ${firstLine(change.subject, 100)}`,
        `   ${firstLine(why, 300)}`,
        `   ${weighed.reduce((sum, [, logOdds]) => sum + logOdds, 0).toFixed(2)} = ${weighed.map(([sign, logOdds]) => `${sign} ${logOdds.toFixed(2)}`).join(', ')}`,
      ]),
  ].join('\n');
}
