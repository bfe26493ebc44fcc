import { aboutProposal } from '../../../incident/about-proposal.ts';
import { questionOf, type Question } from '../../../incident/question.ts';
import { SITREP } from '../../../incident/person.ts';
import { stepPrefix } from '../../../incident/plan.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import type { Step } from '../../../incident/step.ts';
import type { Sql } from '../sql.ts';
import type { JournalStore } from './journal.ts';
import { PROPOSAL, type ProposalRow } from './rows.ts';

const PLAN = `consent->'plan'->>'id'`;
const STEP = `(consent->'plan'->>'step')::int`;

/**
 * Of a row of `proposal`: that every step before it has succeeded, as a condition that the claiming statements themselves
 * check. A step that is not there has not succeeded.
 */
export const ITS_TURN = `not exists (select from generate_series(1, (proposal.consent->'plan'->>'step')::int - 1) as earlier(step)
  where not exists (select from proposal before
    where before.consent->'plan'->>'id' = proposal.consent->'plan'->>'id'
      and (before.consent->'plan'->>'step')::int = earlier.step and before.state = 'succeeded'))`;

/**
 * Of a row of `proposal`: that no step before it is being put back, or has been. The plan was approved as a whole, and what
 * it would go on from is no longer there.
 */
export const NONE_PUT_BACK = `not exists (select from proposal before join proposal undo on undo.undoes = before.id
  where before.consent->'plan'->>'id' = proposal.consent->'plan'->>'id'
    and (before.consent->'plan'->>'step')::int < (proposal.consent->'plan'->>'step')::int
    and undo.state in ('approved', 'claimed', 'sent', 'unknown', 'confirmed', 'verifying', 'succeeded'))`;

/** Of a row of `proposal`: that it is no step of a plan. What came of a plan tells nothing about any one of its steps. */
export const ALONE = `consent->'plan' is null`;

/**
 * Of a row of `proposal` under the name `p`: that it has helped, by itself or as a step of a plan that has. Its plan has where
 * the check of its last step, which asks for all of them, has ended well; an undo of other steps afterwards takes nothing
 * of that back.
 */
export const HELPED = `(p.state = 'succeeded' and p.undoes is null and (p.${ALONE} or exists (select from proposal last
  where last.consent->'plan'->>'id' = p.consent->'plan'->>'id'
    and last.consent->'plan'->>'step' = p.consent->'plan'->>'of'
    and (last.state = 'succeeded' or last.state = 'reverted' and last.outcome = 'succeeded'))))`;

const UNDER_WAY: Proposal['state'][] = ['approved', 'claimed', 'sent', 'confirmed', 'verifying'];

/** What people are asked when they are asked about this proposal: that alone, or all steps of its plan. */
export async function readQuestion(
  sql: Sql,
  id: string,
  lock: '' | 'for update' = '',
): Promise<Question | null> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return null;
  const found = await sql.query<{ plan: string | null }>(
    `select ${PLAN} as plan from proposal where id = $1`,
    [id],
  );
  if (!found.rows[0]) return null;
  const { plan } = found.rows[0];
  // Always in the order of the steps, so that two who lock the same plan never wait for each other.
  const { rows } = await sql.query<ProposalRow>(
    plan === null
      ? `select ${PROPOSAL} from proposal where id = $1 ${lock}`
      : `select ${PROPOSAL} from proposal where ${PLAN} = $1 order by ${STEP} ${lock}`,
    [plan ?? id],
  );
  const [lead, ...rest] = rows;
  return lead ? questionOf([lead, ...rest]) : null;
}

/** Several actions that are approved as one, and carried out one after another. */
export function planStore(
  sql: Sql,
  journal: Pick<JournalStore, 'recordAll'>,
  enqueue: (step: Step) => Promise<void>,
) {
  return {
    question: (proposalId: string) => readQuestion(sql, proposalId),
    lockQuestion: (proposalId: string) => readQuestion(sql, proposalId, 'for update'),

    async earlierSteps(id: string): Promise<'succeeded' | 'under way' | 'stopped'> {
      const { rows } = await sql.query<{ turn: boolean; going: boolean | null }>(
        `select ${ITS_TURN} and ${NONE_PUT_BACK} as turn,
                ${NONE_PUT_BACK} and (select bool_and(before.state = 'succeeded' or before.state = any($2::text[])) from proposal before
                  where before.${PLAN} = proposal.${PLAN} and (before.consent->'plan'->>'step')::int
                      < (proposal.consent->'plan'->>'step')::int) as going
           from proposal where id = $1`,
        [id, UNDER_WAY],
      );
      const [found] = rows;
      if (found?.turn) return 'succeeded';
      return found?.going ? 'under way' : 'stopped';
    },

    async stopPlan({ id, consent: { plan } }: Proposal, what: string): Promise<void> {
      if (!plan) return;
      const { rows: ended } = await sql.query<ProposalRow>(
        `with ended as (
           update proposal set state = 'superseded' where ${PLAN} = $1 and ${STEP} > $2 and state = 'approved' returning *)
         select ${PROPOSAL} from ended as proposal order by ${STEP}`,
        [plan.id, plan.step],
      );
      await journal.recordAll(
        ended.map((one) => ({
          kind: 'proposal.moved' as const,
          ...aboutProposal(one),
          actor: SITREP,
          from: 'approved' as const,
          to: 'superseded' as const,
          why: `${stepPrefix(plan).toLowerCase()}${what}`,
        })),
      );
      // The loop offers to undo what the steps before have done.
      await enqueue({ kind: 'proposal', id });
    },
  };
}
