import { randomUUID } from 'node:crypto';
import type { Sql } from '../../src/adapters/postgres/sql.ts';
import { proposalStore } from '../../src/adapters/postgres/store/proposals.ts';
import { consentDigest, type Proposal, type ProposalState } from '../../src/incident/proposal.ts';
import { aProposal } from './incident-view.ts';

/** How a proposal may stand in the database when an execution of it is to begin. */
export type Case = {
  state: ProposalState;
  /** Who gave an approval, and of which bytes. */
  given?: [person: string, of: 'these bytes' | 'other bytes'][];
  needed?: number;
  decidedBy?: string;
  effect?: string;
  expired?: boolean;
  stopped?: boolean;
  /** Stopped after it was sent, and allowed again. */
  lifted?: boolean;
  plan?: Proposal['consent']['plan'];
  /** How the first step of its plan stands. */
  before?: ProposalState;
  /** How the undo of the first step of its plan stands. */
  undoOfBefore?: ProposalState;
  /** What it undoes, and how that was consented to. */
  undoes?: {
    state: ProposalState;
    sameAction: boolean;
    given: number;
    decidedBy: string;
    otherBytes?: boolean;
  };
  /** Whether there is another action that failed, whose consent names the same undo. */
  another?: boolean;
};

/** A proposal in the database, as `over` and `consent` change it, with the digest that fits. */
export async function put(
  sql: Sql,
  incidentId: number,
  over: Partial<Proposal>,
  consent: Partial<Proposal['consent']>,
): Promise<Proposal> {
  const id = randomUUID();
  const proposal = aProposal({ id, incidentId, expiresAt: new Date(Date.now() + 600_000), ...over });
  const consented = { ...proposal.consent, ...consent };
  const whole = { ...proposal, consent: consented, digest: consentDigest(consented) };
  await proposalStore(sql, () => null).addProposal(whole);
  return whole;
}
const approve = (sql: Sql, id: string, person: string, digest: string) =>
  sql.query(`insert into approval (proposal_id, person, digest) values ($1, $2, $3)`, [id, person, digest]);

/** The proposal of a case, in the database as it would stand there. */
export async function arrange(sql: Sql, incidentId: number, one: Case): Promise<Proposal> {
  const { undoes } = one;
  const action = aProposal().action;
  const other = { tool: 'kubernetes.restart' as const, arguments: { namespace: 'a', deployment: 'b' } };
  const undone = undoes
    ? await put(sql, incidentId, {}, { undoIfFailed: undoes.sameAction ? action : other, approvalsNeeded: 2 })
    : null;
  if (undone && undoes) {
    const digest = undoes.otherBytes ? '0'.repeat(64) : undone.digest;
    for (let i = 0; i < undoes.given; i += 1) await approve(sql, undone.id, `U${i}`, digest);
    await sql.query(`update proposal set state = $2, decided_by = $3 where id = $1`, [
      undone.id,
      undoes.state,
      undoes.decidedBy,
    ]);
  }
  const proposal = await put(
    sql,
    incidentId,
    { undoes: undone?.id ?? null },
    { approvalsNeeded: one.needed ?? 1, ...(one.plan ? { plan: one.plan } : {}) },
  );
  if (one.another) {
    const { id } = await put(sql, incidentId, {}, { undoIfFailed: action });
    await sql.query(`update proposal set state = 'failed', decided_by = 'policy' where id = $1`, [id]);
  }
  if (one.before) {
    const { id } = await put(sql, incidentId, {}, { plan: first });
    await sql.query(`update proposal set state = $2 where id = $1`, [id, one.before]);
    if (one.undoOfBefore) {
      const undo = await put(sql, incidentId, { undoes: id }, {});
      await sql.query(`update proposal set state = $2 where id = $1`, [undo.id, one.undoOfBefore]);
    }
  }
  const { id, digest } = proposal;
  for (const [person, of] of one.given ?? [])
    await approve(sql, id, person, of === 'these bytes' ? digest : '0'.repeat(64));
  await sql.query(
    `update proposal set state = $2, decided_by = $3, policy_effect = coalesce($4, policy_effect),
       expires_at = case when $5 then now() - interval '1 second' else expires_at end where id = $1`,
    [id, one.state, one.decidedBy ?? 'U1', one.effect ?? null, one.expired ?? false],
  );
  if (one.state === 'claimed' || one.state === 'sent')
    await sql.query(`insert into execution (proposal_id, lease_until, sent_at) values ($1, now(), now())`, [
      id,
    ]);
  if (one.lifted)
    await sql.query(`insert into setting (name, value) values ('last-stop', to_jsonb(clock_timestamp()))`);
  if (one.stopped)
    await sql.query(
      `insert into setting (name, value) values ('stopped', '{"by":"U1","why":"x","order":null}')`,
    );
  return proposal;
}

