import type { Fly, FlyChange, FlyConfig, FlyMachine, FlyReader } from '../../act/world/fly.ts';
import type { FlyClient } from './client.ts';
import { FlyError } from './error.ts';
import { leaseSchema, machineSchema, machinesSchema, versionsSchema, type Machine } from './schema.ts';

/**
 * Longer than an executor may write, and no longer than its own lease lasts: whoever takes over from one that has died
 * finds the machine free. Without a release it ends by itself.
 */
const LEASE_S = 30;
const SETTLE_S = 5;

/** Apps that sitrep.yaml does not name are never asked for. */
function pathsIn(apps: ReadonlySet<string>) {
  return (app: string, ...rest: string[]): string[] => {
    if (apps.has(app)) return ['apps', app, 'machines', ...rest];
    throw new FlyError(
      `App ${app} is not in sitrep.yaml; name it as fly.app of a service first.`,
      0,
      'refused',
    );
  };
}

/** Fly as the tools see it, with nothing that could change it. */
export function flyReader(client: FlyClient, apps: ReadonlySet<string>): FlyReader {
  const machinePath = pathsIn(apps);
  return {
    async machines(app) {
      const all = await client.read(machinesSchema, { method: 'GET', path: machinePath(app) });
      return all.map(stateOf).filter((one) => one.state !== 'destroyed' && one.state !== 'destroying');
    },
    async machine(app, id) {
      try {
        return stateOf(await client.read(machineSchema, { method: 'GET', path: machinePath(app, id) }));
      } catch (error) {
        if (error instanceof FlyError && error.code === 404) return null;
        throw error;
      }
    },
    async versions(app, id) {
      const path = machinePath(app, id, 'versions');
      const all = await client.read(versionsSchema, { method: 'GET', path });
      return all.map(({ version, user_config }) => ({
        version,
        image: user_config.image,
        config: user_config satisfies FlyConfig,
      }));
    },
  };
}

/** The same, and the changes. */
export function flyOver(client: FlyClient, apps: ReadonlySet<string>): Fly {
  const machinePath = pathsIn(apps);

  /** Resolves to the version that the machine has afterwards, where Fly says it. */
  async function write(path: string[], change: FlyChange, nonce: string): Promise<string | undefined> {
    if (change.kind !== 'update') {
      await client.send({ method: 'POST', path: [...path, change.kind], nonce });
      return undefined;
    }
    const body = { config: change.config, current_version: change.currentVersion };
    return stateOf(await client.read(machineSchema, { method: 'POST', path, nonce, body })).version;
  }

  return {
    ...flyReader(client, apps),
    async change(app, id, change, check) {
      const path = machinePath(app, id);
      const lease = [...path, 'lease'];
      const body = { description: 'Sitrep carries out an approved action', ttl: LEASE_S };
      const { nonce } = await underLease(client.read(leaseSchema, { method: 'POST', path: lease, body }));
      try {
        await check();
        const version = await write(path, change, nonce);
        await settle(client, path, change, version);
      } finally {
        // The lease ends by itself, and what was written stays written: a release that fails changes nothing.
        await client.send({ method: 'DELETE', path: lease, nonce }).catch(() => undefined);
      }
    },
  };
}

/** Whatever became of the lease, the machine itself was not written to. */
async function underLease<T>(lease: Promise<T>): Promise<T> {
  try {
    return await lease;
  } catch (error) {
    if (!(error instanceof FlyError)) throw error;
    throw new FlyError(`no lease on the machine: ${error.message}`, error.code, 'refused', { cause: error });
  }
}

/** The lease is kept until the machine stands or runs, so that nobody changes it halfway; it may take longer. */
async function settle(
  client: FlyClient,
  path: string[],
  { kind }: FlyChange,
  version: string | undefined,
): Promise<void> {
  if (kind === 'cordon' || kind === 'uncordon') return;
  const state = kind === 'stop' ? 'stopped' : 'started';
  const query = { state, timeout: String(SETTLE_S), ...(version === undefined ? {} : { version }) };
  await client.send({ method: 'GET', path: [...path, 'wait'], query }).catch(() => undefined);
}

function stateOf(machine: Machine): FlyMachine {
  const requests = machine.events.filter((event) => event.source === 'user');
  const last = requests.toSorted((a, b) => b.timestamp - a.timestamp)[0];
  return {
    id: machine.id,
    version: machine.version ?? machine.instance_id,
    state: machine.state,
    region: machine.region,
    cordoned: machine.cordoned,
    group: machine.config.metadata['fly_process_group'] ?? 'app',
    image: machine.config.image,
    config: machine.config,
    lastRequest: last ? { id: last.id, type: last.type } : null,
    failingChecks: machine.checks.filter((check) => check.status === 'critical').length,
  };
}
