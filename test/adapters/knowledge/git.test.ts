import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { gitSource } from '../../../src/adapters/knowledge/git.ts';
import { ingest } from '../../../src/adapters/knowledge/ingest.ts';
import { memoryKnowledge } from '../../support/memory-knowledge.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let repository: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=on-call', '-c', 'user.email=o@x.example', '-C', repository, ...args]);

function commit(files: Record<string, string | null>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(repository, path, '..'), { recursive: true });
    if (text === null) rmSync(join(repository, path));
    else writeFileSync(join(repository, path), text);
  }
  git('add', '-A');
  git('commit', '-qm', 'change');
}

beforeEach(() => {
  repository = temporaryDirectory();
  git('init', '-q', '-b', 'main');
  commit({
    'docs/disk.md': '# Disk',
    'docs/naïve name.adoc': '= Net',
    'src/x.ts': 'x',
    '.github/a.md': '# no',
  });
});

const open = (more: { branch?: string; folder?: string; path?: string } = {}) =>
  gitSource({ name: 'git:x', path: repository, branch: undefined, folder: '', ...more });

test('reads the documents of the last commit, and afterwards only what changed', async () => {
  const store = memoryKnowledge();
  symlinkSync('/etc/passwd', join(repository, 'leak.md'));
  commit({ 'readme.txt': 'hello' });
  writeFileSync(join(repository, 'docs/disk.md'), '# Not committed');
  const source = open();
  expect(await ingest(source, store)).toMatchObject({ changed: 3, problems: [] });
  expect(store.documents().map(({ title }) => title)).toEqual(['Disk', 'Net', 'readme.txt']);
  expect(await source.list()).toBe('unchanged');

  commit({ 'docs/disk.md': '# Disk again', 'docs/naïve name.adoc': null });
  expect(await ingest(source, store)).toMatchObject({ read: 1, changed: 1, removed: 1, unchanged: 1 });
  expect(await ingest(open(), store)).toMatchObject({ read: 0, unchanged: 2 });
});

test('a bare repository, a branch of it and a folder', async () => {
  git('checkout', '-qb', 'next');
  commit({ 'docs/next.md': '# Next', 'other.md': '# Other' });
  git('checkout', '-q', 'main');
  const bare = temporaryDirectory();
  git('clone', '-q', '--bare', repository, bare);
  const store = memoryKnowledge();
  await ingest(open({ path: bare, branch: 'next', folder: 'docs' }), store);
  expect(store.documents().map(({ title }) => title)).toEqual(['Disk', 'Net', 'Next']);
});

test('a folder that the branch does not have is a failure, and what was read of it before stays', async () => {
  const store = memoryKnowledge();
  await ingest(open({ folder: 'docs' }), store);
  const wrong = await ingest(open({ folder: 'dosc' }), store);
  expect(wrong).toMatchObject({
    failed: true,
    problems: [
      expect.stringMatching(/^There is no folder dosc in HEAD of .*: correct “folder” below knowledge\.git/),
    ],
  });
  expect(store.documents()).toHaveLength(2);
});

test('what is no repository or branch is one sentence that says what to do', async () => {
  const store = memoryKnowledge();
  const missing = await ingest(open({ path: join(repository, 'nowhere') }), store);
  expect(missing).toMatchObject({
    failed: true,
    problems: [expect.stringMatching(/cannot be read .*correct knowledge\.git/)],
  });
  const branch = await ingest(open({ branch: '--output=x' }), store);
  expect(branch).toMatchObject({ failed: true, problems: [expect.stringMatching(/correct knowledge\.git/)] });
});
