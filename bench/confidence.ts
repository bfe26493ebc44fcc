/**
 * How well confidence holds for workspaces that it was not fitted on.
 *   npx node bench/confidence.ts
 * Simulated workspaces: priors, ways to use labels, forgetting, intervals.
 */
import { logOddsOf, probabilityAt } from '../src/learn/logistic.ts';
import { plattScaling } from '../src/learn/platt.ts';
import { credibleInterval, recalibrate, recalibrated } from '../src/learn/recalibrate.ts';
import { truths, workspace, type Answer } from './confidence/strangers.ts';

const WORKSPACES = 200;
const NOW = new Date(0);
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const show = (value: number) => value.toFixed(3);

priors();
alternatives();
decay();
intervals();

/** Mean distance from the true probability on answers after the labelled ones, for several priors. */
function priors(): void {
  console.log('distance from the true probability (mean over 200 workspaces), by prior and number of labels');
  console.log('workspaces differ by   prior (shift, slope)   0     5     20    50    100   300');
  for (const spread of [
    { shift: 0.3, slope: 0.1 },
    { shift: 0.7, slope: 0.3 },
    { shift: 1, slope: 0.4 },
    { shift: 1.5, slope: 0.5 },
  ]) {
    for (const deviation of [
      [0.5, 0.2],
      [0.7, 0.3],
      [1, 0.4],
      [2, 1],
    ] as const) {
      const row = [0, 5, 20, 50, 100, 300].map((labels) =>
        gap(spread, labels, (known) => {
          const by = plattScaling(
            known.map(({ shipped }) => logOddsOf(shipped)),
            known.map(({ right }) => right),
            { deviation, weights: known.map(() => 1) },
          );
          return (shipped) => recalibrated(by, shipped);
        }),
      );
      console.log(
        `(${spread.shift}, ${spread.slope})`.padEnd(23) +
          `(${deviation.join(', ')})`.padEnd(22) +
          row.map(show).join(' '),
      );
    }
  }
}

/** The same for what else could be done with labels. */
function alternatives(): void {
  const ways: [string, (known: Answer[]) => (shipped: number) => number][] = [
    ['nothing', () => (shipped) => shipped],
    [
      'Platt without a prior',
      (known) => {
        const by = plattScaling(
          known.map(({ shipped }) => logOddsOf(shipped)),
          known.map(({ right }) => right),
          {
            deviation: [100, 100],
            weights: known.map(() => 1),
          },
        );
        return (shipped) => recalibrated(by, shipped);
      },
    ],
    [
      'shift alone',
      (known) => {
        const by = plattScaling(
          known.map(({ shipped }) => logOddsOf(shipped)),
          known.map(({ right }) => right),
          {
            deviation: [1, 1e-4],
            weights: known.map(() => 1),
          },
        );
        return (shipped) => recalibrated(by, shipped);
      },
    ],
    [
      'five bins, counted',
      (known) => (shipped) => {
        const bin = (one: number) => Math.min(4, Math.floor(5 * one));
        const here = known.filter((one) => bin(one.shipped) === bin(shipped));
        return (here.filter(({ right }) => right).length + 2 * shipped) / (here.length + 2);
      },
    ],
    [
      'as built',
      (known) => {
        const by = recalibrate(known, NOW);
        return (shipped) => recalibrated(by, shipped);
      },
    ],
    [
      'as built, averaged over the posterior',
      (known) => {
        const by = recalibrate(known, NOW);
        return (shipped) => {
          const l = logOddsOf(shipped);
          const { covariance: c } = by;
          const variance = c.shift + 2 * l * c.both + l ** 2 * c.slope;
          return probabilityAt((by.shift + by.slope * l) / Math.sqrt(1 + (Math.PI / 8) * variance));
        };
      },
    ],
  ];
  console.log(
    '\nways to use labels; workspaces differ by (1, 0.4)'.padEnd(52) + '0     5     20    50    100   300',
  );
  for (const [name, way] of ways) {
    const row = [0, 5, 20, 50, 100, 300].map((labels) => gap({ shift: 1, slope: 0.4 }, labels, way));
    console.log(name.padEnd(52) + row.map(show).join(' '));
  }
}

function gap(
  spread: { shift: number; slope: number },
  labels: number,
  way: (known: Answer[]) => (shipped: number) => number,
): number {
  return mean(
    truths(WORKSPACES, spread).map((truth, seed) => {
      const all = workspace(seed, labels + 200, truth, 0, NOW).map((one) => ({ ...one, at: NOW }));
      const correct = way(all.slice(0, labels));
      return mean(all.slice(labels).map(({ shipped, real }) => Math.abs(correct(shipped) - real)));
    }),
  );
}

/** One label a day for two years; the workspace changes by `drift` a year. Does forgetting help? */
function decay(): void {
  console.log('\ndistance after 730 daily labels, by half-life in days');
  console.log('drift a year   30    90    180   365   730   never');
  for (const drift of [0, 0.5, 1, 2]) {
    const row = [30, 90, 180, 365, 730, Infinity].map((halfLife) =>
      mean(
        truths(60, { shift: 1, slope: 0.4 }).map((truth, seed) => {
          const all = workspace(seed, 760, truth, drift, NOW);
          const known = all.slice(0, 730);
          const last = known.at(-1)?.at.getTime() ?? 0;
          const by = plattScaling(
            known.map(({ shipped }) => logOddsOf(shipped)),
            known.map(({ right }) => right),
            {
              deviation: [1, 0.4],
              weights: known.map(({ at }) => 0.5 ** ((last - at.getTime()) / 86_400_000 / halfLife)),
            },
          );
          return mean(all.slice(730).map(({ shipped, real }) => Math.abs(recalibrated(by, shipped) - real)));
        }),
      ),
    );
    console.log(String(drift).padEnd(15) + row.map(show).join(' '));
  }
}

/** How often the 90 % interval holds the true probability. */
function intervals(): void {
  console.log('\nshare of true probabilities inside the 90 % interval');
  for (const spread of [
    { shift: 0.3, slope: 0.1 },
    { shift: 0.7, slope: 0.3 },
    { shift: 1, slope: 0.4 },
    { shift: 1.5, slope: 0.5 },
  ]) {
    const row = [5, 20, 100, 300].map((labels) =>
      mean(
        truths(WORKSPACES, spread).flatMap((truth, seed) => {
          const all = workspace(seed, labels + 50, truth, 0, NOW).map((one) => ({ ...one, at: NOW }));
          const by = recalibrate(all.slice(0, labels), NOW);
          return all.slice(labels).map(({ shipped, real }) => {
            const { from, to } = credibleInterval(by, shipped);
            return from <= real && real <= to ? 1 : 0;
          });
        }),
      ),
    );
    console.log(
      `workspaces differ by (${spread.shift}, ${spread.slope}); 5, 20, 100, 300 labels: ${row.map(show).join(' ')}`,
    );
  }
}
