import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { folderSource } from '../../src/adapters/knowledge/folder.ts';
import type { KnowledgeSource } from '../../src/adapters/knowledge/source.ts';
import { knowledgeStore } from '../../src/adapters/postgres/knowledge/store.ts';
import { storedSources } from '../../src/adapters/postgres/knowledge/stored-sources.ts';
import { leaseStore } from '../../src/adapters/postgres/store/leases.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { indexDocument } from '../../src/enrich/retrieval/index-document.ts';
import type { KnowledgeStore } from '../../src/incident/document.ts';
import { ringIngest, startIngest } from '../../src/main/ingest-loop.ts';
import { ingestOnce } from '../../src/main/ingest-once.ts';
import type { ConfiguredSource } from '../../src/main/knowledge-sources.ts';
import { testDatabase } from '../support/database.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SOURCE = 'folder:runbooks';
const GOOD = '---\ntitle: Disk\nalerts: [DiskFull]\n---\n\n## Fix\n\nvacuum the tablespace\n';
const WAIT = { timeout: 10_000, interval: 50 };

let db: Database;
let store: KnowledgeStore;
let folder: string;
let warnings: string[];
const stops: (() => Promise<void>)[] = [];
const log = {
  info: vi.fn(),
  warn: vi.fn((facts: { problem?: string }) => void warnings.push(facts.problem ?? 'something else')),
};

beforeAll(async () => {
  db = await testDatabase();
  store = knowledgeStore(db, indexDocument);
});
afterAll(() => db.close());

