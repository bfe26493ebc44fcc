import { randomBytes } from 'node:crypto';
import type { ButtonKind } from '../slack/buttons.ts';
import type { ButtonTokens } from '../slack/tokens.ts';
import type { Sql } from './sql.ts';
import { readQuestion } from './store/plans.ts';

const KINDS: ButtonKind[] = ['approve', 'reject', 'undo'];

type TokenRow = {
  kind: ButtonKind;
  digest: string;
  proposalId: string;
  spent: boolean;
  channel: string | null;
  ts: string | null;
};

/** The tokens of buttons, in the table `button_token`: 192 random bits each. */
export function createButtonTokens(sql: Sql): ButtonTokens {
  return {
    async mint({ id, digest }) {
      // Whoever draws the same card at the same moment gets the tokens that are there by then.
      const { rows } = await sql.query<{ kind: ButtonKind; token: string }>(
        `insert into button_token (token, proposal_id, digest, kind)
         select token, $1, $2, kind from unnest($3::text[], $4::text[]) as made(token, kind)
         on conflict (proposal_id, digest, kind) do update set digest = excluded.digest returning kind, token`,
        [id, digest, KINDS.map(() => randomBytes(24).toString('base64url')), KINDS],
      );
      const tokens = Object.fromEntries(rows.map(({ kind, token }) => [kind, token]));
      return tokens as Record<ButtonKind, string>;
    },

    async resolve(token, standing) {
      const { rows } = await sql.query<TokenRow>(
        `select t.kind, t.digest, t.proposal_id as "proposalId", t.spent_at is not null as spent, m.channel, m.ts
           from button_token t join proposal p on p.id = t.proposal_id
           left join message m on m.incident_id = p.incident_id
             and m.slot = case t.kind when 'undo' then 'outcome:' else 'proposal:' end || p.id
          where t.token = $1`,
        [token],
      );
      const [row] = rows;
      if (!row)
        return {
          refused: 'This button is unknown here. Use the newest card in the thread.',
          proposalId: null,
        };
      const { kind, digest, proposalId } = row;
      // Before the message is known to stand somewhere there is nothing to compare with.
      const elsewhere =
        (row.channel !== null && standing?.channel !== row.channel) ||
        (row.ts !== null && standing?.ts !== row.ts);
      if (elsewhere)
        return {
          refused: 'This button does not stand where Sitrep put it. Use the card in the thread.',
          proposalId,
        };
      const question = await readQuestion(sql, proposalId);
      if (!question) return { refused: 'There is no such proposal any more.', proposalId: null };
      if (row.spent) {
        const { decidedBy, state } = question.lead;
        const who = decidedBy ? ` by <@${decidedBy}>` : '';
        return {
          refused: `This button has been used: the proposal is already ${state}${who}.`,
          proposalId,
        };
      }
      return { kind, digest, question };
    },
  };
}
