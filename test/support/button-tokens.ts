import type { ButtonTokens, Pressed } from '../../src/adapters/slack/tokens.ts';
import { questionOf } from '../../src/incident/question.ts';
import type { Proposal } from '../../src/incident/proposal.ts';

export const TOKENS = { approve: 'a'.repeat(32), reject: 'r'.repeat(32), undo: 'u'.repeat(32) };

/** Tokens of one proposal that stands in channel C1 at ts 1.2. */
export function fakeTokens(proposal: () => Proposal): ButtonTokens {
  return {
    mint: async () => TOKENS,
    async resolve(token, standing) {
      const kind = (['approve', 'reject', 'undo'] as const).find((one) => TOKENS[one] === token);
      if (!kind) return { refused: 'This button is unknown here.', proposalId: null };
      const { id, digest } = proposal();
      if (standing?.channel !== 'C1' || standing.ts !== '1.2')
        return { refused: 'This button does not stand where Sitrep put it.', proposalId: id };
      return { kind, digest, question: questionOf([proposal()]) } satisfies Pressed;
    },
  };
}
