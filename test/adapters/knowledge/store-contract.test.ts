import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knowledgeStore } from '../../../src/adapters/postgres/knowledge/store.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { indexDocument } from '../../../src/enrich/retrieval/index-document.ts';
import { readDocument } from '../../../src/incident/documents/read-document.ts';
import { testDatabase } from '../../support/database.ts';
import { memoryKnowledge } from '../../support/memory-knowledge.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const put = (source: string, path: string, hash: string) => ({
  document: readDocument({ source, path, text: `# ${path}\n\ntext`, base: null }).document,
  hash,
});

describe.each([
  ['in memory', memoryKnowledge],
  ['in the database', () => knowledgeStore(db, indexDocument)],
])('a store of knowledge %s', (_, open) => {
  test('knows hashes by source and path, replaces, and removes what is there', async () => {
    const store = open();
    await store.put([put('a', 'x.md', '1'), put('a', 'y.md', '1'), put('b', 'x.md', '9')]);
    await store.put([put('a', 'x.md', '2')]);
    expect(await store.known('a')).toEqual(new Map([['x.md', '2'], ['y.md', '1']])); // prettier-ignore
    await store.remove('a', ['x.md', 'nowhere.md']);
    expect([...(await store.known('a')).keys()]).toEqual(['y.md']);
    expect([...(await store.known('b')).keys()]).toEqual(['x.md']);
  });
});
