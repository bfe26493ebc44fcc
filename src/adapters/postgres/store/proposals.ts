import type { Action } from '../../../incident/action.ts';
import { mayBecome, type Proposal, type ProposalState } from '../../../incident/proposal.ts';
import type { OutsideStop } from '../../../incident/stop.ts';
import type { Past } from '../../../propose/confidence.ts';
import type { Sql } from '../sql.ts';
import { UNDONE_BY_STOP } from './action-record.ts';
import { ALONE, HELPED, ITS_TURN, NONE_PUT_BACK } from './plans.ts';
import { HOLD_SWITCH } from './settings.ts';
import { PROPOSAL, type ProposalRow } from './rows.ts';
import { isOrdered } from './undo-orders.ts';

// The kill switch, as a condition that the claiming statements themselves check: it is not pulled, or this very undo
// stands in the order that it names. What stops from outside must name such an order as well; null where nothing does.
const notStopped = (outsideOrder: string) => `not exists (select from setting where name = 'stopped'
    and value <> 'null'::jsonb and not ${isOrdered("value->>'order'")})
  and (${outsideOrder}::text is null or ${isOrdered(outsideOrder)})`;

// That what is begun was consented to, by enough people and as the bytes that stand there now, and is
// still fresh; a claim may come long after the approval when nobody was running in between. Whether the policy still
// lets what it approved run by itself is asked of the policy, not of the database.
const CONSENTED = `expires_at > now() and ((decided_by = 'policy' and policy_effect in ('auto', 'allow') and ${ALONE}) or
  (select count(*) from approval a where a.proposal_id = proposal.id and a.digest = proposal.digest)
    >= greatest(1, (consent->>'approvalsNeeded')::int) or
  (decided_by = 'consent' and exists (select from proposal failed
    where failed.id = proposal.undoes and failed.state = 'failed' and failed.consent->'undoIfFailed' = proposal.action
      and (failed.decided_by = 'policy' or (select count(*) from approval a
            where a.proposal_id = failed.id and a.digest = failed.digest)
          >= greatest(1, (failed.consent->>'approvalsNeeded')::int)))))`;

// The arguments that say what an action is done to; what is not among them says how.
const TARGET = ['namespace', 'deployment', 'node', 'repo', 'workflow', 'app', 'flag', 'template', 'server'];

// The buttons that asked are used up in the statement that takes the answer; the one to undo it is for later.
const SPENT = `spent as (
  update button_token set spent_at = now() from decided where proposal_id = decided.id and kind <> 'undo')`;

