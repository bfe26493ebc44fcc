import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { watchRunbooks } from '../../../src/adapters/local/runbook-folder.ts';
import { ingestRunbooks } from '../../../src/adapters/local/runbook-ingest.ts';
import { knowledgeStore } from '../../../src/adapters/postgres/knowledge/store.ts';
import { indexDocument } from '../../../src/enrich/retrieval/index-document.ts';
import type { KnowledgeStore } from '../../../src/incident/document.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../../support/database.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const SOURCE = 'folder:runbooks';
const GOOD = '---\ntitle: Disk\nalerts: [DiskFull]\n---\n\n## Fix\n\nvacuum the tablespace\n';

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
  await store.remove(SOURCE, [...(await store.known(SOURCE)).keys()]);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start() {
  const watching = await watchRunbooks({ folder, store, log });
  stops.push(watching.stop);
  return watching;
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

test('reads every Markdown file below the folder, and nothing else', async () => {
  write('disk.md', GOOD);
  write('teams/web/slow.md', '# Slow\n\nlook\n');
  write('notes.txt', 'not a runbook');
  write('.git/old.md', '# Hidden\n\nno\n');
  const { result } = await start();
  expect(result).toEqual({ files: 2, changed: 2, removed: 0, problems: [] });
  expect(await stored()).toEqual(['disk.md', 'teams/web/slow.md']);
});

test('a second reading changes only what changed, and deletes what was deleted', async () => {
  write('disk.md', GOOD);
  write('slow.md', '# Slow\n\nlook\n');
  write('gone.md', '# Gone\n\nlook\n');
  await ingestRunbooks(folder, store);
  write('slow.md', '# Slow\n\nlook closer\n');
  rmSync(join(folder, 'gone.md'));
  expect(await ingestRunbooks(folder, store)).toEqual({ files: 2, changed: 1, removed: 1, problems: [] });
  expect(await stored()).toEqual(['disk.md', 'slow.md']);
});

test.each([
  ['an unknown field', '---\ntitle: X\nowner: me\n---\ntext', /^bad\.md: front matter: .*owner/],
  [
    'a tool that does not exist',
    '---\ntitle: X\nactions: [{ tool: shell.run }]\n---\ntext',
    /^bad\.md: front matter: actions\.0\.tool: /,
  ],
  ['no title', '---\nalerts: [A]\n---\ntext', /^bad\.md: front matter: title: /],
  ['broken YAML', '---\ntitle: [X\n---\ntext', /^bad\.md: front matter: .+ Correct the YAML/],
  ['a binary file', '# X\n\0\n', /^bad\.md: not a text file/],
])('%s is one problem that names file and field; the others load', async (_, text, problem) => {
  write('bad.md', text);
  write('disk.md', GOOD);
  const { result } = await start();
  expect(result).toMatchObject({ files: 2, changed: 1 });
  expect(result.problems).toEqual([expect.stringMatching(problem)]);
  expect(warnings).toEqual(result.problems);
  expect(await stored()).toEqual(['disk.md']);
});

test('a file that became malformed keeps its earlier passages', async () => {
  write('disk.md', GOOD);
  await ingestRunbooks(folder, store);
  write('disk.md', '---\ntitle: 7\n---\n');
  expect((await ingestRunbooks(folder, store)).problems).toHaveLength(1);
  expect(await said('vacuum')).toBe(true);
});

test('a missing folder is one plain sentence, and what was read before stays', async () => {
  write('disk.md', GOOD);
  await ingestRunbooks(folder, store);
  folder = join(folder, 'nowhere');
  const { result } = await start();
  expect(result).toMatchObject({ files: 0, changed: 0, removed: 0 });
  expect(result.problems).toEqual([
    expect.stringMatching(/^There is no runbook folder .*nowhere: create it or correct/),
  ]);
  expect(await stored()).toEqual(['disk.md']);
});

test('files linked from a hidden folder are read once, as a mounted ConfigMap has them', async () => {
  write('..2026/disk.md', GOOD);
  symlinkSync('..2026', join(folder, '..data'));
  symlinkSync(join('..data', 'disk.md'), join(folder, 'disk.md'));
  expect((await start()).result).toMatchObject({ files: 1, changed: 1, problems: [] });
});

test('a link out of the folder is left out: what is read here is quoted in Slack', async () => {
  write('disk.md', GOOD);
  const elsewhere = join(temporaryDirectory(), 'token');
  writeFileSync(elsewhere, 'a secret of this machine');
  symlinkSync(elsewhere, join(folder, 'leak.md'));
  symlinkSync('/dev/zero', join(folder, 'endless.md'));
  const { result } = await start();
  expect(result.problems).toEqual([
    expect.stringMatching(/^endless\.md: a link out of the runbook folder/),
    expect.stringMatching(/^leak\.md: a link out of the runbook folder/),
  ]);
  expect(await stored()).toEqual(['disk.md']);
});

test('a file that is too large is left out with one sentence', async () => {
  write('disk.md', GOOD);
  write('huge.md', `# Huge\n\n${'x'.repeat(1_000_001)}`);
  expect((await start()).result.problems).toEqual([expect.stringMatching(/^huge\.md: larger than 1 MB/)]);
  expect(await stored()).toEqual(['disk.md']);
});

test('a folder that is removed and made anew is read again', async () => {
  write('disk.md', GOOD);
  await start();
  rmSync(folder, { recursive: true });
  await vi.waitFor(() => expect(warnings).toEqual([expect.stringContaining('no runbook folder')]), WAIT);
  write('new.md', GOOD);
  await vi.waitFor(async () => expect(await stored()).toEqual(['new.md']), WAIT);
});

test('a new, a changed, a renamed and a deleted file are noticed while it runs', async () => {
  write('disk.md', GOOD);
  await start();

  write('sub/new.md', '# New\n\nreboot the frobnicator\n');
  await vi.waitFor(async () => expect(await stored()).toEqual(['disk.md', 'sub/new.md']), WAIT);

  write('disk.md', GOOD.replace('vacuum', 'defragment'));
  await vi.waitFor(async () => {
    expect(await said('defragment')).toBe(true);
  }, WAIT);

  renameSync(join(folder, 'disk.md'), join(folder, 'volume.md'));
  await vi.waitFor(async () => expect(await stored()).toEqual(['sub/new.md', 'volume.md']), WAIT);

  rmSync(join(folder, 'volume.md'));
  await vi.waitFor(async () => expect(await stored()).toEqual(['sub/new.md']), WAIT);
});

test('a failing store rejects the start and leaves nothing running', async () => {
  write('disk.md', GOOD);
  const broken: KnowledgeStore = { ...store, known: () => Promise.reject(new Error('no database')) };
  await expect(watchRunbooks({ folder, store: broken, log })).rejects.toThrow('no database');
});

const WAIT = { timeout: 10_000, interval: 50 };
