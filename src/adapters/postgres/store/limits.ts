import type { Limits } from '../../../incident/policy.ts';
import { counted } from '../../../incident/text.ts';
import type { Sql } from '../sql.ts';
import type { JournalStore } from './journal.ts';

// Until its check has ended: two changes at once could not be told apart by what came of them.
const UNDER_WAY = `('claimed', 'sent', 'confirmed', 'verifying')`;

/** How much may go on at the same time, whatever was approved. */
export function limitStore(sql: Sql, journal: JournalStore) {
  return {
    async whyHeld(id: string, limits: Limits): Promise<string | null> {
      await sql.query(`select pg_advisory_xact_lock(hashtext('budgets in ' || current_schema()))`);
      const { rows } = await sql.query<{
        tool: string;
        isUndo: boolean;
        hasBegun: boolean;
        lastHour: number;
        kept: number;
        wanted: number;
        underWay: number;
        other: string | null;
      }>(
        `with mine as (
           select action->>'tool' as tool, consent->'target'->>'identity' as target, undoes, consent->'plan'->>'id' as plan,
                  undoes is not null and not exists (select from proposal u where u.id = p.undoes and u.undoes is not null) as is_undo
             from proposal p where id = $1),
         ahead as (
           select p.consent->'plan'->>'id' as plan from proposal p, mine
            where p.state = 'approved' and p.undoes is null and p.action->>'tool' = mine.tool and p.consent->'plan' is not null)
         select tool, is_undo as "isUndo",
           exists (select from proposal b join execution e on e.proposal_id = b.id where b.consent->'plan'->>'id' = mine.plan) as "hasBegun",
           (select count(*)::int from execution e join proposal p on p.id = e.proposal_id
             where p.action->>'tool' = tool and e.claimed_at > now() - interval '1 hour'
               and (e.sent_at is not null or p.state = 'claimed')) as "lastHour",
           (select count(*)::int from ahead where ahead.plan is distinct from mine.plan
               and exists (select from proposal b join execution e on e.proposal_id = b.id
                 where b.consent->'plan'->>'id' = ahead.plan)) as kept,
           greatest(1, (select count(*)::int from ahead where ahead.plan = mine.plan)) as wanted,
           (select count(*)::int from proposal p
             where p.action->>'tool' = tool and p.state in ${UNDER_WAY} and p.id is distinct from mine.undoes) as "underWay",
           (select p.title from proposal p
             where p.consent->'target'->>'identity' = target and p.state in ${UNDER_WAY} and p.id is distinct from mine.undoes
             order by p.created_at limit 1) as other
           from mine`,
        [id],
      );
      const [found] = rows;
      if (!found) return null;
      const { tool, isUndo, hasBegun, lastHour, kept, wanted, underWay, other } = found;
      if (other !== null) return `“${other}” is under way on the same target`;
      if (underWay >= limits.atOnce)
        return `${limits.atOnce} of ${tool} are under way, and more at once are not allowed`;
      // The way back is never used up by the way there; what puts back an undo goes there once more, and waits like it. A plan
      // had room for all its steps when it began, and the room was kept for it.
      if (isUndo || hasBegun || lastHour + kept + wanted <= limits.perHour) return null;
      const times = counted(limits.perHour, 'time');
      return lastHour >= limits.perHour
        ? `${tool} has run ${times} within an hour, and more are not allowed`
        : `${tool} may run ${times} within an hour, and there is no room for ${[
            counted(wanted, 'more run'),
            ...(kept > 0 ? [`${kept} that a plan under way still needs`] : []),
          ].join(' beside ')}`;
    },

    async undoneLately(identity: string, minutes: number): Promise<boolean> {
      const { rowCount } = await sql.query(
        `select from execution e join proposal p on p.id = e.proposal_id
          where p.undoes is not null and p.consent->'target'->>'identity' = $1
            and e.claimed_at > now() - make_interval(secs => $2)`,
        [identity, minutes * 60],
      );
      return rowCount > 0;
    },

    async lastHeld(id: string): Promise<string | null> {
      return (await journal.latestAbout(id, 'action.held'))?.why ?? null;
    },
  };
}
