import { afterAll, beforeAll, expect, test } from 'vitest';
import { knowledgeStore } from '../../../../src/adapters/postgres/knowledge/store.ts';
import { openVectors } from '../../../../src/adapters/postgres/knowledge/vectors.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { indexDocument } from '../../../../src/enrich/retrieval/index-document.ts';
import type { DocumentKind, KnowledgeStore } from '../../../../src/incident/document.ts';
import { fill } from '../../../../src/main/knowledge.ts';
import { testDatabase } from '../../../support/database.ts';

let db: Database;
let store: KnowledgeStore;
const MODEL = { name: 'letters', dimensions: 3 };
const KINDS: DocumentKind[] = ['runbook', 'postmortem'];

beforeAll(async () => {
  db = await testDatabase();
  store = knowledgeStore(db, indexDocument);
  for (const [path, body, kind] of [
    ['a.md', 'aaaa', 'runbook'],
    ['b.md', 'bbbb', 'runbook'],
    ['ab.md', 'aabb', 'postmortem'],
  ] as const)
    await put(path, body, kind);
});
afterAll(() => db.close());

async function put(path: string, body: string, kind: DocumentKind): Promise<void> {
  const passages = [{ position: 0, heading: '-', body }];
  const document = {
    source: 's',
    path,
    kind,
    title: '-',
    link: null,
    services: [],
    alerts: [],
    actions: [],
    passages,
  };
  await store.put([{ document, hash: body }]);
}

/** How many of each letter a text has, in place of a model. */
const letters = (text: string) => ['a', 'b', 'z'].map((letter) => text.split(letter).length - 1);
const embed = async (texts: readonly string[]) => texts.map(letters);

async function nearest(text: string, kinds = KINDS): Promise<string[]> {
  const found = await (await openVectors(db, MODEL, kinds)).nearest(letters(text), 5);
  const { rows } = await db.query<{ id: string; path: string }>('select id::text as id, path from document');
  return found.map(({ id }) => rows.find((row) => row.id === id)?.path ?? '');
}

test('passages are embedded once, and found by nearness and kind', async () => {
  const vectors = await openVectors(db, MODEL, KINDS);
  expect(await nearest('aaab')).toEqual([]);
  expect(await fill(vectors, embed, () => false)).toBe(3);
  expect(await fill(vectors, embed, () => false)).toBe(0);
  expect(await nearest('aaab')).toEqual(['a.md', 'ab.md', 'b.md']);
  expect(await nearest('aaab', ['postmortem'])).toEqual(['ab.md']);
  expect(await nearest('nothing of it')).toEqual([]);
});

test('a document put again is embedded again, one removed is not found', async () => {
  const vectors = await openVectors(db, MODEL, KINDS);
  await put('b.md', 'zzzz', 'runbook');
  expect(await fill(vectors, embed, () => false)).toBe(1);
  expect((await nearest('zz'))[0]).toBe('b.md');
  await store.remove('s', ['b.md']);
  expect(await nearest('zz')).not.toContain('b.md');
});

test('a vector of another length is no question', async () => {
  const vectors = await openVectors(db, MODEL, KINDS);
  expect(await vectors.nearest([1, 2], 5)).toEqual([]);
});

test('filling stops when told to, and a failing server loses nothing', async () => {
  await put('late.md', 'ab', 'runbook');
  const vectors = await openVectors(db, MODEL, KINDS);
  expect(await fill(vectors, embed, () => true)).toBe(0);
  await expect(
    fill(
      vectors,
      () => Promise.reject(new Error('busy')),
      () => false,
    ),
  ).rejects.toThrow('busy');
  expect(await fill(vectors, embed, () => false)).toBe(1);
});

test('another model has vectors of its own, and those of the one before go', async () => {
  const vectors = await openVectors(db, { name: 'letters', dimensions: 2 }, KINDS);
  const { rows } = await db.query<{ n: number }>('select count(*) as n from passage_vector');
  expect(rows[0]?.n).toBe(0);
  expect(
    await fill(
      vectors,
      async (texts) => texts.map(() => [1, 0]),
      () => false,
    ),
  ).toBe(3);
  expect(await vectors.nearest([1, 0], 5)).toHaveLength(3);
});
