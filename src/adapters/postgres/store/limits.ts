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
        lastHour: number;
        underWay: number;
        other: string | null;
      }>(
        `with mine as (
           select action->>'tool' as tool, consent->'target'->>'identity' as target, undoes from proposal where id = $1)
         select tool,
           (select count(*)::int from execution e join proposal p on p.id = e.proposal_id
             where p.action->>'tool' = tool and e.claimed_at > now() - interval '1 hour'
               and (e.sent_at is not null or p.state = 'claimed')) as "lastHour",
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
      const { tool, lastHour, underWay, other } = found;
      if (other !== null) return `“${other}” is under way on the same target`;
      if (underWay >= limits.atOnce)
        return `${limits.atOnce} of ${tool} are under way, and more at once are not allowed`;
      if (lastHour >= limits.perHour)
        return `${tool} has run ${counted(limits.perHour, 'time')} within an hour, and more are not allowed`;
      return null;
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
