import { expect, it } from 'vitest';
import { diagnose } from '../../../src/enrich/diagnosis/diagnose.ts';
import { readFrozenIncident } from '../../../src/enrich/diagnosis/read/read.ts';

const LONG = 500_000;
const hostile = {
  'one letter': 'a'.repeat(LONG),
  'an address that never ends': `id=${'1'.repeat(LONG)}.1.1.`,
  'quotes that never close': `"'\``.repeat(LONG / 3),
  'words that lead to a cause': 'cert '.repeat(LONG / 5),
  'a name of many parts': 'a_b.'.repeat(LONG / 4),
  'a line that looks like JSON': `{"msg":"${'a'.repeat(LONG)}`,
  blanks: `1${' '.repeat(LONG)}x`,
};

const longest = (value: unknown): number => {
  if (typeof value === 'string') return Math.max(...value.split('\n').map(({ length }) => length));
  if (value instanceof Map) return longest([...value]);
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(longest));
};

// That the patterns look at short lines only is what keeps them from taking the square of a long one's length.
it.each(Object.entries(hostile))(
  'looks for nothing in more than 2,000 characters of a line: %s',
  (_, text) => {
    const line = `ERROR ${text}`;
    const at = '2026-03-01T10:00:00Z';
    const read = readFrozenIncident(
      {
        id: 'long',
        alert: { name: 'Slow', startsAt: at, service: 'shop', summary: line, description: line },
        logs: [
          line,
          { ts: at, service: 'shop', level: 'error', msg: line, stack: line, error: { of: [line, line] } },
        ],
        patterns: [{ template: line, service: 'shop', level: 'error', count: 3 }],
        commits: [{ sha: 'abc1234', subject: line, body: line, paths: [line], diff: `+${line}\n-${line}` }],
        deploys: [{ service: 'shop', sha: 'abc1234', at, description: line }],
        flags: [{ key: 'flag', at, description: line }],
        traces: [{ trace_id: 't', span_id: 's', service: 'shop', name: line, status: 'error', error: line }],
        services: [{ name: 'shop', depends_on: [line] }],
        metrics: [{ name: line, service: 'shop', points: [[at, 1]] }],
      },
      'long',
    );
    expect(read.logs).toHaveLength(2);
    expect(longest(read)).toBeLessThanOrEqual(2000 * 3);
    expect(Math.max(...[...read.logs, ...read.alerts].map(longest))).toBeLessThanOrEqual(2000);
    expect(diagnose(read).blastRadius).toContain('shop');
  },
);

it('cuts between words, and reads a long line of JSON whole', () => {
  const words = 'connection refused by orders '.repeat(1000);
  const { logs } = readFrozenIncident(
    {
      id: 'x',
      logs: [words, JSON.stringify({ padding: words, service: 'shop', level: 'error', msg: words })],
    },
    'x',
  );
  expect(logs[0]?.text).toMatch(/ (?:connection|refused|by|orders)$/);
  expect(logs[1]).toMatchObject({ service: 'shop', gravity: 1 });
});
