// node bench/retrieval.ts [--passages N] [--questions N] [--url URL] [--seed N] [--keep] [--only words,vectors,langchain]
//
// Ingests a made corpus into an empty schema and asks it: ours by words, ours by vectors, langchain's
// PGVectorStore and exact scans, with and without a filter that one document in fifty passes. Without --url the
// embedded database is measured, without langchain. Langchain is installed once with `npm install --prefix
// bench/langchain`. 10,000 passages unless told otherwise; 100,000 take some ten minutes. With --keep the schema
// stays, and the next run with --keep and as many passages asks it again without ingesting.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { knowledgeStore } from '../src/adapters/postgres/knowledge/store.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { openDatabase } from '../src/adapters/postgres/open.ts';
import { indexDocument } from '../src/enrich/retrieval/index-document.ts';
import { MIGRATIONS } from '../src/main.ts';
import { makeCorpus, makeQuestions, vectorOf, type MadeDocument } from './retrieval/corpus.ts';
import { compareLangchain } from './retrieval/compare-langchain.ts';
import { compareVectors } from './retrieval/compare-vectors.ts';
import { compareWords } from './retrieval/compare-words.ts';
import { createRandom } from './rig/random.ts';

const SCHEMA = 'sitrep_bench_retrieval';
const { values } = parseArgs({
  options: {
    passages: { type: 'string', default: '10000' },
    questions: { type: 'string', default: '200' },
    url: { type: 'string' },
    seed: { type: 'string', default: '7' },
    keep: { type: 'boolean', default: false },
    only: { type: 'string', default: 'words,vectors,langchain' },
  },
});
const passages = whole('--passages', values.passages);
const questions = whole('--questions', values.questions);
const seed = whole('--seed', values.seed);

const only = values.only.split(',');

const home = mkdtempSync(join(tmpdir(), 'sitrep-bench-'));
const database = await openDatabase({ url: values.url, home, schema: SCHEMA });
try {
  const make = () => [...makeCorpus(passages, seed)];
  let corpus: MadeDocument[] | null = make();
  console.log(`${passages} passages in ${corpus.length} documents, ${questions} questions, ${database.kind}`);
  if (!(values.keep && (await holds(passages)))) await ingest(corpus);

  const asked = makeQuestions(corpus, questions, seed + 1);
  // No replica holds the corpus in memory, and collecting it would be timed along with the searches.
  corpus = null;
  console.log('\n                              p50 ms   p99 ms   recall@10');
  if (only.includes('words')) await compareWords(database, asked);

  if (only.includes('vectors') || only.includes('langchain')) {
    const random = createRandom(seed + 2);
    const again = make();
    const vectors = again.flatMap(({ document, topic }) =>
      document.passages.map(() => vectorOf(topic, random)),
    );
    const made = { corpus: again, vectors, asked: asked.map(({ of }) => vectorOf(of.topic, random)) };
    if (only.includes('vectors')) await compareVectors(database, made);
    if (values.url && only.includes('langchain')) await compareLangchain(values.url, SCHEMA, made);
  }

  const { rows } = await database.query<{ name: string; bytes: number }>(
    `select relname as name, pg_total_relation_size(oid) as bytes from pg_class
      where relnamespace = $1::regnamespace and relkind = 'r'
        and pg_total_relation_size(oid) > 1e6 order by bytes desc`,
    [SCHEMA],
  );
  console.log(`\n${rows.map(({ name, bytes }) => `${name} ${(bytes / 1e6).toFixed(0)} MB`).join(', ')}`);
  console.log(
    `memory of this process: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB, the made vectors among it`,
  );
} finally {
  if (values.url && !values.keep) await database.query(`drop schema if exists ${SCHEMA} cascade`);
  await database.close();
  rmSync(home, { recursive: true, force: true });
}

async function holds(wanted: number): Promise<boolean> {
  const { rows } = await database.query<{ there: boolean }>(
    `select to_regclass('${SCHEMA}.passage') is not null as there`,
  );
  if (!rows[0]?.there) return false;
  const count = await database.query<{ n: number }>('select count(*) as n from passage');
  return count.rows[0]?.n === wanted;
}

async function ingest(corpus: readonly MadeDocument[]): Promise<void> {
  if (values.url) {
    await database.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
  }
  await migrate(database, MIGRATIONS);
  const store = knowledgeStore(database, indexDocument);
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let at = 0; at < corpus.length; at += 100) {
    await store.put(corpus.slice(at, at + 100).map(({ document }) => ({ document, hash: '' })));
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `ingest by words    ${seconds.toFixed(1)} s, ${(passages / seconds).toFixed(0)} passages/s, ${((user + system) / 1e6).toFixed(1)} s CPU of this process`,
  );
  // A server does this by itself after a while; the figures should not depend on whether it has.
  await database.query('vacuum analyze document, passage, document_terms, term, posting');
}

function whole(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`${flag} takes a whole number above 0, not “${text}”.`);
  process.exit(2);
}
