import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knowledgeStore } from '../../../../src/adapters/postgres/knowledge/store.ts';
import { postgresIndex } from '../../../../src/adapters/postgres/knowledge/search-index.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { indexDocument } from '../../../../src/enrich/retrieval/index-document.ts';
import { memoryIndex } from '../../../../src/enrich/retrieval/memory-index.ts';
import type { Candidate, SearchIndex } from '../../../../src/enrich/retrieval/search-index.ts';
import { keyOf, termsOf } from '../../../../src/enrich/retrieval/terms.ts';
import type { KnowledgeDocument, KnowledgeStore } from '../../../../src/incident/document.ts';
import { testDatabase } from '../../../support/database.ts';

let db: Database;
let store: KnowledgeStore;

beforeAll(async () => {
  db = await testDatabase();
  store = knowledgeStore(db, indexDocument);
});
afterAll(() => db.close());
beforeEach(async () => {
  for (const source of ['folder:a', 'folder:b'])
    await store.remove(source, [...(await store.known(source)).keys()]);
});

function document(path: string, body: string, more: Partial<KnowledgeDocument> = {}): KnowledgeDocument {
  const passages = body
    .split('\n\n')
    .map((text, position) => ({ position, heading: `Part ${text.split(' ')[0]}`, body: text }));
  return {
    ...{ source: 'folder:a', path, kind: 'runbook', title: path.replace('.md', ''), link: null },
    ...{ services: [], alerts: [], actions: [], passages },
    ...more,
  };
}

async function put(...documents: KnowledgeDocument[]): Promise<void> {
  await store.put(documents.map((one) => ({ document: one, hash: JSON.stringify(one) })));
}

async function paths(index: SearchIndex, question: string, limit = 10): Promise<string[]> {
  const terms = [...new Set(termsOf(question))].map((term) => ({ term, weight: 1 }));
  return (await index.find({ terms, references: [] }, limit)).candidates.map(({ path }) => path);
}

const CORPUS = [
  document('disk/full.md', 'The filesystem is full.\n\nRotate logs, then enlarge the volume.', {
    alerts: ['DiskFull'],
  }),
  document(
    'queue.md',
    'Consumers lag behind.\n\nRestart `orderConsumer` of queue orders; see KafkaLagHigh.',
    {
      services: ['orders'],
    },
  ),
  document('tls/README.md', 'Renew the certificate with cert_renewal_job. The certificate expires.'),
  document('past/2031-02.md', 'Queue orders stood still; the volume was full.', { kind: 'postmortem' }),
  document('bare.md', '', { passages: [], alerts: ['NodeDown'] }),
];
const QUESTIONS = [
  'the volume is full',
  'orders queue consumer lag',
  'certificate expiring',
  'nothing of it',
  'node down',
  '',
];

