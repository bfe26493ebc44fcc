import type { Question } from './question.ts';
import { scoredFor } from './scored.ts';
import type { SearchIndex } from './search-index.ts';

/** How well the best document meets, by words, a question whose own document is not there: 0 to 1. */
export type Usual = number;

/** Enough for a mean; each is one more search, once for a corpus. */
const MOST_SAMPLED = 60;
/** About as many words as an alert has. */
const WORDS_ASKED = 18;
/** What organisations usually have; a corpus of few files is judged by that, as by so many samples of its own. */
const ELSEWHERE = { usual: 0.25, samples: 10 };
/** A corpus that has grown or shrunk by no more is still like itself. */
const SAME = 0.1;

/**
 * Asks a corpus what its own documents begin with, each without itself: files that are all alike meet any
 * question well, and there only much more than that means anything. Rejects only as the index does.
 */
async function measureUsual(index: SearchIndex): Promise<Usual> {
  const samples = await index.sample(MOST_SAMPLED);
  let sum = ELSEWHERE.usual * ELSEWHERE.samples;
  for (const { id, title, text } of samples) {
    const { scored } = await scoredFor(
      index,
      asking(`${title} ${text.split(/\s+/).slice(0, WORDS_ASKED).join(' ')}`),
      id,
    );
    sum += scored[0]?.words ?? 0;
  }
  return sum / (samples.length + ELSEWHERE.samples);
}

/** An index that also knows how well it meets a question whose document is missing, where it has `documents` now. */
export type MeasuredIndex = SearchIndex & { usual(documents: number): Promise<Usual> };

/** Measures when first asked, and again when the number of documents has changed by more than a tenth. */
export function measured(index: SearchIndex): MeasuredIndex {
  let kept: { documents: number; usual: Promise<Usual> } | null = null;
  return {
    ...index,
    usual(documents) {
      if (kept && Math.abs(documents - kept.documents) <= SAME * kept.documents) return kept.usual;
      const fresh = { documents, usual: measureUsual(index) };
      kept = fresh;
      // What failed once may be had at the next question.
      fresh.usual.catch(() => {
        if (kept === fresh) kept = null;
      });
      return fresh.usual;
    },
  };
}

function asking(summary: string): Question {
  return { alerts: [], services: [], labels: {}, annotations: { summary }, text: '' };
}
