import { quoteReader } from '../../src/adapters/postgres/knowledge/quotes.ts';
import { postgresIndex, type DocumentFilter } from '../../src/adapters/postgres/knowledge/search-index.ts';
import { rememberedStatistics } from '../../src/adapters/postgres/knowledge/term-statistics.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import type { Question } from '../../src/enrich/retrieval/question.ts';
import { retrieve } from '../../src/enrich/retrieval/retrieve.ts';
import { recall, report, timed } from './exact.ts';

/** Whole searches, quotes included, beside the same ranking over every posting of every term. */
export async function compareWords(
  database: Database,
  asked: readonly { question: Question }[],
): Promise<void> {
  const reader = quoteReader(database);
  // As a replica has it, which has one index and so one memory.
  const statistics = rememberedStatistics(database);
  const search = async (question: Question, filter: DocumentFilter, mostPostings?: number) => {
    const made = postgresIndex(database, filter, { statistics, ...(mostPostings ? { mostPostings } : {}) });
    // A corpus is measured once, not for each question.
    const index = { ...made, usual: async () => 0.25 };
    const { ranked } = await retrieve(index, question, 10);
    await reader.quotes(ranked.map(({ document, passage }) => ({ id: document.id, passage })));
    return ranked.map(({ document }) => document.id);
  };
  const filters: [string, (question: Question) => DocumentFilter][] = [
    ['', () => ({})],
    ['kind', () => ({ kinds: ['postmortem'] })],
    ['service', ({ services }) => (services.length > 0 ? { services } : { sources: ['git:bench/team-1'] })],
  ];
  for (const [name, filterOf] of filters) {
    const exact: string[][] = [];
    const scan = await timed(asked.length, async (number) => {
      const { question } = asked[number] ?? missing();
      exact.push(await search(question, filterOf(question), Infinity));
      return () => 1;
    });
    const ours = await timed(asked.length, async (number) => {
      const { question } = asked[number] ?? missing();
      const found = await search(question, filterOf(question));
      return () => recall(found, exact[number] ?? []);
    });
    report(`words${name && `, by ${name}`}`, ours);
    report(`words${name && `, by ${name}`}, all postings`, scan);
  }
}

function missing(): never {
  throw new Error('There are fewer questions than were asked.');
}
