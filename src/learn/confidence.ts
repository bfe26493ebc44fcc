import { wordFor, type Confidence, type Shipped } from '../incident/confidence.ts';
import { counted } from '../incident/text.ts';
import type { Row } from './measure.ts';
import { credibleInterval, recalibrated, type Recalibration } from './recalibrate.ts';

/** Fewer labels than this cannot carry a number. */
export const LABELS_FOR_A_NUMBER = 20;

/** Answers whose probabilities lie this close count as equally sure. */
const ABOUT = 0.1;

/** What a workspace has learnt of one kind of answer: its correction, and the labelled answers behind it. */
export type Learnt = Recalibration & { answers: readonly { shipped: number; right: boolean }[] };

/**
 * The confidence that a card shows: a word below twenty labels of this kind, from then on a number with
 * its interval and how answers at about this confidence have done. `aside` is said beside it, once.
 */
export function confidenceIn(shipped: Shipped, learnt: Learnt | null, aside = ''): Confidence {
  const also = aside ? `; ${aside}` : '';
  const labels = learnt?.labels ?? 0;
  if (!learnt || labels < LABELS_FOR_A_NUMBER) {
    return {
      word: wordFor(shipped.probability),
      record: `not yet calibrated: ${labels} of ${LABELS_FOR_A_NUMBER} labels${also}`,
      shipped,
    };
  }
  const probability = recalibrated(learnt, shipped.probability);
  return {
    word: wordFor(probability),
    record: `${recordAt(probability, recalibratedRows(learnt))}${also}`,
    calibrated: { probability, ...credibleInterval(learnt, shipped.probability) },
    shipped,
  };
}

/** The labelled answers with what the workspace's own correction makes of them. */
export function recalibratedRows(learnt: Learnt): Row[] {
  return learnt.answers.map(({ shipped, right }) => ({ probability: recalibrated(learnt, shipped), right }));
}

function recordAt(probability: number, rows: readonly Row[]): string {
  const near = rows.filter((row) => Math.abs(row.probability - probability) <= ABOUT);
  if (near.length === 0)
    return `no answer at about this confidence among ${counted(rows.length, 'labelled one')}`;
  const right = near.filter((row) => row.right).length;
  return `of ${counted(near.length, 'answer')} at about this confidence ${right} ${right === 1 ? 'was' : 'were'} right`;
}
