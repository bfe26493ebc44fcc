import type { ToolName } from '../../../incident/action.ts';
import type { ActionRecord } from '../../../incident/policy.ts';
import type { Sql } from '../sql.ts';
import { ALONE } from './plans.ts';

// A success that somebody has undone is none, and what nobody could tell the outcome of is none either.
// Nor does the success of a step of a plan tell anything of the step alone.
const SUCCEEDED = `state = 'succeeded' and alone`;
const MISSED = `('failed', 'inconclusive', 'unknown', 'reverted')`;

/**
 * An action that a stop ended: it was undone before its check had ended, or by the order of a stop although it had been
 * verified. That says nothing of whether it helps. As a condition on a row of `proposal` under the name `p`.
 */
export const UNDONE_BY_STOP = `(p.state = 'reverted' and (p.outcome is null or (p.outcome = 'succeeded'
  and exists (select from undo_order_item i where i.undoes = p.id))))`;

/** How actions have done; what the policy and its budgets go by. */
export function actionRecordStore(sql: Sql) {
  return {
    async actionRecord(tool: ToolName, service: string, without: string | null): Promise<ActionRecord> {
      const about = [tool, service, without];
      const { rows } = await sql.query<{ streak: number; failures: number; failedAt: Date | null }>(
        `with run as (
           select p.state, p.service, e.claimed_at as at, p.${ALONE} as alone, ${UNDONE_BY_STOP} as untold from proposal p join execution e on e.proposal_id = p.id
            where p.action->>'tool' = $1 and p.undoes is null and p.id is distinct from $3::uuid)
         select
           (select count(*)::int from run where service = $2 and ${SUCCEEDED}
               and at > coalesce((select max(at) from run where service = $2 and state in ${MISSED}), '-infinity')) as streak,
           count(*)::int as failures, max(at) as "failedAt"
           from run
          where state in ${MISSED} and not untold
            and at > coalesce((select max(at) from run where ${SUCCEEDED}), '-infinity')`,
        about,
      );
      const runs = await sql.query<{ at: Date; rule: string }>(
        `select p.decided_at as at, p.policy_rule as rule
           from proposal p left join execution e on e.proposal_id = p.id
          where p.action->>'tool' = $1 and p.id is distinct from $2::uuid and p.decided_at > now() - interval '7 days'
            and p.state not in ('proposed', 'rejected', 'expired')
            and (p.state <> 'superseded' or e.sent_at is not null)`,
        [tool, without],
      );
      const found = rows[0];
      return {
        streak: found?.streak ?? 0,
        failures: found?.failedAt ? { inARow: found.failures, lastAt: found.failedAt } : null,
        runs: runs.rows,
      };
    },

    async lockBudgets(): Promise<void> {
      await sql.query(`select pg_advisory_xact_lock(hashtext('budgets in ' || current_schema()))`);
    },
  };
}
