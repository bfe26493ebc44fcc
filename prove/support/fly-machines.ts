import type { Fly, FlyMachine } from '../../src/act/world/fly.ts';
import type { Ledger } from './whole-world.ts';

export const APP = 'shop-web';
/** Two that serve, one that stands still, one that is cordoned. */
export const MACHINES = {
  serving: '148e1a2b3c4d5e',
  still: '248e1a2b3c4d5e',
  cordoned: '348e1a2b3c4d5e',
  spare: '448e1a2b3c4d5e',
};
export const EARLIER = 'EARLIER0000000000000000000';

function machine(id: string): FlyMachine {
  return {
    id,
    version: 'PRESENT0000000000000000000',
    state: id === MACHINES.still ? 'stopped' : 'started',
    region: 'ams',
    cordoned: id === MACHINES.cordoned,
    group: 'app',
    image: 'registry.example/web:2',
    config: { image: 'registry.example/web:2', metadata: {} },
    lastRequest: null,
    failingChecks: 0,
  };
}

/** Four machines of one app, each with a release before the present one. */
export function flyOf(ledger: Ledger): Fly {
  const machines = new Map(Object.values(MACHINES).map((id) => [id, machine(id)]));
  let changes = 0;
  return {
    machines: async (app) => (app === APP ? [...machines.values()] : []),
    machine: async (app, id) => (app === APP ? (machines.get(id) ?? null) : null),
    versions: async () => [
      {
        version: EARLIER,
        image: 'registry.example/web:1',
        config: { image: 'registry.example/web:1', metadata: {} },
      },
    ],
    async change(app, id, change, check) {
      await check();
      const found = machines.get(id);
      if (!found) throw new Error(`There is no machine ${id}.`);
      ledger(`machine ${app}/${id}`, change.kind);
      changes += 1;
      const next = { ...found, lastRequest: { id: `request-${changes}`, type: String(change.kind) } };
      switch (change.kind) {
        case 'start':
        case 'restart':
          machines.set(id, { ...next, state: 'started' });
          break;
        case 'stop':
          machines.set(id, { ...next, state: 'stopped' });
          break;
        case 'cordon':
        case 'uncordon':
          machines.set(id, { ...next, cordoned: change.kind === 'cordon' });
          break;
        case 'update':
          machines.set(id, {
            ...next,
            config: change.config,
            image: String(change.config['image']),
            version: `CHANGE${String(changes).padStart(20, '0')}`,
          });
          break;
        default:
          change satisfies never;
      }
    },
  };
}