describe('the same as the index in memory', () => {
  async function expectSame(corpus: readonly KnowledgeDocument[], limits = [1, 10]): Promise<void> {
    const ours = postgresIndex(db);
    const memory = memoryIndex(
      corpus.map((one) =>
        one.passages.length > 0
          ? one
          : { ...one, passages: [{ position: 0, heading: one.title, body: one.title }] },
      ),
    );
    // The ids of the two differ, and in the database a document keeps its place when it is replaced.
    const byPath = (found: Candidate[]) =>
      found.map(({ id: _, ...rest }) => rest).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    for (const most of [1, 2, 60]) {
      const begun = async (index: SearchIndex) =>
        (await index.sample(most)).map(({ title, text }) => ({ title, text }));
      expect(await begun(ours)).toEqual(await begun(memory));
    }
    for (const question of QUESTIONS) {
      const terms = [...new Set(termsOf(question))];
      const query = {
        terms: terms.map((term, place) => ({ term, weight: 1 + place })),
        references: [keyOf('disk full'), keyOf('KafkaLagHigh'), keyOf('order-consumer')],
      };
      for (const limit of limits) {
        const [here, there] = [await ours.find(query, limit), await memory.find(query, limit)];
        expect(here.statistics).toEqual(there.statistics);
        expect(byPath(here.candidates)).toEqual(byPath(there.candidates));
      }
    }
  }

  test('when put at once', async () => {
    await put(...CORPUS);
    await expectSame(CORPUS);
  });

  test('when replaced, moved and removed in between', async () => {
    await put(
      ...CORPUS.map((one) => ({ ...one, title: 'An old title', passages: CORPUS[1]?.passages ?? [] })),
    );
    await put(
      document('gone.md', 'full queue of certificates', { alerts: ['DiskFull'] }),
      ...CORPUS.slice(0, 3),
    );
    await store.remove('folder:a', ['gone.md', 'never-there.md']);
    await put(...CORPUS.slice(3));
    await expectSame(CORPUS);
  });

  test('when nothing is there', async () => {
    await expectSame([]);
    for (const table of ['document', 'passage', 'posting', 'term', 'document_terms']) {
      const { rows } = await db.query<{ n: number }>(`select count(*) as n from ${table}`);
      expect({ table, n: rows[0]?.n }).toEqual({ table, n: 0 });
    }
  });

  test('when several writers put and remove the same documents at once', async () => {
    await Promise.all([
      ...Array.from({ length: 6 }, (_, turn) => put(...(turn % 2 === 0 ? CORPUS : CORPUS.toReversed()))),
      store.remove(
        'folder:a',
        CORPUS.map(({ path }) => path),
      ),
    ]);
    await put(...CORPUS);
    // Which of two equals is the best one goes by ids, and so by which writer came first.
    await expectSame(CORPUS, [10]);
  });

  test('when one call names a document twice, the later version counts', async () => {
    await put(document('queue.md', 'An early draft.'), ...CORPUS);
    await expectSame(CORPUS);
  });
});

describe('filters', () => {
  beforeEach(() =>
    put(...CORPUS, document('full.md', 'The volume is full.', { source: 'folder:b', services: ['billing'] })),
  );

  test.each([
    ['kind', { kinds: ['postmortem'] as const }, ['past/2031-02.md']],
    ['source', { sources: ['folder:b'] }, ['full.md']],
    [
      'service; what is for none in particular passes',
      { services: ['orders'] },
      ['disk/full.md', 'past/2031-02.md', 'queue.md'],
    ],
    [
      'all of them',
      { kinds: ['runbook'] as const, sources: ['folder:a'], services: ['billing'] },
      ['disk/full.md'],
    ],
  ])('by %s', async (_, filter, expected) => {
    expect((await paths(postgresIndex(db, filter), 'volume full orders')).toSorted()).toEqual(expected);
    // The same where so many pass that those found are looked up one by one, from the best on.
    const many = postgresIndex(db, filter, { few: 0 });
    expect((await paths(many, 'volume full orders')).toSorted()).toEqual(expected);
    const best = await paths(postgresIndex(db, filter), 'volume full orders', 1);
    expect(await paths(many, 'volume full orders', 1)).toEqual(best);
  });

  test('hold for exact references too', async () => {
    const found = await postgresIndex(db, { kinds: ['postmortem'] }).find(
      { terms: [], references: ['diskfull'] },
      5,
    );
    expect(found.candidates).toEqual([]);
  });
});

test('hostile text is only text', async () => {
  const hostile = `'); drop table document;-- {"\\"} \0 \ud800 $1`;
  await put(
    document('it\'s {odd},"path".md', hostile, {
      title: hostile,
      link: hostile,
      alerts: [hostile],
      services: [hostile],
    }),
  );
  expect(await paths(postgresIndex(db), 'drop table')).toEqual(['it\'s {odd},"path".md']);
  expect(await paths(postgresIndex(db, { sources: [hostile.replace('\0', '')] }), "'); drop")).toEqual([]);
});

test('the hashes tell which documents of a source are there', async () => {
  await store.put([{ document: document('one.md', 'one'), hash: 'h1' }]);
  await store.put([{ document: document('one.md', 'other', { source: 'folder:b' }), hash: 'h2' }]);
  expect(await store.known('folder:a')).toEqual(new Map([['one.md', 'h1']]));
  await store.remove('folder:a', ['one.md']);
  expect([await store.known('folder:a'), await store.known('folder:b')]).toEqual([
    new Map(),
    new Map([['one.md', 'h2']]),
  ]);
});
