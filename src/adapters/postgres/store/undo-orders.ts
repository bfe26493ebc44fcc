import type { Action } from '../../../incident/action.ts';
import type { ProposalState } from '../../../incident/proposal.ts';
import type { OutsideStop } from '../../../incident/stop.ts';
import type { NewUndoOrder, OpenOrder, OrderedUndo, OrderItem } from '../../../incident/undo-order.ts';
import type { Sql } from '../sql.ts';
import { PROPOSAL, type ProposalRow } from './rows.ts';

// What has been read back, so that its inverse is known for good.
const READ_BACK = `('confirmed', 'verifying', 'succeeded', 'failed', 'inconclusive')`;

// A plan with a step in one of these is under way as a whole, with what it has done already.
const UNFINISHED = `('approved', 'claimed', 'sent', 'confirmed', 'verifying')`;

/**
 * Whether an order lists exactly this undo and lets it pass, as a condition on a row of `proposal`. What the policy or an
 * earlier consent approved does not pass: while all is stopped, people decide.
 */
export function isOrdered(order: string): string {
  return `(decided_by is distinct from 'policy' and decided_by is distinct from 'consent'
    and exists (select from undo_order_item i join undo_order o on o.id = i.order_id
      where o.id::text = ${order} and o.passes and i.undoes = proposal.undoes and i.action = proposal.action))`;
}

export function undoOrderStore(sql: Sql, outsideStop: () => OutsideStop | null) {
  return {
    async makeUndoOrder({ id, by, why, passes, withinS, keeps }: NewUndoOrder): Promise<OrderedUndo[]> {
      await sql.query(`insert into undo_order (id, asked_by, why, passes) values ($1, $2, $3, $4)`, [
        id,
        by,
        why,
        passes,
      ]);
      const { rows } = await sql.query<OrderedUndo & Record<string, unknown>>(
        `with listed as (
           select p.id, p.incident_id, p.title, p.inverse, p.state in ${READ_BACK} as read_back,
                  p.consent->'shown'->>'cancel' = 'wait' and p.inverse is null as final,
                  row_number() over (order by coalesce(e.sent_at, p.created_at) desc, p.id) as place,
                  (select action from undo_order_item k where k.order_id::text = $4 and k.undoes = p.id) as frozen
             from proposal p join execution e on e.proposal_id = p.id
            where p.undoes is null
              and (p.state in ('sent', 'confirmed', 'verifying') or (p.state = 'unknown' and p.expires_at > now())
                or (p.state in ${READ_BACK} and (p.id in (select undoes from undo_order_item where order_id::text = $4)
                  or p.consent->'plan'->>'id' in (select consent->'plan'->>'id' from proposal where state in ${UNFINISHED})
                  or (p.decided_by = 'policy' and p.effect_at > now() - make_interval(secs => $2)))))),
         made as (
           insert into undo_order_item (order_id, place, undoes, action, settled_at, withheld)
           select $1::uuid, place, id, case when read_back then coalesce(frozen, inverse) end,
                  case when read_back and inverse is null then now() end,
                  case when read_back and inverse is null then $3 end
             from listed)
         select id as undoes, incident_id as "incidentId", title,
                case when not read_back then 'under way' when inverse is null then 'no way back' else 'ready' end as standing,
                coalesce(final, false) as "endsByItself"
           from listed order by place`,
        [id, withinS, NO_WAY_BACK, keeps],
      );
      return rows;
    },

    /** What an order still lists; null where no stop names it any more. */
    async openUndoOrder(id: string): Promise<OpenOrder | null> {
      const { rows } = await sql.query<{ askedBy: string; named: boolean }>(
        `select asked_by as "askedBy",
                exists (select from setting where name = 'stopped' and value->>'order' = $1) as named
           from undo_order where id::text = $1`,
        [id],
      );
      const [order] = rows;
      if (!order || !(order.named || outsideStop()?.order === id)) return null;
      const items = await sql.query<ItemRow>(
        `select undoes as id, action, settled_at is not null as "isSettled", withheld,
                (select u.state from proposal u where u.undoes = i.undoes
                    and u.state not in ('rejected', 'expired', 'superseded')
                  order by u.created_at desc limit 1) as undo
           from undo_order_item i where order_id::text = $1 order by place`,
        [id],
      );
      const undone = await sql.query<ProposalRow>(
        `select ${PROPOSAL} from proposal where id in (select undoes from undo_order_item where order_id::text = $1)`,
        [id],
      );
      const byId = new Map(undone.rows.map((row) => [row.id, row]));
      return {
        askedBy: order.askedBy,
        items: items.rows.flatMap(({ id: undoes, ...item }) => {
          const found = byId.get(undoes);
          return found ? [{ ...item, undone: found }] : [];
        }),
      };
    },

    /** Freezes the inverse of an action that has been read back. What is frozen stays. */
    async freezeUndo(orderId: string, undoes: string, action: Action): Promise<void> {
      await sql.query(
        `update undo_order_item set action = $3 where order_id::text = $1 and undoes = $2 and action is null`,
        [orderId, undoes, JSON.stringify(action)],
      );
    },

    /** Notes that an undo was offered, or why not; `again` where it is to be tried once more. */
    async noteUndo(
      orderId: string,
      undoes: string,
      { withheld, again }: { withheld: string | null; again: boolean },
    ): Promise<void> {
      await sql.query(
        `update undo_order_item set withheld = $3, settled_at = case when $4 then null else now() end
          where order_id::text = $1 and undoes = $2`,
        [orderId, undoes, withheld, again],
      );
    },

    /** How far the undo of an action is that was sent already; null where none was. */
    async undoUnderWay(proposalId: string): Promise<ProposalState | null> {
      const { rows } = await sql.query<{ state: ProposalState }>(
        `select state from proposal where undoes = $1
            and state in ('sent', 'unknown', 'confirmed', 'verifying', 'succeeded', 'failed', 'inconclusive')
          order by created_at desc limit 1`,
        [proposalId],
      );
      return rows[0]?.state ?? null;
    },
  };
}

const NO_WAY_BACK = 'there is nothing that would undo it';

type ItemRow = Omit<OrderItem, 'undone'> & { id: string } & Record<string, unknown>;
