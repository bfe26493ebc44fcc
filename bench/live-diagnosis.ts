// node bench/live-diagnosis.ts [--commits 43] [--lines 2000]: how long the diagnosis of a live incident keeps the
// event loop busy, on changes and logs made up from the words of the shop's own.
import { parseArgs } from 'node:util';
import { diagnose } from '../src/enrich/diagnosis/diagnose.ts';
import { liveIncident } from '../src/enrich/live-incident.ts';
import { incident, minutes, SHOP, storedAlert, T0 } from '../test/support/examples.ts';

const { values } = parseArgs({
  options: { commits: { type: 'string', default: '43' }, lines: { type: 'string', default: '2000' } },
});
const WORDS =
  `coupon price cart total discount campaign stock order refund invoice tax currency session retry queue pool client
  cache timeout request response parse validate render fetch store update select limit offset batch`.split(
    /\s+/,
  );
let seed = 7;
const word = (): string => WORDS[(seed = (seed * 48271) % 2147483647) % WORDS.length] ?? '';
const said = (count: number): string => Array.from({ length: count }, word).join(' ');
const code = (): string => `+  const ${word()}${seed % 97} = ${word()}.${word()}(${word()}, '${said(3)}');`;

const commits = Array.from({ length: Number(values.commits) }, (_, place) => ({
  repo: 'acme/shop',
  sha: String(place + 1).padEnd(40, 'a'),
  at: minutes(-10 * (place + 1)),
  author: 'developer',
  subject: said(6),
  body: said(30),
  url: 'https://example.test/c',
  files: Array.from({ length: 4 }, () => ({
    path: `services/pricing/${word()}.js`,
    additions: 40,
    deletions: 0,
    patch: Array.from({ length: 40 }, code).join('\n'),
  })),
}));
const logs = Array.from({ length: Number(values.lines) }, (_, place) => ({
  at: T0.getTime() - 1000 * place,
  service: place % 2 ? 'pricing' : 'checkout',
  gravity: place % 3 ? 0 : 1,
  text: `${said(8)} ${place} error at ${word()}.js:${place % 300}`,
  count: 1,
}));

const times = Array.from({ length: 12 }, () => {
  const began = performance.now();
  diagnose(
    liveIncident(
      { incident: incident(), alerts: [storedAlert()] },
      [T0],
      [...SHOP.keys()],
      [{ name: 'pricing', distance: 1, paths: ['services/pricing'] }],
      { commits, rollouts: [], flags: [], guilty: [] },
      { logs, series: [] },
      SHOP,
    ),
  );
  return performance.now() - began;
});
const [first = 0, ...later] = times;
const sorted = later.sort((a, b) => a - b);
console.log(
  `${commits.length} commits, ${logs.length} lines: first ${first.toFixed(0)} ms, median ${(sorted[5] ?? 0).toFixed(0)} ms, slowest ${(sorted.at(-1) ?? 0).toFixed(0)} ms`,
);
