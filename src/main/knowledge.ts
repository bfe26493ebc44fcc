import type { Logger } from 'pino';
import { EMBEDDED_AT_ONCE, openEmbeddings, type Embed } from '../adapters/openai/embeddings.ts';
import { quoteReader } from '../adapters/postgres/knowledge/quotes.ts';
import { postgresIndex } from '../adapters/postgres/knowledge/search-index.ts';
import { openVectors, type PassageVectors } from '../adapters/postgres/knowledge/vectors.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import type { Config } from '../config.ts';
import { alikeIncidents } from '../enrich/alike-incidents.ts';
import type { RunbookSearch } from '../enrich/enrich.ts';
import { knowledgeSearch } from '../enrich/knowledge-search.ts';
import type { Question } from '../enrich/retrieval/question.ts';
import { measured } from '../enrich/retrieval/usual.ts';
import type { DocumentKind } from '../incident/document.ts';
import { firstLine, messageOf } from '../incident/text.ts';
import { whileLeased } from './while-leased.ts';

/** What may be quoted as a runbook. Our own incidents name the same alerts and would stand above all others. */
const QUOTED: DocumentKind[] = ['runbook'];
const PAST: DocumentKind[] = ['incident', 'postmortem'];
/** How often passages without a vector are looked for. */
const PERIOD_MS = 5000;
/** A search waits this long for the embedding of its question, then goes by words alone. */
const PATIENCE_MS = 1500;
const REQUEST_MS = 30_000;

export type Knowledge = {
  search: RunbookSearch;
  /** Numbers of past incidents that read like the question. */
  alike: (question: Question) => Promise<number[]>;
  fill: () => () => Promise<void>;
};

/** The search of runbooks and of past incidents, and `fill`, which embeds passages in the background until what it gives is called. */
export function openKnowledge(
  database: Database,
  embeddings: Config['embeddings'],
  log: Pick<Logger, 'info' | 'warn'>,
): Knowledge {
  const index = measured(postgresIndex(database, { kinds: QUOTED }));
  const past = measured(postgresIndex(database, { kinds: PAST }));
  const alike = (question: Question) => alikeIncidents(past, question);
  const reader = quoteReader(database);
  if (!embeddings) return { search: knowledgeSearch(index, reader, null), alike, fill: () => async () => {} };

  const batches = openEmbeddings({ ...embeddings, timeoutMs: REQUEST_MS });
  const question = openEmbeddings({ ...embeddings, timeoutMs: PATIENCE_MS });
  let opening: Promise<PassageVectors> | null = null;
  // Only an answer tells the length of a model's vectors.
  const vectorsFor = (dimensions: number) => {
    opening ??= openVectors(database, { name: embeddings.model, dimensions }, QUOTED).catch(
      (error: unknown) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  };
  let ready: PassageVectors | null = null;
  const prepare = async () => (ready ??= await vectorsFor(await lengthOf(batches)));

  return {
    alike,
    search: knowledgeSearch(index, reader, {
      async nearest(text, limit) {
        if (!ready) return [];
        try {
          const [vector = []] = await question([text]);
          return await ready.nearest(vector, limit);
        } catch (error) {
          log.warn(
            { reason: reasonOf(error) },
            'The embedding server did not answer; the search goes by words',
          );
          return [];
        }
      },
    }),
    fill() {
      let stopped = false;
      let said = '';
      const fillOnce = async () => {
        try {
          const vectors = await prepare();
          await vectors.use();
          // Each passage costs a request, so one worker at a time embeds those of a model.
          const done = await whileLeased(database, `embed:${vectors.id}`, (lost) =>
            fill(vectors, batches, () => stopped || lost.aborted),
          );
          if (done) log.info({ passages: done }, 'Passages embedded');
          said = '';
        } catch (error) {
          const reason = reasonOf(error);
          if (reason !== said) log.warn({ reason }, 'Passages could not be embedded; trying again');
          said = reason;
        }
      };
      let filling = fillOnce();
      const timer = setInterval(
        () => (filling = filling.then(() => (stopped ? undefined : fillOnce()))),
        PERIOD_MS,
      );
      return async () => {
        stopped = true;
        clearInterval(timer);
        await filling;
      };
    },
  };
}

/** Embeds what has no vector yet; resolves to how many passages. */
export async function fill(vectors: PassageVectors, embed: Embed, stopped: () => boolean): Promise<number> {
  let after = 0;
  let done = 0;
  while (!stopped()) {
    const passages = await vectors.missing(after, EMBEDDED_AT_ONCE);
    const last = passages.at(-1);
    if (!last) break;
    const embedded = await embed(passages.map(({ text }) => text));
    await vectors.put(passages.map(({ id }, place) => ({ id, vector: embedded[place] ?? [] })));
    after = last.id;
    done += passages.length;
  }
  return done;
}

async function lengthOf(embed: Embed): Promise<number> {
  const [vector = []] = await embed(['How long is a vector?']);
  return vector.length;
}

function reasonOf(error: unknown): string {
  return firstLine(messageOf(error), 200);
}
