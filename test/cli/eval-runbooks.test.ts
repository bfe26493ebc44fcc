import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { evalRunbooksCommand } from '../../src/cli/eval-runbooks.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

it('ranks paths within the folder, and names what it leaves out', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { corpus, queries, out } = await files([
    '{"query_id":"a","labels":{},"annotations":{"summary":"Broker filesystem fills up"}}',
    '{"labels":{}}',
    'no json',
    '{"query_id":"b","alertname":"DiskFull"}',
  ]);

  await evalRunbooksCommand({ corpus, queries, out });

  const lines = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ query_id }) => query_id)).toEqual(['a', 'b']);
  expect(lines[0].ranked[0]).toBe('queue/broker.adoc');
  expect(lines[1].ranked[0]).toBe('disk-full.md');
  expect(lines[1].confidence).toBeGreaterThan(0.9);
  const told = said.mock.calls.flat().join('\n');
  expect(told).toContain(`${queries}:2: left out: query_id`);
  expect(told).toContain(`${queries}:3: left out`);
  expect(told).toContain('binary.md: left out: it holds NUL characters');
  expect(told).toContain('large.md: left out: it is larger than 1 MB');
  expect(told).toContain('secret.md: left out: the link leads out of the folder');
  expect(told).toMatch(/^disk-full\.md: /m);
});

it('explains one query, and says so where there is none of that name', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const told = vi.spyOn(console, 'log').mockImplementation(() => {});
  const { corpus, queries } = await files(['{"query_id":"b","alertname":"DiskFull"}']);

  await evalRunbooksCommand({ corpus, queries, explain: 'b' });
  expect(told.mock.calls.flat().join('\n')).toContain('is named after the alert');

  await expect(evalRunbooksCommand({ corpus, queries, explain: 'c' })).rejects.toThrow('query_id c');
});

async function files(lines: string[]): Promise<{ corpus: string; queries: string; out: string }> {
  const directory = temporaryDirectory();
  const corpus = join(directory, 'corpus');
  await mkdir(join(corpus, 'queue'), { recursive: true });
  await writeFile(
    join(corpus, 'queue/broker.adoc'),
    '= Broker disk\n\nThe filesystem of a broker fills up.\n',
  );
  // A broken front matter must not lose the file.
  await writeFile(join(corpus, 'disk-full.md'), '---\ntitle: [\n---\n\nDelete old files.\n');
  await writeFile(join(corpus, 'binary.md'), 'broker\0filesystem');
  await writeFile(join(corpus, 'large.md'), 'broker filesystem '.repeat(60_000));
  await writeFile(join(directory, 'secret.md'), 'Broker filesystem fills up');
  await symlink(join(directory, 'secret.md'), join(corpus, 'secret.md'));
  const queries = join(directory, 'queries.jsonl');
  await writeFile(queries, `${lines.join('\n')}\n`);
  return { corpus, queries, out: join(directory, 'out.jsonl') };
}
