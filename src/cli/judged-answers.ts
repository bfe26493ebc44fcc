import { counted } from '../incident/text.ts';
import type { Row } from '../learn/measure.ts';
import { recalibrate, recalibrated, type Labelled } from '../learn/recalibrate.ts';
import { reliabilityTable } from '../learn/reliability.ts';
import { writeJsonLines, type JsonLinesWriter } from './json-lines.ts';
import { LABEL_SHAPES, readLabels, rightOf, type Labels } from './label-lines.ts';

/** What the commands that measure answers take besides cases. */
export type JudgingOptions = {
  out: string;
  /** Print how far the labels bear the confidences out. */
  report?: boolean;
  /** For the report: which answers are right. */
  labels?: string;
  /** Labels of this workspace, by which the confidences are corrected before they are written. */
  calibrate?: string;
};

/** Where the case and the first answer stand in what a command writes; no answer is a wrong one. */
export type Shape<T> = { name: string; id: (answer: T) => string; first: (answer: T) => string | undefined };

/**
 * Writes answers as they come. With labels of the workspace they are held back until all are known,
 * corrected, and then written in their order; a report leaves out the cases that the correction knew.
 */
export async function openAnswers<T extends { confidence: number }>(
  shape: Shape<T>,
  options: JudgingOptions,
): Promise<JsonLinesWriterOf<T>> {
  if (options.report && !options.labels)
    throw new Error(`A report needs to know what is right: --labels FILE, a line ${LABEL_SHAPES} each.`);
  if (options.labels && !options.report) throw new Error('--labels is for the report: add --report.');
  const known = options.calibrate ? await readLabels(options.calibrate) : null;
  const labels = options.labels ? await readLabels(options.labels) : null;
  const out = writeJsonLines(options.out);
  const held: T[] = [];
  const rows: Row[] = [];
  let matched = 0;
  const put = async (answer: T): Promise<void> => {
    const right = labels && rightOf(labels, shape.id(answer));
    if (right) matched += 1;
    if (right && !(known && rightOf(known, shape.id(answer))))
      rows.push({ probability: answer.confidence, right: isRight(shape.first(answer), right) });
    await out.write(answer);
  };
  return {
    write: async (answer) => {
      if (known) held.push(answer);
      else await put(answer);
    },
    close: async () => {
      if (known) {
        const correct = correction(shape, held, known);
        for (const answer of held) await put({ ...answer, confidence: correct(answer.confidence) });
      }
      await out.close();
      if (!labels) return;
      if (matched === 0)
        throw new Error(
          `None of the ${counted(labels.size, 'label')} of ${options.labels} is of any answer; their ids must be those of the cases.`,
        );
      console.log(reliabilityTable(shape.name, rows));
    },
  };
}

type JsonLinesWriterOf<T> = Omit<JsonLinesWriter, 'write'> & { write: (answer: T) => Promise<void> };

function correction<T extends { confidence: number }>(
  shape: Shape<T>,
  answers: readonly T[],
  known: Labels,
): (confidence: number) => number {
  // A file of labels bears no dates, so all of them count the same.
  const at = new Date(0);
  const labels = answers.flatMap((answer): Labelled[] => {
    const right = rightOf(known, shape.id(answer));
    return right ? [{ shipped: answer.confidence, right: isRight(shape.first(answer), right), at }] : [];
  });
  console.error(`confidences corrected by ${counted(labels.length, 'label')}`);
  const by = recalibrate(labels, at);
  return (confidence) => recalibrated(by, confidence);
}

function isRight(first: string | undefined, right: readonly string[]): boolean {
  return first !== undefined && right.includes(first);
}