beforeEach(async () => {
  warnings = [];
  folder = temporaryDirectory();
  for (const name of await storedSources(db)) await store.remove(name, [...(await store.known(name)).keys()]);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const watched = (): ConfiguredSource => ({
  ...{ source: folderSource(SOURCE, folder), folder, pushed: false, pollMs: 300_000 },
});

async function start(sources = [watched()]) {
  const running = await startIngest({ database: db, store, sources, log });
  stops.push(running.stop);
  return running;
}

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Whether any passage that is stored has the word. */
async function said(word: string): Promise<boolean> {
  const { rows } = await db.query('select from passage where position(lower($1) in lower(body)) > 0', [word]);
  return rows.length > 0;
}

const stored = async () => [...(await store.known(SOURCE)).keys()].sort();

test('reads every document below the folder, and nothing else', async () => {
  write('disk.md', GOOD);
  write('teams/web/slow.adoc', '= Slow\n\nlook\n');
  write('notes.txt', 'some notes');
  write('run.sh', 'not a document');
  write('.git/old.md', '# Hidden\n\nno\n');
  expect((await start()).problems).toEqual([]);
  expect(await stored()).toEqual(['disk.md', 'notes.txt', 'teams/web/slow.adoc']);
});

test('a mistake in front matter is one problem that names file and field; the others load', async () => {
  write('bad.md', '---\ntitle: X\nactions: [{ tool: shell.run }]\n---\nreboot the frobnicator');
  write('disk.md', GOOD);
  const { problems } = await start();
  expect(problems).toEqual([expect.stringMatching(/^bad\.md: front matter: actions\.0\.tool: /)]);
  expect(warnings).toEqual(problems);
  expect(await said('frobnicator')).toBe(true);
});

test('a missing folder is one plain sentence, and what was read before stays', async () => {
  write('disk.md', GOOD);
  await ingestOnce(db, store, watched().source);
  folder = join(folder, 'nowhere');
  const { problems } = await start();
  expect(problems).toEqual([expect.stringMatching(/^There is no folder .*nowhere: create it or correct/)]);
  expect(await stored()).toEqual(['disk.md']);
});

test('files linked from a hidden folder are read once, as a mounted ConfigMap has them', async () => {
  write('..2026/disk.md', GOOD);
  symlinkSync('..2026', join(folder, '..data'));
  symlinkSync(join('..data', 'disk.md'), join(folder, 'disk.md'));
  expect((await start()).problems).toEqual([]);
  expect(await stored()).toEqual(['disk.md']);
});

test('links out of the folder, what is too large and what is no text are left out: each is one sentence', async () => {
  write('disk.md', GOOD);
  const elsewhere = join(temporaryDirectory(), 'token');
  writeFileSync(elsewhere, 'a secret of this machine');
  symlinkSync(elsewhere, join(folder, 'leak.md'));
  symlinkSync('/dev/zero', join(folder, 'endless.md'));
  write('huge.md', `# Huge\n\n${'x'.repeat(1_000_001)}`);
  write('binary.md', '# X\n\0\n');
  expect((await start()).problems).toEqual([
    expect.stringMatching(/^binary\.md: not a text file/),
    expect.stringMatching(/^endless\.md: a link out of the folder/),
    expect.stringMatching(/^huge\.md: larger than 1 MB/),
    expect.stringMatching(/^leak\.md: a link out of the folder/),
  ]);
  expect(await stored()).toEqual(['disk.md']);
});

test('a file that cannot be read any more keeps its earlier version', async () => {
  write('disk.md', GOOD);
  await ingestOnce(db, store, watched().source);
  write('disk.md', 'x\0');
  expect((await start()).problems).toHaveLength(1);
  expect(await said('vacuum')).toBe(true);
});

test('a folder that is removed and made anew is read again', async () => {
  write('disk.md', GOOD);
  await start();
  rmSync(folder, { recursive: true });
  await vi.waitFor(() => expect(warnings).toEqual([expect.stringContaining('There is no folder')]), WAIT);
  write('new.md', GOOD);
  await vi.waitFor(async () => expect(await stored()).toEqual(['new.md']), WAIT);
});

test('a new, a changed, a renamed and a deleted file are noticed while it runs', async () => {
  write('disk.md', GOOD);
  await start();

  write('sub/new.md', '# New\n\nreboot the frobnicator\n');
  await vi.waitFor(async () => expect(await stored()).toEqual(['disk.md', 'sub/new.md']), WAIT);

  write('disk.md', GOOD.replace('vacuum', 'defragment'));
  await vi.waitFor(async () => expect(await said('defragment')).toBe(true), WAIT);
  expect(await said('vacuum')).toBe(false);

  renameSync(join(folder, 'disk.md'), join(folder, 'volume.md'));
  await vi.waitFor(async () => expect(await stored()).toEqual(['sub/new.md', 'volume.md']), WAIT);

  rmSync(join(folder, 'volume.md'));
  await vi.waitFor(async () => expect(await stored()).toEqual(['sub/new.md']), WAIT);
});

test('a failing store rejects the start and leaves nothing running', async () => {
  write('disk.md', GOOD);
  const broken: KnowledgeStore = { ...store, known: () => Promise.reject(new Error('no database')) };
  await expect(startIngest({ database: db, store: broken, sources: [watched()], log })).rejects.toThrow(
    'no database',
  );
});

test('a source that is configured no longer loses its documents', async () => {
  write('disk.md', GOOD);
  const other = folderSource('folder:other', folder);
  await ingestOnce(db, store, other);
  await start();
  expect(await storedSources(db)).toEqual([SOURCE]);
});

test('while another process reads a source it is left to that one', async () => {
  write('disk.md', GOOD);
  await leaseStore(db).holdLease(`ingest:${SOURCE}`, 'another process', 60);
  expect(await ingestOnce(db, store, watched().source)).toBeNull();
  expect(await stored()).toEqual([]);
  await leaseStore(db).endLease(`ingest:${SOURCE}`, 'another process');
  expect(await ingestOnce(db, store, watched().source)).toMatchObject({ changed: 1 });
});

test('a push wakes what is read from a code host', async () => {
  let version = 1;
  const source: KnowledgeSource = {
    name: 'github:a/b',
    list: async () => ({
      ...{ entries: [{ path: 'a.md', version: String(version) }], problems: [], kept: [], base: null },
      finished: () => undefined,
    }),
    read: async () => [{ path: 'a.md', text: `# Version ${version}` }],
  };
  await start([{ source, folder: null, pushed: true, pollMs: 300_000 }]);
  const title = async () => (await db.query<{ title: string }>('select title from document')).rows[0]?.title;
  await vi.waitFor(async () => expect(await title()).toBe('Version 1'), WAIT);
  version = 2;
  ringIngest(db);
  await vi.waitFor(async () => expect(await title()).toBe('Version 2'), WAIT);
});

test('a folder that takes long does not hold up the start, and is read all the same', async () => {
  write('disk.md', GOOD);
  const { source } = watched();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = { ...watched(), source: { ...source, list: () => released.then(() => source.list()) } };
  const running = await startIngest({ database: db, store, sources: [slow], log, patienceMs: 0 });
  stops.push(running.stop);
  expect(await stored()).toEqual([]);
  release();
  await vi.waitFor(async () => expect(await stored()).toEqual(['disk.md']), WAIT);
});
