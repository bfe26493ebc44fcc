import { z } from 'zod';
import type { Answer } from '../enrich/retrieval/answer.ts';
import { memoryIndex } from '../enrich/retrieval/memory-index.ts';
import type { Question } from '../enrich/retrieval/question.ts';
import { retrieve } from '../enrich/retrieval/retrieve.ts';
import { counted, plain } from '../incident/text.ts';
import { caseLines } from './case-lines.ts';
import { readCorpus } from './corpus-folder.ts';
import { openAnswers, type JudgingOptions, type Shape } from './judged-answers.ts';

export type EvalRunbooksOptions = Omit<JudgingOptions, 'out'> & {
  corpus?: string;
  queries?: string;
  out?: string;
  explain?: string;
};

/** More than these nobody reads, and nothing measures. */
const MOST_RANKED = 20;
const PROGRESS_EVERY = 500;
const EXPLAINED = 5;

const SHAPE: Shape<{ query_id: string; ranked: string[]; confidence: number }> = {
  name: 'Runbooks',
  id: (answer) => answer.query_id,
  first: (answer) => answer.ranked[0],
};

const strings = z.record(z.string(), z.string()).default({});
const querySchema = z.object({
  query_id: z.string().min(1),
  alertname: z.string().optional(),
  labels: strings,
  annotations: strings,
});

/** Ranks the documents of a folder for each alert of a file, and writes the order and how sure it is. */
export async function evalRunbooksCommand(options: EvalRunbooksOptions): Promise<void> {
  const { corpus, queries, out, explain } = options;
  if (corpus === undefined) throw new Error('Name the folder with the runbooks: --corpus runbooks/');
  if (queries === undefined) throw new Error('Name the file with the alerts: --queries queries.jsonl');
  if (out === undefined && explain === undefined)
    throw new Error('Name where to write: --out ranked.jsonl, or the query to explain: --explain QUERY_ID');
  const documents = await readCorpus(
    corpus,
    (path, why) => console.error(`${path}: left out: ${plain(why)}`),
    (problem) => console.error(plain(problem)),
  );
  if (documents.length === 0)
    console.error(`${corpus} holds no Markdown, AsciiDoc or plain text, so nothing can answer.`);
  const index = memoryIndex(documents);
  const lines = caseLines(queries, querySchema, (one) => one.query_id);
  const writer = out === undefined ? null : await openAnswers(SHAPE, { ...options, out });
  let asked = 0;
  let answered = 0;
  let explained = false;
  for await (const value of lines) {
    const answer = await retrieve(index, questionOf(value), MOST_RANKED);
    asked += 1;
    if (answer.answers) answered += 1;
    if (value.query_id === explain) {
      explained = true;
      console.log(explanation(value.query_id, answer).join('\n'));
    }
    await writer?.write({
      query_id: value.query_id,
      ranked: answer.ranked.map(({ document }) => document.path),
      confidence: Number(answer.probability.toFixed(6)),
    });
    if (asked % PROGRESS_EVERY === 0) console.error(`${counted(asked, 'alert')} answered`);
  }
  await writer?.close();
  if (explain !== undefined && !explained)
    throw new Error(`No line of ${queries} has the query_id ${explain}.`);
  console.error(
    `${counted(documents.length, 'document')}, ${counted(asked, 'alert')}, ${asked - answered} that nothing seems to answer, ${counted(lines.leftOut(), 'line')} left out. At most ${MOST_RANKED} files are ranked for each.`,
  );
}

function questionOf({ alertname, labels, annotations }: z.infer<typeof querySchema>): Question {
  const names = [alertname ?? labels['alertname']].filter((name) => name !== undefined);
  const services = [labels['service']].filter((name) => name !== undefined);
  return { alerts: names, services, labels, annotations, text: '' };
}

/** Why the first documents are where they are, as lines for a terminal. */
function explanation(id: string, { ranked, probability, answers, features }: Answer): string[] {
  const shares = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${value.toFixed(2)}`)
      .join(', ');
  const sure = `${Math.round(probability * 100)} % that the first is right`;
  return [
    `${plain(id, 200)}: ${sure}${answers ? '' : '; nothing seems to answer it'}.`,
    `  rests on ${shares(features)}`,
    ...ranked
      .slice(0, EXPLAINED)
      .flatMap(({ document, why, signals, score, passage }, place) => [
        `${place + 1}. ${plain(document.path, 200)} (${score.toFixed(2)}): ${plain(why)}`,
        `   ${shares(signals)}${passage === null ? '' : `; passage ${passage}`}`,
      ]),
  ];
}
