import { createStore, type Store } from '../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { createCorrelator } from '../../src/correlate/correlator.ts';
import type { EvidenceSources } from '../../src/enrich/enrich.ts';
import type { Person } from '../../src/incident/person.ts';
import type { Policy } from '../../src/incident/policy.ts';
import { stepKey, type Step } from '../../src/incident/step.ts';
import type { OutsideStop } from '../../src/incident/stop.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { createLoop } from '../../src/loop.ts';
import type { World, WorldFor } from '../../src/act/world.ts';
import type { LoopPorts } from '../../src/loop/ports.ts';
import { accessWith } from './access.ts';
import { minutes, SHOP, T0 } from './examples.ts';
import { fakeCluster, type FakeCluster } from './fake-cluster.ts';
import { aPolicy } from './policy.ts';
import { testVault } from './vault.ts';
import { worldOf } from './world.ts';

export const ONCALL = 'U0ONCALL';
export const APPROVER = 'U0APPROVER';
export const SECOND = 'U0SECOND';

export const PEOPLE: Person[] = [
  { slackId: ONCALL, name: 'on-call', mayApprove: false, denied: false, keyHash: null },
  { slackId: APPROVER, name: 'approver', mayApprove: true, denied: false, keyHash: null },
  { slackId: SECOND, name: 'second approver', mayApprove: true, denied: false, keyHash: null },
];

export const ASK: Policy = aPolicy([{ name: 'ask' }]);

export type Stage = Awaited<ReturnType<typeof stage>>;

/**
 * The loop on a real database with a queue that the test turns by hand: due steps run until none is
 * left; delayed ones wait in `later` until the test lets time pass.
 */
export async function stage(
  db: Database,
  over: {
    policy?: Policy;
    people?: Person[];
    outsideStop?: () => OutsideStop | null;
    cluster?: FakeCluster;
    world?: LoopPorts['world'];
    /** One that has its time, as the executor gets it, or one for ever. */
    writable?: World | WorldFor | null;
    sources?: Partial<EvidenceSources>;
    settings?: Partial<LoopPorts['settings']>;
    createCorrelator?: LoopPorts['createCorrelator'];
    maintenance?: LoopPorts['maintenance'];
    investigator?: LoopPorts['investigator'];
    /** Take the place of ports that this helper makes itself. */
    ports?: Partial<LoopPorts>;
    /** Stands between the stages and the store. */
    wrapStore?: (store: Store) => Store;
  } = {},
) {
  const cluster = over.cluster ?? fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);
  const due: Step[] = [];
  const later: Step[] = [];
  const signals = new Map<string, number | null>();
  const enqueue = async (_: unknown, step: Step, afterS = 0) => {
    const queue = afterS > 0 ? later : due;
    if (!queue.some((one) => stepKey(one) === stepKey(step))) queue.push(step);
  };
  const storeOf = (sql: Parameters<typeof createStore>[0]) =>
    createStore(sql, { vault: testVault, outsideStop: over.outsideStop ?? (() => null), enqueue });
  const wrapped = over.wrapStore ?? ((store: Store) => store);
  const transaction = <T>(work: (store: Store) => Promise<T>) => db.tx((sql) => work(wrapped(storeOf(sql))));
  const loop = createLoop({
    transaction,
    urgentTransaction: transaction,
    ringPlacing: () => {},
    onPlacingTrouble: () => {},
    isAway: () => false,
    createCorrelator: over.createCorrelator ?? (() => createCorrelator({ catalogue: SHOP, windowS: 600 })),
    catalogue: SHOP,
    maintenance: over.maintenance ?? [],
    policy: over.policy ?? ASK,
    people: over.people ?? PEOPLE,
    sources: {
      runbooks: { search: async () => [] },
      archive: { similar: async () => [], guilty: async () => [] },
      changes: null,
      commits: null,
      rollouts: {
        rollouts: async (service) =>
          service.name === 'pricing'
            ? [
                {
                  service: 'pricing',
                  namespace: 'shop',
                  deployment: 'pricing',
                  revision: 3,
                  image: 'shop/pricing:bad',
                  template: null,
                  sha: null,
                  at: minutes(-1),
                  cause: null,
                },
                {
                  service: 'pricing',
                  namespace: 'shop',
                  deployment: 'pricing',
                  revision: 2,
                  image: 'shop/pricing:good',
                  template: null,
                  sha: null,
                  at: minutes(-900),
                  cause: null,
                },
              ]
            : [],
      },
      signals: { value: async (query) => signals.get(query) ?? null },
      series: null,
      logs: null,
      ...over.sources,
    },
    world: over.world ?? worldOf({ cluster }),
    writable: worldFor(over.writable === undefined ? worldOf({ cluster }) : over.writable),
    investigator: over.investigator ?? null,
    publishPostmortem: async (id) => `INC-${id}.md`,
    settings: {
      access: accessWith({ SITREP_WEBHOOK_TOKEN: ['token'] }),
      approvalS: 1800,
      verifyS: 60,
      holdS: 0,
      quietS: 0,
      approvals: { pendingPerIncident: 4, perHour: 30 },
      modelTokens: { perIncident: 10_000, perDay: 100_000 },
      ...over.settings,
    },
    ...over.ports,
  });

  /** Places what came in. Another stage on the same database may go on at once. */
  async function place(): Promise<void> {
    try {
      while ((await loop.placing.place()) > 0);
    } finally {
      await loop.placing.release();
    }
  }

  async function turn(): Promise<void> {
    await place();
    for (let step = due.shift(); step; step = due.shift()) await loop.run(step);
  }

  return {
    loop,
    cluster,
    signals,
    transaction,
    place,
    turn,
    /** Runs one step alone; what was put off only where nothing else is left. */
    async step(): Promise<void> {
      if (due.length === 0) due.push(...later.splice(0));
      const next = due.shift();
      if (next) await loop.run(next);
    },
    /** Runs what was put off, as if its time had come. */
    async pass(): Promise<void> {
      due.push(...later.splice(0));
      await turn();
    },
    async fire(
      over: {
        fingerprint?: string;
        service?: string;
        status?: 'firing' | 'resolved';
        startsAt?: Date;
        name?: string;
        severity?: string;
      } = {},
    ) {
      const body = {
        version: '4',
        alerts: [
          {
            status: over.status ?? 'firing',
            labels: {
              alertname: over.name ?? 'ServiceErrorRateHigh',
              service: over.service ?? 'checkout',
              severity: over.severity ?? 'critical',
            },
            annotations: { summary: `${over.service ?? 'checkout'} fails` },
            startsAt: (over.startsAt ?? T0).toISOString(),
            fingerprint: over.fingerprint ?? 'f1',
          },
        ],
      };
      return loop.receive({
        source: 'alertmanager',
        headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
        body: new TextEncoder().encode(JSON.stringify(body)),
      });
    },
    view: (id = 1): Promise<IncidentView> =>
      transaction(async (store) => {
        const view = await store.view(id);
        if (!view) throw new Error(`no incident ${id}`);
        return view;
      }),
  };
}

function worldFor(given: World | WorldFor | null): LoopPorts['writable'] {
  return given === null || typeof given === 'function' ? given : () => given;
}
