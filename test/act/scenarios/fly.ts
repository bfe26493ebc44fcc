import { expect, onTestFinished } from 'vitest';
import { flyClient } from '../../../src/adapters/fly/client.ts';
import { flyOver } from '../../../src/adapters/fly/fly.ts';
import type { Action } from '../../../src/incident/action.ts';
import { FLY_APP, FLY_TOKEN, startFly } from '../../support/fly-double.ts';
import { worldOf } from '../../support/world.ts';
import type { Scenario } from '../tool-contract.ts';

type FlyTool = Extract<Action['tool'], `fly.${string}`>;
type Double = Awaited<ReturnType<typeof startFly>>;

export const FIRST = '148e1a2b3c4d5e';
export const SECOND = '248e1a2b3c4d5e';
export const THIRD = '348e1a2b3c4d5e';

/** Two machines that serve and one that stands still, each with a release before the present one. */
export async function flyWorld() {
  const fly = await startFly(
    [FIRST, SECOND, THIRD].map((id) => ({
      id,
      state: id === THIRD ? 'stopped' : 'started',
      images: ['registry.example/web:1', 'registry.example/web:2'],
    })),
  );
  const pause = async (ms: number) => fly.pass(ms);
  const client = flyClient({ url: fly.url, token: FLY_TOKEN, timeoutMs: 5_000, pause });
  onTestFinished(() => expect(fly.objections).toEqual([]));
  return { fly, client, world: worldOf({ fly: flyOver(client, new Set([FLY_APP])) }) };
}

const on =
  (
    action: (fly: Double) => Action,
    others: (fly: Double) => void,
    before: (fly: Double) => void = () => {},
  ) =>
  async (): Promise<Scenario> => {
    const { fly, world } = await flyWorld();
    before(fly);
    return {
      action: action(fly),
      world,
      writes: () => fly.done().length,
      // Versions and events only grow; what runs and who is served is what an inverse can restore.
      state: async () =>
        fly.list().map(({ id, state, cordoned, config }) => {
          const { image, env } = config as { image: string; env: unknown };
          return { id, state, cordoned, image, env };
        }),
      changeByOthers: async () => others(fly),
    };
  };

const machine = { app: FLY_APP, machine: FIRST };
const deploy = (fly: Double) => fly.deploy(FIRST, 'registry.example/web:3');

export const flyScenarios: Record<FlyTool, () => Promise<Scenario>> = {
  'fly.restart_machine': on(() => ({ tool: 'fly.restart_machine', arguments: machine }), deploy),
  'fly.scale': on(
    () => ({ tool: 'fly.scale', arguments: { app: FLY_APP, group: 'app', count: 3 } }),
    (fly) => fly.deploy(THIRD, 'registry.example/web:3'),
  ),
  'fly.rollback_image': on(
    (fly) => ({
      tool: 'fly.rollback_image',
      arguments: { ...machine, version: fly.versions(FIRST)[1] ?? '' },
    }),
    deploy,
  ),
  'fly.cordon_machine': on(() => ({ tool: 'fly.cordon_machine', arguments: machine }), deploy),
  'fly.uncordon_machine': on(
    () => ({ tool: 'fly.uncordon_machine', arguments: machine }),
    deploy,
    (fly) => fly.cordon(FIRST),
  ),
};