const given: Case['given'] = [['U1', 'these bytes']];
const failed = { state: 'failed' as const, sameAction: true, given: 2, decidedBy: 'U1' };
const plan = { id: '00000000-0000-4000-9000-999999999999', step: 2, of: 2 };
const first = { ...plan, step: 1 };
const byConsent = { state: 'approved' as const, decidedBy: 'consent' };

/** Whether an execution may begin. */
export const CASES: [string, Case, boolean][] = [
  ['approved by one', { state: 'approved', given }, true],
  ['approved by two', { state: 'approved', needed: 2, given: [...given, ['U2', 'these bytes']] }, true],
  ['by the policy', { state: 'approved', decidedBy: 'policy', effect: 'auto' }, true],
  ['the first step of a plan', { state: 'approved', given, plan: first }, true],
  ['an undo with its consent', { ...byConsent, undoes: failed }, true],
  [
    'an undo of what ran by itself',
    { ...byConsent, undoes: { ...failed, given: 0, decidedBy: 'policy' } },
    true,
  ],
  ['proposed', { state: 'proposed', given }, false],
  ['rejected', { state: 'rejected', given }, false],
  ['approved by nobody', { state: 'approved' }, false],
  ['where nobody need approve, by nobody', { state: 'approved', needed: 0 }, false],
  ['approved by one of two', { state: 'approved', needed: 2, given }, false],
  [
    'approved as other bytes by one of two',
    { state: 'approved', needed: 2, given: [...given, ['U2', 'other bytes']] },
    false,
  ],
  ['expired', { state: 'approved', given, expired: true }, false],
  ['expired by the policy', { state: 'approved', decidedBy: 'policy', effect: 'auto', expired: true }, false],
  ['stopped', { state: 'approved', given, stopped: true }, false],
  ['by the policy where it asks', { state: 'approved', decidedBy: 'policy', effect: 'approve' }, false],
  ['a plan by the policy', { state: 'approved', decidedBy: 'policy', effect: 'auto', plan: first }, false],
  ['by nobody where the policy lets it', { state: 'approved', effect: 'auto' }, false],
  ['a step after one that succeeded', { state: 'approved', given, plan, before: 'succeeded' }, true],
  [
    'a step after one that is not checked yet',
    { state: 'approved', given, plan, before: 'verifying' },
    false,
  ],
  ...(['approved', 'claimed', 'sent', 'unknown', 'confirmed', 'verifying', 'succeeded'] as const).map(
    (undoOfBefore): [string, Case, boolean] => [
      `a step after one whose undo is ${undoOfBefore}`,
      { state: 'approved', given, plan, before: 'succeeded', undoOfBefore },
      false,
    ],
  ),
  ...(['proposed', 'rejected', 'failed'] as const).map((undoOfBefore): [string, Case, boolean] => [
    `a step after one whose undo is ${undoOfBefore}`,
    { state: 'approved', given, plan, before: 'succeeded', undoOfBefore },
    true,
  ]),
  ['sent already', { state: 'sent', given }, false],
  ['sent before a stop that was lifted', { state: 'sent', given, lifted: true }, false],
  ['a step before its turn', { state: 'approved', given, plan }, false],
  ['an undo of what has not failed', { ...byConsent, undoes: { ...failed, state: 'succeeded' } }, false],
  [
    'an undo of what has not failed, beside another that has',
    { ...byConsent, undoes: { ...failed, state: 'succeeded' }, another: true },
    false,
  ],
  ['an undo of another kind', { ...byConsent, undoes: { ...failed, sameAction: false } }, false],
  ['an undo of what one of two approved', { ...byConsent, undoes: { ...failed, given: 1 } }, false],
  ['an undo of other bytes', { ...byConsent, undoes: { ...failed, otherBytes: true } }, false],
  ['an undo that nobody decided so', { state: 'approved', undoes: failed }, false],
  ['a consent to nothing', byConsent, false],
];
