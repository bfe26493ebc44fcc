// node bench/correlate.ts [--seeds N] [--json]: how well alerts of made-up systems are grouped, beside the best
// of simple groupings, and how long one alert takes with 100,000 behind it and 200 incidents open.
import { parseArgs } from 'node:util';
import { createCorrelator } from '../src/correlate/correlator.ts';
import { replay } from '../src/correlate/replay.ts';
import { bestBaseline } from '../test/support/streams/baselines.ts';
import { scored, type Score } from '../test/support/streams/scored.ts';
import { pastOf } from '../test/support/streams/past.ts';
import { KINDS, makeStream } from '../test/support/streams/stream.ts';
import { timed } from '../test/support/streams/timed.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2' }, json: { type: 'boolean', default: false } },
});

const rows = KINDS.map((kind) => {
  const scores = Array.from({ length: Number(values.seeds) }, (_, seed) => {
    const stream = makeStream(kind, 101 + seed);
    const began = performance.now();
    const correlator = createCorrelator({ catalogue: new Map(), windowS: 600 });
    const { incidents } = replay(pastOf(stream.lines), correlator);
    const us = ((performance.now() - began) * 1000) / stream.lines.length;
    const declared = replay(
      pastOf(stream.lines),
      createCorrelator({ catalogue: stream.catalogue, windowS: 600 }),
    );
    return {
      alerts: stream.lines.length,
      us,
      engine: scored([...incidents.values()], stream.truth),
      declared: scored([...declared.incidents.values()], stream.truth),
      simple: bestBaseline(stream),
    };
  });
  return { kind: kind.name, scores };
});

if (!values.json) {
  console.log(
    'kind              alerts | best simple grouping     F1 noise | sitrep F1    P    R noise  a fault unseen | declared F1 | µs',
  );
  for (const { kind, scores } of rows) {
    const mean = (of: (one: (typeof scores)[number]) => number) =>
      scores.reduce((sum, one) => sum + of(one), 0) / scores.length;
    const f = (of: (one: (typeof scores)[number]) => number, digits = 2) => mean(of).toFixed(digits);
    console.log(
      `${kind.padEnd(17)} ${f((s) => s.alerts, 0).padStart(6)} | ${(scores[0]?.simple.name ?? '').padEnd(22)} ${f((s) => s.simple.score.f1, 3)} ${f((s) => s.simple.score.noiseOnly, 0).padStart(5)} |     ${f((s) => s.engine.f1, 3)} ${f((s) => s.engine.precision)} ${f((s) => s.engine.recall)} ${f((s) => s.engine.noiseOnly, 0).padStart(5)}    ${f((s) => s.engine.perFault)} ${f((s) => s.engine.unseen, 1).padStart(6)} |       ${f((s) => s.declared.f1, 3)} | ${f((s) => s.us, 0)}`,
    );
  }
}
const speed = timed();
if (!values.json) {
  console.log(
    `one alert, ${speed.history} behind it and ${speed.groups} incidents open: median ${speed.medianUs.toFixed(0)} µs, p99 ${speed.p99Us.toFixed(0)} µs; heap ${speed.heapMb.toFixed(0)} MB`,
  );
}
console.log(
  JSON.stringify({
    kinds: rows.map(({ kind, scores }) => ({
      kind,
      engine: scores.map((one): Score => one.engine),
      simple: scores.map((one) => one.simple),
    })),
    ...speed,
  }),
);
