import { describe, expect, it } from 'vitest';
import { filesNamedIn } from '../src/enrich/culprit/frames.ts';
import { causesIn } from '../src/enrich/diagnosis/causes.ts';
import { MECHANISMS } from '../src/enrich/diagnosis/mechanisms.ts';
import { readGitLog } from '../src/enrich/diagnosis/read/git-log.ts';
import { readMetrics } from '../src/enrich/diagnosis/read/metrics.ts';
import { keyed } from '../src/enrich/diagnosis/read/metric-name.ts';
import { readServices } from '../src/enrich/diagnosis/read/services.ts';
import { withoutEntities } from '../src/enrich/retrieval/query-terms.ts';
import { compoundsOf, keyOf, termsOf } from '../src/enrich/retrieval/terms.ts';
import { indexDocument } from '../src/enrich/retrieval/index-document.ts';
import { summaryOf, thingsNamedIn } from '../src/incident/labels.ts';

/** What outside text is put through. Each must take about four times as long for a text four times as long. */
const READERS: Record<string, (text: string) => unknown> = {
  termsOf,
  compoundsOf,
  keyOf,
  withoutEntities,
  indexDocument: (body) =>
    indexDocument({
      path: 'a.md',
      title: 'a',
      alerts: [],
      services: [],
      passages: [{ position: 0, heading: 'a', body }],
    } as unknown as Parameters<typeof indexDocument>[0]),
  filesNamedIn,
  keyed: (key) => keyed(key, { name: '', service: null }),
  'keyed with labels': (key) => keyed(`m{${key}`, { name: '', service: null }),
  thingsNamedIn,
  summaryOf: (summary) => summaryOf({}, { summary }),
  causesIn,
  'symptoms of mechanisms': (text) => MECHANISMS.map(({ symptom }) => symptom.test(text)),
  readGitLog: (name) => readGitLog(`commit ${'a'.repeat(40)}\nAuthor: ${name}\n\n    x\n`),
  readMetrics: (told) => readMetrics({ latency: told }, () => null),
  readServices: (call) => readServices({ services: [call] }),
};

/** Pieces of the alphabets of the expressions there, one after another, and what keeps the whole from matching. */
const PIECES = [
  ...[
    'a',
    'A',
    '1',
    'Aa',
    'a1',
    'a.',
    '1.',
    'a-',
    'a_',
    '- ',
    ' ',
    '\t',
    '\\',
    '.',
    '-',
    '_',
    '/',
    ':',
    '=',
    '"',
  ],
  ...[
    '(',
    '[',
    '{',
    '{{',
    '<',
    '`',
    'http://',
    'a=',
    'a ',
    'ab12cd34-',
    'calls',
    'cert',
    'retry',
    'ssl',
    'relation ',
  ],
];
const ENDS = ['', ' !', '\u0000!'];

const SHORT = 25_000;

/** Processor time, because a busy machine must not look like a slow reader. */
function msFor(read: (text: string) => unknown, piece: string, end: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length)) + end;
  const start = process.cpuUsage();
  read(text);
  return process.cpuUsage(start).user / 1_000;
}

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('takes no more than linear time for what a stranger writes', { timeout: 300_000 }, () => {
    const slow: string[] = [];
    for (const piece of PIECES)
      for (const end of ENDS) {
        const long = msFor(read, piece, end, 4 * SHORT);
        // Below this, noise is larger than any growth. What grows with the square takes many times as long.
        if (long < 150) continue;
        const short = Math.max(msFor(read, piece, end, SHORT), msFor(read, piece, end, SHORT));
        const again = Math.min(long, msFor(read, piece, end, 4 * SHORT));
        if (again >= 150 && again / short > 9)
          slow.push(`${JSON.stringify(piece + end)}: ${short.toFixed()} ms, ${again.toFixed()} ms`);
      }
    expect(slow).toEqual([]);
  });
});
