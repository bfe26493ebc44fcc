import type { Limits } from '../../../incident/policy.ts';
import { counted } from '../../../incident/text.ts';
import type { Sql } from '../sql.ts';
import type { JournalStore } from './journal.ts';

// Until its check has ended: two changes at once could not be told apart by what came of them.
const UNDER_WAY = `('claimed', 'sent', 'confirmed', 'verifying')`;

// Until it has been read back. The way back waits for no check: nobody asks which of several undos has helped, and a stop
// orders many of one tool, whose approvals would end while they wait.
const BEING_WRITTEN = `('claimed', 'sent', 'confirmed')`;

/** Of a row of `proposal`: that it undoes what was no undo itself. What puts back an undo is an action like every other. */
const isUndo = (row: string) =>
  `(${row}.undoes is not null and not exists (select from proposal u where u.id = ${row}.undoes and u.undoes is not null))`;

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
                  ${isUndo('p')} as is_undo
             from proposal p where id = $1),
         needed as (
           select p.action->>'tool' as tool, count(*)::int as wanted from proposal p, mine
            where p.id = $1 or (p.state = 'approved' and p.consent->'plan'->>'id' = mine.plan)
            group by 1),
         begun as (
           select b.consent->'plan'->>'id' as plan from proposal b join execution e on e.proposal_id = b.id
            where b.consent->'plan' is not null)
         select needed.tool, needed.wanted, is_undo as "isUndo",
           exists (select from begun where begun.plan = mine.plan) as "hasBegun",
           (select count(*)::int from execution e join proposal p on p.id = e.proposal_id
             where p.action->>'tool' = needed.tool and e.claimed_at > now() - interval '1 hour'
               and (e.sent_at is not null or p.state = 'claimed')) as "lastHour",
           (select count(*)::int from proposal p
             where p.state = 'approved' and not ${isUndo('p')} and p.action->>'tool' = needed.tool
               and p.consent->'plan'->>'id' is distinct from mine.plan
               and p.consent->'plan'->>'id' in (select plan from begun)) as kept,
           (select count(*)::int from proposal p
             where p.action->>'tool' = mine.tool and p.id is distinct from mine.undoes
               and (p.state in ${BEING_WRITTEN} or (p.state = 'verifying' and not is_undo))) as "underWay",
           (select p.title from proposal p
             where p.consent->'target'->>'identity' = target and p.state in ${UNDER_WAY} and p.id is distinct from mine.undoes
             order by p.created_at limit 1) as other
           from mine, needed order by needed.tool <> mine.tool, needed.tool`,
        [id],
      );
      const [mine] = rows;
      if (!mine) return null;
      if (mine.other !== null) return `“${mine.other}” is under way on the same target`;
      if (mine.underWay >= limits.atOnce)
        return `${limits.atOnce} of ${mine.tool} are under way, and more at once are not allowed`;
      // The way back is never used up by the way there; what puts back an undo goes there once more, and waits like it. A plan
      // had room for all its steps when it began, of whatever tool, and the room was kept for it.
      if (mine.isUndo || mine.hasBegun) return null;
      const full = rows.find(({ lastHour, kept, wanted }) => lastHour + kept + wanted > limits.perHour);
      return full ? whyFull(full, limits.perHour) : null;
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

function whyFull(
  { tool, lastHour, kept, wanted }: { tool: string; lastHour: number; kept: number; wanted: number },
  perHour: number,
): string {
  const times = counted(perHour, 'time');
  if (lastHour >= perHour) return `${tool} has run ${times} within an hour, and more are not allowed`;
  const room = [
    counted(wanted, 'more run'),
    ...(kept > 0 ? [`${kept} that a plan under way still needs`] : []),
  ];
  return `${tool} may run ${times} within an hour, and there is no room for ${room.join(' beside ')}`;
}
