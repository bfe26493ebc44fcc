import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attemptAlerts,
  killAtMoment,
  killAtStep,
  recordSteps,
  type Outcome,
  type Step,
} from '../../bench/crash/kill.ts';
import { openWorld, type World } from '../../bench/crash/world.ts';
import { everydayTraffic } from '../../bench/intake/traffic.ts';
import { whyNoCluster } from '../../bench/rig/cluster.ts';

// A few of the moments at which `node bench/crash.ts` kills: those where most could go wrong.

const reason = whyNoCluster();

describe.skipIf(reason !== null)(
  `kill -9 on a real PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    const startsAt = new Date();
    let world: World;
    let steps: Step[];
    let attempt = 0;
    beforeAll(async () => {
      world = await openWorld();
      await world.start();
      for (const alert of attemptAlerts(attempt++, startsAt)) await world.sender.send(alert);
      await world.untilQuiet(30_000);
      steps = await recordSteps(world, attemptAlerts(attempt++, startsAt));
    }, 60_000);
    afterAll(async () => {
      await world.close();
    });

    const expectNothingLost = (outcome: Outcome | null): void => {
      expect(outcome).toMatchObject({ lost: [], invisible: [], missing: 0, stuck: [] });
      expect(outcome?.extra).toBeLessThanOrEqual(1);
    };

    it.each([
      ['after the alerts were committed, before anybody was told', 'after', /^commit .*insert into intake/],
      ['before an alert gets its incident', 'before', /^insert into incident /],
      [
        'after Slack took the first message, before Sitrep knew',
        'after',
        /^Slack chat\.postMessage \(summary\)/,
      ],
    ] as const)('%s: nothing is lost, stuck or said twice', { timeout: 120_000 }, async (_, when, name) => {
      const step = steps.find((one) => one.when === when && name.test(one.name));
      if (!step) throw new Error(`no step fits ${name}:\n${steps.map((one) => one.name).join('\n')}`);
      expectNothingLost(await killAtStep(world, step, attemptAlerts(attempt++, startsAt)));
    });

    it(
      'in the midst of 50 alerts a second: nothing is lost, stuck or said twice',
      { timeout: 120_000 },
      async () => {
        expectNothingLost(await killAtMoment(world, 700, everydayTraffic('moment', startsAt)));
      },
    );
  },
);
