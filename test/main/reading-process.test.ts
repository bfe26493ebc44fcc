import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { clusterOver } from '../../src/adapters/kubernetes/cluster.ts';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/main/outside.ts';
import type { Role } from '../../src/main/role.ts';
import { localServer } from '../support/local-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { WRITING } from '../support/write-variables.ts';

const PIN = 'a'.repeat(64);
const READING = {
  KUBERNETES_TOKEN: 'reads-kubernetes',
  GITHUB_TOKEN: 'reads-github',
  FLY_API_TOKEN: 'reads-fly',
  UNLEASH_TOKEN: 'reads-unleash',
  BROKER_READ: 'reads-broker',
  QUEUE_READ: 'reads-queue',
};

/** A process of a role before a server that notes whatever credential arrives, and answers nothing of use. */
async function processOf(role: Role, credentials: Record<string, string>) {
  const seen = new Set<string>();
  const origin = await localServer((request, response) => {
    seen.add(request.headers.authorization ?? 'none');
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
  const folder = temporaryDirectory();
  writeFileSync(
    join(folder, 'sitrep.yaml'),
    `
kubernetes: { url: ${origin} }
services: { shop: { fly: { app: shop } } }
outbound: [{ host: 127.0.0.1, allow_private: true }]
feature_flags: [{ name: unleash, unleash: { environment: production } }]
http:
  templates:
    pause:
      method: POST
      url: ${origin}/pause
      headers: { Authorization: { env: BROKER_TOKEN } }
      read_back: { url: '${origin}/', headers: { Authorization: { env: BROKER_READ } }, expect: { status: 200 } }
mcp:
  queue:
    url: ${origin}/mcp
    allow_private: true
    headers_from: { Authorization: QUEUE_TOKEN }
    read_headers_from: { Authorization: QUEUE_READ }
    tools: { set: { pin: ${PIN}, writes: true } }
`,
  );
  const config = readConfig(
    {
      ...credentials,
      SITREP_HOME: join(folder, 'home'),
      GITHUB_API_URL: origin,
      GITHUB_REPOS: 'acme/shop',
      FLY_API_URL: origin,
      UNLEASH_URL: origin,
    },
    folder,
  );
  return { config, seen, outside: connect(config, null, role, pino({ level: 'silent' })) };
}

/** Asks for everything that there is to ask for, and cares for no answer. */
async function askForEverything({ world, sources, lookups }: ReturnType<typeof connect>, without: string[]) {
  const asked = [
    world.cluster,
    world.codeHost,
    world.fly,
    world.workflows,
    world.issues,
    sources.logs,
    sources.commits,
  ];
  for (const part of asked) {
    for (const [name, method] of Object.entries(part ?? {}) as [string, (...of: unknown[]) => unknown][]) {
      if (without.includes(name)) continue;
      await (async () =>
        method(name === 'machines' || name === 'machine' ? 'shop' : 'acme/shop', '1', []))().catch(() => {});
    }
  }
  await world.fly?.versions('shop', '1').catch(() => {});
  await world.flags?.find({ flag: 'new' }).catch(() => {});
  const request = world.http?.fill('pause', {});
  if (request && 'look' in request) await request.look().catch(() => {});
  await world.mcp?.prepare('queue', 'set', {}).catch(() => {});
  return { request, lookups };
}

const TRIES = ['tryPatch', 'trySchedulable'];

it.each([
  ['worker', READING, []],
  // One process has both, and a dry run of Kubernetes takes the right to write.
  ['all', { ...READING, ...WRITING }, TRIES],
] as const)(
  'whatever is not the execution asks with what only reads, in the role %s',
  async (role, given, without) => {
    const { outside, seen } = await processOf(role, given);
    const { request } = await askForEverything(outside, [...without]);
    expect([...seen].map((one) => one.replace(/^(Bearer|token) /i, '')).toSorted()).toEqual(
      Object.values(READING).toSorted(),
    );
    const writes = ['patch', 'setSchedulable', 'openRevert', 'closePullRequest', 'change', 'set', 'send'];
    const more = ['rerunFailedJobs', 'setEnabled', 'dispatch', 'open', 'close'];
    for (const part of [...Object.values(outside.world), request])
      for (const name of [...writes, ...more]) expect(part ?? {}).not.toHaveProperty(name);
  },
);

it('a worker has nothing that could write, in whatever it was configured with', async () => {
  const { config, outside } = await processOf('worker', READING);
  expect(outside.writable).toBeNull();
  expect(config.writeCredentials).toEqual([]);
  const tokens = [config.kubernetes, config.github, config.fly, config.unleash].map((one) => one?.writeToken);
  expect(tokens).toEqual([null, null, null, null]);
  expect(config.http.map(({ headers }) => headers)).toEqual([null]);
  expect(config.mcp.map(({ full }) => full)).toEqual([null]);
});

it.each([
  [
    'BROKER_READ',
    'read_back.headers',
    (world: ReturnType<typeof connect>['world']) => world.http?.fill('pause', {}),
  ],
  [
    'QUEUE_READ',
    'docs/mcp.md',
    (world: ReturnType<typeof connect>['world']) => world.mcp?.prepare('queue', 'set', {}),
  ],
])('what cannot be looked at without %s is not prepared, and says why', async (variable, advice, look) => {
  const { [variable as keyof typeof READING]: _, ...rest } = READING;
  const { outside } = await processOf('worker', rest);
  expect(await look(outside.world)).toMatchObject({
    mistake: expect.stringMatching(`only the executor has.*${advice}`),
  });
});

it('what writes sends nothing more when its time is up, and says that it was not sent', async () => {
  const { outside, seen } = await processOf('all', { ...READING, ...WRITING });
  const world = outside.writable?.(0);
  // Timers end in the order of their times, and then in that of their making.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const request = world?.http?.fill('pause', {});
  const write = { dryRun: false as const, approvedBy: [] };
  const all: Record<string, Promise<unknown> | undefined> = {
    patch: world?.cluster?.patch('shop', 'pricing', [], write),
    cordon: world?.cluster?.setSchedulable(
      'n',
      { unschedulable: true, resourceVersion: '1', mark: '' },
      write,
    ),
    revert: world?.codeHost?.openRevert('acme/shop', 'a'.repeat(40), { title: '', body: '' }),
    close: world?.codeHost?.closePullRequest('acme/shop', 1),
    change: world?.fly?.change('shop', '1', { kind: 'stop' }, async () => {}),
    rerun: world?.workflows?.rerunFailedJobs('acme/shop', 1),
    enable: world?.workflows?.setEnabled('acme/shop', 'a.yml', true),
    dispatch: world?.workflows?.dispatch('acme/shop', 'a.yml', { ref: 'main', inputs: {} }),
    issue: world?.issues?.open('acme/shop', { title: '', body: '' }),
    flag: world?.flags?.set('new', { source: 'unleash', version: '' }, true),
    request: request && 'send' in request ? request.send('key') : undefined,
    mcp: world?.mcp?.prepare('queue', 'set', {}),
  };
  for (const [name, one] of Object.entries(all))
    await expect(one, name).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('for this action is up'),
    });
  expect([...seen]).toEqual([]);
});

it('what is under way when the time is up is given up, and nobody knows what became of it', async () => {
  const asked = Promise.withResolvers<void>();
  const url = await localServer(() => asked.resolve());
  const ending = new AbortController();
  const client = kubernetesClient({
    url,
    token: 't',
    timeoutMs: 60_000,
    until: ending.signal,
  });
  const write = clusterOver(client, null).patch('shop', 'pricing', [], { dryRun: false, approvedBy: [] });
  const refused = write.catch((error: unknown) => error);
  await asked.promise;
  ending.abort();
  expect(await refused).toMatchObject({ outcome: 'unknown' });
});
