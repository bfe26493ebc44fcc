import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { evalIncidentsCommand } from '../../src/cli/eval-incidents.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const fixtures = join(import.meta.dirname, '../fixtures/incidents');
const printed: string[] = [];
const complained: string[] = [];

beforeEach(() => {
  printed.length = complained.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
});
afterEach(() => vi.restoreAllMocks());

it('answers every incident of a folder, names what it cannot read, and goes on', async () => {
  const cases = temporaryDirectory();
  cpSync(fixtures, cases, { recursive: true });
  writeFileSync(join(cases, 'broken.json'), '{"id": ');
  writeFileSync(join(cases, 'empty.json'), '{"id": "nothing"}');
  const answers = async (name: string) => {
    const out = join(temporaryDirectory(), name);
    await evalIncidentsCommand({ cases, out });
    return readFileSync(out, 'utf8');
  };
  const first = await answers('first.jsonl');
  const ids = first
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toHaveLength(12);
  expect(ids).toEqual(ids.toSorted());
  expect(complained).toEqual([
    expect.stringContaining('broken.json: left out'),
    expect.stringMatching(/empty\.json: left out: .*Frozen incidents/),
    '12 incidents, 2 malformed files left out.',
  ]);
  expect(await answers('again.jsonl')).toBe(first);
});

it('refuses a folder without incidents', async () => {
  const cases = temporaryDirectory();
  await expect(evalIncidentsCommand({ cases, out: join(cases, 'out') })).rejects.toThrow(/No \.json file/);
});

it('replays an incident for people in lines that fit, with what speaks against it', async () => {
  await replayCommand(join(fixtures, 'node.json'), false);
  const text = printed.join('\n');
  expect(text).toContain('none of these changes; a node is in trouble');
  expect(text).toMatch(/Proposed +reschedule \(confidence (?:low|medium|high), not calibrated/);
  expect(text).toMatch(/Against it +a801234567 went out near it/);
  expect(text).toContain('it begins');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(92);
});

it('replays as JSON what eval writes', async () => {
  await replayCommand(join(fixtures, 'leak.json'), true);
  expect(JSON.parse(printed.join('\n'))).toMatchObject({ id: 'leak', remediation: 'rollback' });
});

it('shows text of an incident as text', async () => {
  const file = join(temporaryDirectory(), 'hostile.json');
  const incident = JSON.parse(readFileSync(join(fixtures, 'code-bug-below.json'), 'utf8')) as {
    commits: { subject: string }[];
  };
  for (const commit of incident.commits) commit.subject += '\u001b[2J\u202e';
  writeFileSync(file, JSON.stringify(incident));
  await replayCommand(file, false);
  // oxlint-disable-next-line no-control-regex -- a terminal would obey them
  expect(printed.join('\n')).not.toMatch(/[\u001b\u202e]/);
});
