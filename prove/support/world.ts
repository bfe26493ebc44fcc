import { letTimePass } from './let-time-pass.ts';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import type { Proposal, ProposalState } from '../../src/incident/proposal.ts';
import { APPROVER, stage, type Stage } from '../../test/support/loop.ts';
import { aPolicy } from '../../test/support/policy.ts';
import { freshDatabase, removeDatabase } from './database.ts';
import { recordedCluster, type RecordedCluster } from './recorded-cluster.ts';

/** What `stage` can be given. */
export type StageOptions = NonNullable<Parameters<typeof stage>[1]>;

/** The loop on a database of its own, before a cluster that keeps account of what is done to it. */
export type World = {
  db: Database;
  cluster: RecordedCluster;
  stage: Stage;
  /** Another replica on the same database and the same cluster, or on what stands between it and them. */
  replica(over?: StageOptions, through?: Database): Promise<Stage>;
  /** The proposal that all others are made of. */
  template(): Proposal;
  /** A rollback, proposed in an incident of its own to a cluster that is as it was at first. */
  propose(over?: Partial<Proposal>): Promise<Proposal>;
  /** The same, approved by the approver. */
  proposeApproved(): Promise<Proposal>;
  read(proposalId: string): Promise<Proposal>;
  /** How many people have approved its bytes, by the database. */
  approvals(proposal: Proposal): Promise<number>;
  /** Lets seconds pass for everything that waits for the database's clock. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
};

/** Signals that are as they should be. */
export const HEALTHY: NonNullable<StageOptions['sources']> = { signals: { value: async () => 0.01 } };

/** Asks for everything, and lets more run in an hour than a property tries. */
export const ASK_ALWAYS = aPolicy([{ name: 'ask' }], {
  limits: { perHour: 1_000_000, atOnce: 3, failuresInARow: 1_000_000, breakerHours: 24, flapMinutes: 0 },
});

/** All proposals of a property are made of the same one, which must not expire on a slow machine before the last is tried. */
export const NEVER_LATE = { approvalS: 7 * 86_400 };

/** States in which somebody or something still has to act. */
export const UNFINISHED: readonly ProposalState[] = ['approved', 'claimed', 'sent', 'confirmed', 'verifying'];

/** `given` may depend on the cluster that the world is made with. */
export async function openWorld(
  given: StageOptions | ((cluster: RecordedCluster) => StageOptions) = {},
): Promise<World> {
  const db = await freshDatabase();
  const cluster = recordedCluster();
  const over = typeof given === 'function' ? given(cluster) : given;
  const replica = (more: StageOptions = {}, through = db) => {
    const settings = { ...NEVER_LATE, ...over.settings, ...more.settings };
    return stage(through, { cluster, policy: ASK_ALWAYS, sources: HEALTHY, ...over, ...more, settings });
  };
  const first = await replica();
  await first.fire();
  await first.turn();
  await first.fire({ status: 'resolved' });
  await first.turn();
  const template = (await first.view()).proposals.find((one) => one.action.tool === 'kubernetes.rollback');
  if (!template)
    throw new Error('The loop has proposed no rollback; the world of the properties has changed.');

  const world: World = {
    db,
    cluster,
    stage: first,
    replica,
    template: () => template,
    async propose(changes = {}) {
      cluster.renew();
      const incidentId = await anotherIncident(db);
      const proposal = { ...template, id: randomUUID(), incidentId, ...changes };
      await first.transaction((store) => store.addProposal(proposal));
      return proposal;
    },
    async proposeApproved() {
      const proposal = await world.propose();
      const asked = { proposalId: proposal.id, digest: proposal.digest, person: APPROVER };
      const answer = await first.loop.approve(asked);
      if (!answer.ok) throw new Error(`A legitimate approval was refused: ${answer.text}`);
      return proposal;
    },
    async read(id) {
      const found = await first.transaction((store) => store.proposal(id));
      if (!found) throw new Error(`There is no proposal ${id}.`);
      return found;
    },
    async approvals({ id, digest }) {
      const { rows } = await db.query<{ count: number }>(
        `select count(*)::int as count from approval where proposal_id = $1 and digest = $2`,
        [id, digest],
      );
      return rows[0]?.count ?? 0;
    },
    pass: (seconds) => letTimePass(db, seconds),
    close: () => removeDatabase(db),
  };
  return world;
}

/** Runs the steps of one proposal, as the durable queue does, until nothing follows from them at once. */
export async function carryOut(replica: Stage, id: string): Promise<ProposalState> {
  for (let before: ProposalState | null = null; ;) {
    const state = (await replica.transaction((store) => store.proposal(id)))?.state;
    if (state === undefined) throw new Error(`There is no proposal ${id}.`);
    if (state === before || !UNFINISHED.includes(state)) return state;
    before = state;
    await replica.loop.run({ kind: 'proposal', id });
    await replica.loop.run({ kind: 'execute', id });
  }
}

/** A copy of the first incident in which nothing fires and everything waits for people. */
export async function anotherIncident(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into incident overriding system value
     select copy.* from incident one, lateral jsonb_populate_record(one, jsonb_build_object(
              'id', (select max(id) + 1 from incident), 'state', 'awaiting', 'resolved_at', null)) copy
      where one.id = 1
     returning id`,
  );
  const [row] = rows;
  if (!row) throw new Error('The first incident is gone.');
  return row.id;
}