/** `outsideStop` tells why actions are stopped without asking the database, or null. */
export function proposalStore(sql: Sql, outsideStop: () => OutsideStop | null) {
  return {
    async proposal(id: string): Promise<Proposal | null> {
      const { rows } = await sql.query<ProposalRow>(`select ${PROPOSAL} from proposal where id = $1`, [id]);
      return rows[0] ?? null;
    },

    async lockProposal(id: string): Promise<Proposal | null> {
      if (!/^[0-9a-f-]{36}$/.test(id)) return null;
      const { rows } = await sql.query<ProposalRow>(
        `select ${PROPOSAL} from proposal where id = $1 for update`,
        [id],
      );
      return rows[0] ?? null;
    },

    async addProposal(proposal: Proposal): Promise<void> {
      await sql.query(
        `insert into proposal (id, incident_id, rank, title, action, inverse, risk, confidence, score, reasons_for,
                               reasons_against, consent, digest, policy_rule, policy_effect, service, requested_by, undoes, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
        [
          proposal.id,
          proposal.incidentId,
          proposal.rank,
          proposal.title,
          JSON.stringify(proposal.action),
          proposal.inverse && JSON.stringify(proposal.inverse),
          proposal.risk,
          JSON.stringify(proposal.confidence),
          proposal.score,
          JSON.stringify(proposal.reasonsFor),
          JSON.stringify(proposal.reasonsAgainst),
          JSON.stringify(proposal.consent),
          proposal.digest,
          proposal.policyRule,
          proposal.autonomy,
          proposal.service,
          proposal.requestedBy,
          proposal.undoes,
          proposal.expiresAt,
        ],
      );
    },

    async questions(
      incidentId: number,
      of: 'sitrep' | 'people',
    ): Promise<{ pending: number; lastHour: number }> {
      const { rows } = await sql.query<{ pending: number; lastHour: number }>(
        `select count(*) filter (where incident_id = $1 and state = 'proposed' and undoes is null)::int as pending,
                count(*) filter (where created_at > now() - interval '1 hour')::int as "lastHour"
           from proposal
          where policy_effect in ('ask', 'approve') and coalesce((consent->'plan'->>'step')::int, 1) = 1 and (requested_by = 'sitrep') = $2
            and (state = 'proposed' or created_at > now() - interval '1 hour')`,
        [incidentId, of === 'sitrep'],
      );
      return rows[0] ?? { pending: 0, lastHour: 0 };
    },

    async moveProposal(id: string, from: ProposalState, to: ProposalState): Promise<boolean> {
      if (!mayBecome(from, to)) throw new Error(`a proposal cannot go from ${from} to ${to}`);
      const { rowCount } = await sql.query(
        `update proposal
            set state = $3, effect_at = case when $3 = 'confirmed' then now() else effect_at end,
                outcome = case when state = 'verifying' and $3 <> 'reverted' then $3 else outcome end,
                outcome_at = case when state = 'verifying' and $3 <> 'reverted' then now() else outcome_at end
          where id = $1 and state = $2`,
        [id, from, to],
      );
      return rowCount === 1;
    },

    async giveApproval(id: string, person: string, digest: string): Promise<string[]> {
      await sql.query(
        `insert into approval (proposal_id, person, digest) values ($1, $2, $3) on conflict (proposal_id, person) do nothing`,
        [id, person, digest],
      );
      const { rows } = await sql.query<{ person: string }>(
        `select person from approval where proposal_id = $1 and digest = $2`,
        [id, digest],
      );
      return rows.map((row) => row.person);
    },

    async consume(id: string, digest: string, person: string): Promise<boolean> {
      const { rowCount } = await sql.query(
        `with decided as (
           update proposal set state = 'approved', decided_by = $3, decided_at = now()
            where id = $1 and state = 'proposed' and digest = $2 and expires_at > now() returning id),
         ${SPENT} select from decided`,
        [id, digest, person],
      );
      return rowCount === 1;
    },

    async rejectProposal(id: string, person: string, reason: string): Promise<boolean> {
      const { rowCount } = await sql.query(
        `with decided as (
           update proposal set state = 'rejected', decided_by = $2, decided_at = now(), decision_reason = $3
            where id = $1 and state = 'proposed' returning id),
         ${SPENT} select from decided`,
        [id, person, reason],
      );
      return rowCount === 1;
    },

    async claim(id: string, leaseS: number): Promise<boolean> {
      await sql.query(HOLD_SWITCH);
      const outside = outsideStop();
      if (outside?.order === null) return false;
      const { rowCount } = await sql.query(
        `with taken as (
           update proposal set state = 'claimed' where id = $1 and state = 'approved' and ${notStopped('$3')} and ${CONSENTED} and ${ITS_TURN} and ${NONE_PUT_BACK} returning id)
         insert into execution (proposal_id, lease_until)
         select id, now() + make_interval(secs => $2) from taken`,
        [id, leaseS, outside?.order ?? null],
      );
      return rowCount === 1;
    },

    async markSent(id: string, request: string, leaseS: number): Promise<boolean> {
      await sql.query(HOLD_SWITCH);
      const outside = outsideStop();
      if (outside?.order === null) return false;
      const { rowCount } = await sql.query(
        `with begun as (
           update proposal set state = 'sent' where id = $1 and state = 'claimed' and ${notStopped('$4')} and ${CONSENTED} and ${ITS_TURN} and ${NONE_PUT_BACK} returning id)
         update execution set sent_at = now(), request = $2, lease_until = now() + make_interval(secs => $3)
          from begun where proposal_id = begun.id`,
        [id, request, leaseS, outside?.order ?? null],
      );
      return rowCount === 1;
    },

    async mayResend(id: string): Promise<boolean> {
      await sql.query(HOLD_SWITCH);
      const outside = outsideStop();
      if (outside?.order === null) return false;
      const { rowCount } = await sql.query(
        `select from proposal where id = $1 and state = 'sent' and ${notStopped('$2')} and ${CONSENTED} and ${ITS_TURN} and ${NONE_PUT_BACK}
            and not exists (select from execution, setting where proposal_id = proposal.id and name = 'last-stop'
              and (value #>> '{}')::timestamptz >= sent_at)`,
        [id, outside?.order ?? null],
      );
      return rowCount === 1;
    },

    async approved(): Promise<string[]> {
      const { rows } = await sql.query<{ id: string }>(`select id from proposal where state = 'approved'`);
      return rows.map(({ id }) => id);
    },

    async isConsented(id: string): Promise<boolean> {
      const { rowCount } = await sql.query(`select from proposal where id = $1 and ${CONSENTED}`, [id]);
      return rowCount === 1;
    },

    async takeOver(id: string, leaseS: number): Promise<boolean> {
      const { rowCount } = await sql.query(
        `update execution set lease_until = now() + make_interval(secs => $2)
          where proposal_id = $1 and ended_at is null and lease_until < now()`,
        [id, leaseS],
      );
      return rowCount === 1;
    },

    // Whoever takes it over gives it a lease that ends later than the first one.
    async holdSent(id: string, leaseS: number): Promise<boolean> {
      const { rowCount } = await sql.query(
        `select from execution
          where proposal_id = $1 and ended_at is null and lease_until <= sent_at + make_interval(secs => $2) for update`,
        [id, leaseS],
      );
      return rowCount === 1;
    },

    async approvedBy(id: string): Promise<string[]> {
      const { rows } = await sql.query<{ person: string }>(
        `select a.person from approval a join proposal p on p.id = a.proposal_id and p.digest = a.digest
          where p.id = $1 order by a.given_at`,
        [id],
      );
      return rows.map((row) => row.person);
    },

    async endExecution(id: string, result: string): Promise<void> {
      await sql.query(`update execution set ended_at = now(), result = $2 where proposal_id = $1`, [
        id,
        result,
      ]);
    },

    async setInverse(id: string, inverse: Action): Promise<void> {
      await sql.query(`update proposal set inverse = $2 where id = $1`, [id, JSON.stringify(inverse)]);
    },

    async secondsSinceEffect(id: string): Promise<number> {
      const { rows } = await sql.query<{ seconds: number | null }>(
        `select extract(epoch from now() - effect_at)::float8 as seconds from proposal where id = $1`,
        [id],
      );
      return rows[0]?.seconds ?? 0;
    },

    async noteHolding(id: string, holds: boolean, mostGapS: number): Promise<number | null> {
      const { rows } = await sql.query<{ seconds: number | null }>(
        `update proposal
            set looked_at = now(),
                healthy_since = case
                  when $2 and looked_at >= now() - make_interval(secs => $3) then coalesce(healthy_since, now())
                  when $2 then now() end
          where id = $1 returning extract(epoch from now() - healthy_since)::float8 as seconds`,
        [id, holds, mostGapS],
      );
      return rows[0]?.seconds ?? null;
    },

    async trackRecord(action: Action): Promise<Past> {
      const { rows } = await sql.query<Past & Record<string, unknown>>(
        `select count(*) filter (where p.${ALONE})::int as tried,
                count(*) filter (where p.${ALONE} and p.state = 'succeeded')::int as helped,
                count(*) filter (where p.consent->'plan' is not null)::int as "triedInPlans",
                count(*) filter (where p.consent->'plan' is not null and ${HELPED})::int as "helpedInPlans"
           from proposal p
          where p.action->>'tool' = $1 and p.undoes is null
            ${TARGET.map((name) => `and p.action->'arguments'->'${name}' is not distinct from $2::jsonb->'${name}'`).join('\n            ')}
            -- What undid this very action says nothing for it: that a rollback helped is no reason to roll forward.
            and p.inverse->'arguments' is distinct from $2::jsonb
            and p.state in ('succeeded', 'failed', 'inconclusive', 'reverted') and not ${UNDONE_BY_STOP}
            and p.consent->'asked'->>'delivers' is distinct from 'review'`,
        [action.tool, JSON.stringify(action.arguments)],
      );
      return rows[0] ?? { tried: 0, helped: 0, triedInPlans: 0, helpedInPlans: 0 };
    },
  };
}
