import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evalCulpritsCommand } from '../../src/cli/eval-culprits.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const candidates = [
  { sha: 'aaa', age_s: 60, subject: 'paint the fence', body: '', paths: ['fence.c'] },
  { sha: 'bbb', age_s: 4000, subject: 'oil the hinge', body: '', paths: ['hinge.c'], diff: '+oil(hinge);' },
];
const good = JSON.stringify({ case_id: 'yard-1', query: 'the hinge drips', candidates });

describe('sitrep eval culprits', () => {
  let directory = '';
  const printed: string[] = [];
  const complained: string[] = [];
  beforeEach(() => {
    directory = temporaryDirectory();
    printed.length = complained.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
  });
  afterEach(() => vi.restoreAllMocks());

  const run = async (content: string, explain?: string) => {
    const [cases, out] = [join(directory, 'cases.jsonl'), join(directory, 'out.jsonl')];
    await writeFile(cases, content);
    await evalCulpritsCommand({ cases, out, ...(explain === undefined ? {} : { explain }) });
    return (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  };

  it('ranks each case, leaves malformed lines out by number and goes on', async () => {
    const rows = await run(`${good}\n{"case_id":"x"}\n{\n${good.replace('yard-1', 'yard-2')}\n`);
    expect(rows).toEqual([
      { case_id: 'yard-1', ranked: ['bbb', 'aaa'], confidence: expect.any(Number) },
      { case_id: 'yard-2', ranked: ['bbb', 'aaa'], confidence: expect.any(Number) },
    ]);
    expect(complained.join('\n')).toMatch(/cases\.jsonl:2: left out: query.*\n.*cases\.jsonl:3: left out/);
    expect(complained.at(-1)).toBe('2 cases ranked, 2 lines left out.');
    expect(await run(good)).toEqual(rows.slice(0, 1));
  });

  it.each([
    ['negative', { age_s: -1 }, 'age is in seconds, from 0'],
    ['of eleven years', { age_s: 11 * 366 * 86_400 }, 'ten years at most'],
    ['not finite', { age_s: null }, 'age_s'],
    ['listed twice', { sha: 'bbb' }, '“bbb” is listed twice'],
  ])('leaves a case out with a change that is %s', async (_, wrong, why) => {
    const [first, second] = candidates;
    const bad = JSON.stringify({ case_id: 'x', query: 'q', candidates: [{ ...first, ...wrong }, second] });
    expect(await run(`${good}\n${bad}`)).toHaveLength(1);
    expect(complained[0]).toMatch(/cases\.jsonl:2: left out: candidates/);
    expect(complained[0]).toContain(why);
  });

  it('explains one case by its signs', async () => {
    await run(good, 'yard-1');
    expect(printed.join('\n')).toMatch(
      /1\. bbb oil the hinge[^]*shares “hinge” with the symptom[^]*subject \d/,
    );
    await expect(run(good, 'yard-9')).rejects.toThrow('holds no case “yard-9”');
  });

  it('skips a case that was there before, and says in which line', async () => {
    const rows = await run(`${good}\n${good.replace('drips', 'squeaks')}`);
    expect(rows).toHaveLength(1);
    expect(complained[0]).toMatch(/cases\.jsonl:2: left out: “yard-1” stands in line 1 already/);
  });

  it('fails where no line is a case, and leaves what was there', async () => {
    await writeFile(join(directory, 'out.jsonl'), 'before');
    await expect(run('no json\n{"case_id":"x"}')).rejects.toThrow('no line that can be used');
    expect(await readdir(directory)).toEqual(['cases.jsonl', 'out.jsonl']);
    expect(await readFile(join(directory, 'out.jsonl'), 'utf8')).toBe('before');
  });

  it('says one probability, and shows text of a case as text', async () => {
    const evil = '\\u001b[31m';
    const hostile = good
      .replace('"bbb"', `"b${evil}b"`)
      .replace('oil the hinge', `oil ${evil} the hinge`)
      .replace('hinge drips', `hinge ${evil} drips`);
    const [row] = (await run(`${hostile}\n${evil}`, 'yard-1')) as { confidence: number }[];
    const text = printed.join('\n');
    expect(text.match(/probability (\d\.\d+)/g)).toEqual([`probability ${row?.confidence.toFixed(2)}`]);
    // oxlint-disable-next-line no-control-regex -- a terminal would obey it
    expect([...printed, ...complained].join('\n')).not.toMatch(/\u001b/);
  });
});
