import type { Question } from './retrieval/question.ts';
import { retrieve } from './retrieval/retrieve.ts';
import type { MeasuredIndex } from './retrieval/usual.ts';

const MOST = 10;

/**
 * Numbers of past incidents whose record or postmortem reads like the question, the most alike first; none where
 * nothing does. The index must hold our own incidents only, whose files are named INC-12.md.
 */
export async function alikeIncidents(index: MeasuredIndex, question: Question): Promise<number[]> {
  const { ranked, answers } = await retrieve(index, question, 2 * MOST);
  if (!answers) return [];
  const ids = ranked.flatMap(({ document }) => /^INC-(\d+)\.md$/.exec(document.path)?.[1] ?? []);
  return [...new Set(ids.map(Number))].slice(0, MOST);
}
