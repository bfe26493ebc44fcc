import { uncalibrated, type Confidence } from '../incident/confidence.ts';
import type { Evidence, Recommendation } from '../incident/evidence.ts';
import { plain } from '../incident/text.ts';
import type { RunbookSearch } from './enrich.ts';
import type { Answer } from './retrieval/answer.ts';
import { fuse, type Found, type Neighbour } from './retrieval/fusion.ts';
import { retrieve } from './retrieval/retrieve.ts';
import type { MeasuredIndex } from './retrieval/usual.ts';

/** A passage as people read it. */
export type Quote = {
  path: string;
  title: string;
  heading: string;
  body: string;
  link: string | null;
  services: string[];
  actions: Recommendation[];
};
export interface QuoteReader {
  /** One quote for each place, null where the document has gone since; of no passage in particular, the first. */
  quotes(places: readonly { id: string; passage: number | null }[]): Promise<(Quote | null)[]>;
}
export interface MeaningSearch {
  /** Passages nearest in meaning, nearest first, one for each document; empty where none can be had in time. */
  nearest(text: string, limit: number): Promise<Neighbour[]>;
}

/** A quote must fit a message of the thread beside others. */
const MOST_QUOTED = 900;
/** What a runbook for other services is worth, whose actions may do harm here. */
const FOREIGN = 0.3;
/** Beside a document that is so much better, what is worse than this share of it only makes people read more. */
const LEAST_SHARE = 0.25;
/** How far down both lists agreement is looked for. */
const DEPTH = 30;

/**
 * What the knowledge says about an incident, as evidence. `meaning` is null where no embedding server is
 * configured. Whether anything answers at all is for the words to say, which are calibrated for it.
 */
export function knowledgeSearch(
  index: MeasuredIndex,
  reader: QuoteReader,
  meaning: MeaningSearch | null,
): RunbookSearch {
  return {
    async search(question, limit) {
      const asked = [...question.alerts, question.text].join('\n');
      const [answer, near] = await Promise.all([
        retrieve(index, question, Math.max(limit, meaning ? DEPTH : 0)),
        meaning?.nearest(asked, DEPTH) ?? [],
      ]);
      if (!answer.answers) return [];
      const found = fuse(answer.ranked, near)
        .filter(({ share }) => share >= LEAST_SHARE)
        .slice(0, limit);
      const quotes = await reader.quotes(found);
      return found.flatMap(({ share, why }, place): Evidence[] => {
        const quote = quotes[place];
        if (!quote) return [];
        const { services } = quote;
        const foreign = services.length > 0 && !services.some((name) => question.services.includes(name));
        const evidence = evidenceOf(quote, answer.probability * share * (foreign ? FOREIGN : 1), why);
        return [place === 0 ? { ...evidence, confidence: confidenceOf(answer, found) } : evidence];
      });
    },
  };
}

/** The probability is that of the first by words; where meaning put another one first, nothing is known of it. */
function confidenceOf({ ranked, probability, features }: Answer, found: readonly Found[]): Confidence | null {
  return ranked[0]?.document.id === found[0]?.id ? uncalibrated({ features, probability }) : null;
}

function evidenceOf(
  { path, title, heading, body, link, actions }: Quote,
  score: number,
  why: string,
): Evidence {
  return {
    title: plain(heading === title ? title : `${title} › ${heading}`, 200),
    quote: plain(body, MOST_QUOTED),
    link,
    why,
    score,
    about: { kind: 'runbook', path, heading, actions },
  };
}
