import { expect, test } from 'vitest';
import { ingest } from '../../../src/adapters/knowledge/ingest.ts';
import type { KnowledgeSource } from '../../../src/adapters/knowledge/source.ts';
import { memoryKnowledge } from '../../support/memory-knowledge.ts';

/** A source of texts by path; null is one that cannot be read. */
function sourceOf(texts: Record<string, string | null>) {
  const reads: string[] = [];
  const source: KnowledgeSource = {
    name: 'git:x',
    async list() {
      const entries = Object.entries(texts).map(([path, text]) => ({ path, version: String(text) }));
      return { entries, problems: [], kept: [], base: null, finished: () => undefined };
    },
    async read(entries) {
      reads.push(...entries.map(({ path }) => path));
      return entries.map(({ path }) => {
        const text = texts[path];
        return text ? { path, text } : { path, problem: `${path}: cannot be read.` };
      });
    },
  };
  return { source, reads, texts };
}

const paths = (store: ReturnType<typeof memoryKnowledge>) =>
  store
    .documents()
    .map(({ path }) => path)
    .sort();

test('reads only what changed, and removes what is gone', async () => {
  const store = memoryKnowledge();
  const { source, reads, texts } = sourceOf({ 'a.md': '# A', 'b.md': '# B', 'c.md': '# C' });
  expect(await ingest(source, store)).toMatchObject({ read: 3, changed: 3, removed: 0, unchanged: 0 });
  expect(await ingest(source, store)).toMatchObject({ read: 0, changed: 0, removed: 0, unchanged: 3 });
  texts['b.md'] = '# B2';
  delete texts['c.md'];
  reads.length = 0;
  expect(await ingest(source, store)).toMatchObject({ read: 1, changed: 1, removed: 1, unchanged: 1 });
  expect(reads).toEqual(['b.md']);
  expect(store.documents().map(({ title }) => title)).toEqual(['A', 'B2']);
});

test('tells a mistake in a front matter until it is corrected, and stores the text once', async () => {
  const store = memoryKnowledge();
  const { source, texts } = sourceOf({ 'a.md': '---\nservices: [\n---\n# A', 'b.md': '# B' });
  const told = [expect.stringContaining('a.md')];
  expect(await ingest(source, store)).toMatchObject({ changed: 2, unchanged: 0, problems: told });
  expect(await ingest(source, store)).toMatchObject({ changed: 0, unchanged: 2, problems: told });
  texts['a.md'] = '---\nservices: [shop]\n---\n# A';
  expect(await ingest(source, store)).toMatchObject({ changed: 1, unchanged: 1, problems: [] });
  expect(await ingest(source, store)).toMatchObject({ read: 0, unchanged: 2, problems: [] });
});

test('a source that cannot be reached keeps what it had and says so', async () => {
  const store = memoryKnowledge();
  const { source } = sourceOf({ 'a.md': '# A' });
  await ingest(source, store);
  const away = { ...source, list: () => Promise.reject(new Error('Check the network.')) };
  expect(await ingest(away, store)).toMatchObject({ failed: true, problems: ['Check the network.'] });
  expect(paths(store)).toEqual(['a.md']);
});

test('a text that can be read no longer keeps its earlier version, and is tried again', async () => {
  const store = memoryKnowledge();
  const { source, texts, reads } = sourceOf({ 'a.md': '# A', 'b.md': '# B' });
  await ingest(source, store);
  texts['a.md'] = null;
  expect(await ingest(source, store)).toMatchObject({ changed: 0, problems: ['a.md: cannot be read.'] });
  expect(paths(store)).toEqual(['a.md', 'b.md']);
  reads.length = 0;
  await ingest(source, store);
  expect(reads).toEqual(['a.md']);
});

test('one that was cut off goes on where it was', async () => {
  const store = memoryKnowledge();
  const texts = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n}.md`, `# ${n}`]));
  const { source, reads } = sourceOf(texts);
  let puts = 0;
  const dying = {
    ...store,
    put: (all: never) => ((puts += 1) > 1 ? Promise.reject(new Error('killed')) : store.put(all)),
  };
  await expect(ingest(source, dying)).rejects.toThrow('killed');
  expect(paths(store)).toHaveLength(100);
  reads.length = 0;
  expect(await ingest(source, store)).toMatchObject({ changed: 150, unchanged: 100 });
  expect(reads).toHaveLength(150);
  expect(paths(store)).toHaveLength(250);
});

test('a stop between two batches stores whole documents, removes nothing, and tells progress until then', async () => {
  const store = memoryKnowledge();
  const { source } = sourceOf(
    Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n}.md`, `# ${n}`])),
  );
  const ending = new AbortController();
  const seen: number[] = [];
  const progress = (_: string, done: number) => {
    seen.push(done);
    ending.abort();
  };
  await ingest(source, store, progress, ending.signal);
  expect(seen).toEqual([100]);
  expect(paths(store)).toHaveLength(100);
});

test('a catalogue file gives several documents; one that it names no longer goes', async () => {
  const store = memoryKnowledge();
  const entity = (name: string) =>
    `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n  description: Does ${name}\nspec:\n  owner: team-a\n`;
  const { source, texts } = sourceOf({ 'catalog-info.yaml': `${entity('shop')}---\n${entity('cart')}` });
  expect(await ingest(source, store)).toMatchObject({ changed: 1, problems: [] });
  expect(store.documents()).toEqual([
    expect.objectContaining({
      kind: 'service',
      services: ['shop'],
      path: 'catalog-info.yaml#component:shop',
    }),
    expect.objectContaining({ kind: 'service', services: ['cart'] }),
  ]);
  texts['catalog-info.yaml'] = entity('cart');
  await ingest(source, store);
  expect(paths(store)).toEqual(['catalog-info.yaml#component:cart']);
  delete texts['catalog-info.yaml'];
  expect(await ingest(source, store)).toMatchObject({ removed: 1 });
  expect(paths(store)).toEqual([]);
});
