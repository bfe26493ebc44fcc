import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evalCorrelateCommand } from '../../src/cli/eval-correlate.ts';
import { backtestHistory } from '../../src/cli/eval-correlate-history.ts';
import { readAlertLines } from '../../src/cli/alert-lines.ts';
import { pastOf } from '../support/streams/past.ts';
import { KINDS, makeStream } from '../support/streams/stream.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const stream = makeStream({ ...KINDS[0]!, days: 1, faults: 12 }, 3);
const text = stream.lines.map((line) => JSON.stringify(line)).join('\n');

describe('sitrep eval correlate', () => {
  let directory = '';
  const file = (name: string) => join(directory, name);
  const printed: string[] = [];
  const complained: string[] = [];

  beforeEach(() => {
    directory = temporaryDirectory();
    printed.length = complained.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
  });
  afterEach(() => vi.restoreAllMocks());

  const outcome = async (content: string, name = 'out.jsonl') => {
    await writeFile(file('alerts.jsonl'), content);
    await evalCorrelateCommand({ alerts: file('alerts.jsonl'), out: file(name) });
    const lines = (await readFile(file(name), 'utf8')).trim().split('\n');
    return lines.map(
      (line) => JSON.parse(line) as { incident?: number[]; suppressed?: number[]; reason?: string },
    );
  };

  it('gives each line one place, and the same one each time', async () => {
    const rows = await outcome(text);
    const placed = rows.flatMap((row) => row.incident ?? row.suppressed ?? []).sort((a, b) => a - b);
    expect(placed).toEqual(stream.lines.map((_, index) => index));
    expect(rows.some((row) => row.suppressed && row.reason === 'routine')).toBe(true);
    expect(await outcome(text, 'again.jsonl')).toEqual(rows);
  });

  it('orders by time first, and means the lines of the file', async () => {
    const rows = await outcome(text);
    const count = stream.lines.length;
    const reversed = await outcome(
      stream.lines
        .toReversed()
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const sets = (all: typeof rows, index: (line: number) => number) =>
      all
        .map((row) =>
          (row.incident ?? [])
            .map(index)
            .sort((a, b) => a - b)
            .join(),
        )
        .filter(Boolean)
        .sort();
    // Alerts of the very same moment go by their lines, so a few incidents differ.
    const turned = sets(reversed, (line) => count - 1 - line);
    const straight = new Set(sets(rows, (line) => line));
    expect(turned.filter((one) => straight.has(one)).length).toBeGreaterThan(0.8 * straight.size);
  });

  it('names malformed lines, leaves them out and goes on', async () => {
    const good = JSON.stringify(stream.lines[0]);
    const rows = await outcome(
      [good, '{"startsAt":', '{"startsAt":"yesterday","labels":{}}', '', good].join('\n'),
    );
    expect(rows.flatMap((row) => row.incident ?? row.suppressed)).toEqual([0, 4]);
    expect(complained.join('\n')).toMatch(
      /alerts\.jsonl:2: left out: .*\n.*alerts\.jsonl:3: left out: startsAt/,
    );
    expect(complained.at(-1)).toContain('2 malformed lines left out');
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('explains where a line went, by what, and what its rule had done', async () => {
    await writeFile(file('alerts.jsonl'), text);
    const line = stream.lines.length - 1;
    await evalCorrelateCommand({ alerts: file('alerts.jsonl'), explain: String(line) });
    expect(printed.join('\n')).toMatch(
      new RegExp(
        `(opens an incident|joins an incident|is kept quiet)[^]*${stream.lines[line]?.labels['alertname']} fires [^]* by itself`,
      ),
    );
    await expect(evalCorrelateCommand({ alerts: file('alerts.jsonl'), explain: '999999' })).rejects.toThrow(
      'Line 999999 holds no alert',
    );
  });

  it('reads an alert that has not ended, and labels that are no text', async () => {
    await writeFile(
      file('alerts.jsonl'),
      '{"startsAt":"2026-03-02T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","labels":{"shard":7}}\n{"startsAt":"2026-03-02T00:00:00Z"}',
    );
    const alerts = await readAlertLines(file('alerts.jsonl'), (line, why) => expect.fail(`${line}: ${why}`));
    expect(alerts.map(({ endedAt }) => endedAt)).toEqual([null, null]);
    expect(alerts[0]?.seen.labels).toEqual({ shard: '7' });
  });
});

describe('the back-test', () => {
  it('says how many incidents the last days would have made, by week and by rule', async () => {
    const since: Date[] = [];
    const report = await backtestHistory(
      async (from) => (since.push(from), pastOf(stream.lines)),
      { catalogue: new Map(), windowS: 600 },
      30,
      new Date('2026-03-03T00:00:00Z'),
    );
    expect(since).toEqual([new Date('2026-02-01T00:00:00Z')]);
    expect(report).toMatch(
      new RegExp(`The ${stream.lines.length} alerts of the last 30 days would have made \\d+ incidents`),
    );
    expect(report).toContain(`2026-03-02  ${String(stream.lines.length).padStart(8)}`);
    expect(report).toContain('RequestsFail');
  });

  it('says so where there is nothing to go by', async () => {
    const report = await backtestHistory(
      async () => [],
      { catalogue: new Map(), windowS: 600 },
      7,
      new Date(),
    );
    expect(report).toBe('No alert has arrived in the last 7 days, so there is nothing to go by.');
  });
});
