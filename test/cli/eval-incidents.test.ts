import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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
    '12 incidents, 2 files left out.',
  ]);
  expect(await answers('again.jsonl')).toBe(first);
});

it('reads .JSON too, each incident once, and follows no link out of the folder', async () => {
  const cases = temporaryDirectory();
  cpSync(join(fixtures, 'node.json'), join(cases, 'A.JSON'));
  symlinkSync(join(cases, 'A.JSON'), join(cases, 'b.json'));
  symlinkSync(join(fixtures, 'leak.json'), join(cases, 'c.json'));
  symlinkSync(fixtures, join(cases, 'd'));
  symlinkSync(join(cases, 'nowhere'), join(cases, 'e.json'));
  const out = join(temporaryDirectory(), 'out.jsonl');
  await evalIncidentsCommand({ cases, out });
  expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(complained).toEqual([
    expect.stringContaining('c.json: left out: the link leads out of the folder'),
    expect.stringContaining('e.json: left out: the link leads nowhere'),
    expect.stringMatching(/b\.json: left out: incident “node” is in .*A\.JSON already/),
    '1 incident, 3 files left out.',
  ]);
});

it('fails where no file is an incident', async () => {
  const cases = temporaryDirectory();
  writeFileSync(join(cases, 'broken.json'), '{"id": ');
  const out = join(cases, 'out');
  await expect(evalIncidentsCommand({ cases, out })).rejects.toThrow('is a frozen incident');
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
