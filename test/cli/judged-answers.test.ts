import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAnswers, type JudgingOptions, type Shape } from '../../src/cli/judged-answers.ts';
import { sequence } from '../../src/learn/measure.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

type Answer = { case_id: string; ranked: string[]; confidence: number };
const SHAPE: Shape<Answer> = {
  name: 'Culprits',
  id: (answer) => answer.case_id,
  first: (answer) => answer.ranked[0],
};

let folder: string;
let said: string[];
let warned: string[];
beforeEach(() => {
  folder = temporaryDirectory();
  said = [];
  warned = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void warned.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Answers that claim more than they keep: 90 % said, every second one right. */
const answers = Array.from({ length: 200 }, (_, i): Answer => ({
  case_id: `c${i}`,
  ranked: ['a', 'b'],
  confidence: 0.9,
}));
const random = sequence(3);
const labels = answers.map(({ case_id: id }) => ({ case_id: id, right: random() < 0.5 ? ['a'] : [] }));

async function file(name: string, lines: unknown[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

async function run(options: Omit<JudgingOptions, 'out'>): Promise<Answer[]> {
  const out = join(folder, 'out.jsonl');
  const writer = await openAnswers(SHAPE, { out, ...options });
  for (const answer of answers) await writer.write(answer);
  await writer.close();
  const text = await readFile(out, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

describe('answers with a confidence', () => {
  it('are written as they are when nothing is asked', async () => {
    expect(await run({})).toEqual(answers);
    expect(said).toEqual([]);
  });

  it('are reported on by labels, and only then', async () => {
    await run({ report: true, labels: await file('labels', labels) });
    expect(said.join('\n')).toContain('Culprits: 200 labelled answers');
    await expect(run({ report: true })).rejects.toThrow('--labels FILE');
  });

  it('are corrected by labels of the workspace, which the report then leaves out', async () => {
    const out = await run({
      report: true,
      labels: await file('labels', labels),
      calibrate: await file('mine', labels.slice(0, 100)),
    });
    expect(out.map(({ case_id: id }) => id)).toEqual(answers.map(({ case_id: id }) => id));
    expect(out[0]?.confidence).toBeLessThan(0.65);
    expect(out[0]?.confidence).toBeGreaterThan(0.35);
    expect(said.join('\n')).toContain('Culprits: 100 labelled answers');
  });

  it('are no better for labels that say nothing of them', async () => {
    const mine = await file('mine', [{ case_id: 'unknown', right: ['a'] }]);
    for (const { confidence } of await run({ calibrate: mine })) expect(confidence).toBeCloseTo(0.9, 9);
  });

  it('name malformed lines of labels and go on', async () => {
    const lines = ['{"case_id": "c0", "right": "a"}', 'no JSON', { right: ['a'] }, ...labels.slice(1)];
    await run({ report: true, labels: await file('labels', lines) });
    expect(said.join('\n')).toContain('Culprits: 199 labelled answers');
    expect(warned.filter((line) => line.includes('left out'))).toHaveLength(4);
  });

  it.each([
    ['culprits', (id: string) => ({ case_id: id, culprits: ['a'] })],
    [
      'files, one line for an alert with and without its name',
      (id: string) => ({ query_id: id, files: ['a'] }),
    ],
    ['commits', (id: string) => ({ id, root_cause_commit: 'a', remediation: 'rollback' })],
  ])('are judged by files of %s', async (_, line) => {
    const out = join(folder, 'out.jsonl');
    const truth = await file('truth', [
      line('c1'),
      { ...line('c2'), culprits: [], files: [], root_cause_commit: 'none' },
    ]);
    const writer = await openAnswers(SHAPE, { out, report: true, labels: truth });
    for (const id of ['c1#name', 'c1#noname', 'c2'])
      await writer.write({ case_id: id, ranked: ['a'], confidence: 0.6 });
    await writer.close();
    expect(said.join('\n')).toMatch(/Culprits: 3 labelled answers, 2 right/);
  });

  it('fail where no label is of any of them, and where labels have no report to go to', async () => {
    const strange = await file('labels', [{ case_id: 'unknown', right: ['a'] }]);
    await expect(run({ report: true, labels: strange })).rejects.toThrow(
      /None of the 1 label .* of any answer/,
    );
    await expect(run({ report: true, labels: await file('bad', ['no JSON']) })).rejects.toThrow('no line');
    await expect(run({ labels: strange })).rejects.toThrow('add --report');
  });

  it('take the first of two labels of one case', async () => {
    const twice = await file('labels', [
      { id: 'c0', right: ['a'] },
      { id: 'c0', right: [] },
    ]);
    await run({ report: true, labels: twice });
    expect(said.join('\n')).toContain('1 labelled answers, 1 right');
    expect(warned[0]).toMatch(/labels:2: left out: “c0” stands in line 1 already/);
  });
});
