import type { Proposal } from '../../incident/proposal.ts';
import type { Question } from '../../incident/question.ts';
import type { ButtonKind } from './buttons.ts';

/** The message that a button stands in. */
export type Standing = { channel: string; ts: string };

/** What a button was when it was drawn, and what it is about now. */
export type Pressed = { kind: ButtonKind; digest: string; question: Question };

/**
 * What the buttons under a card carry. A token says nothing by itself and cannot be guessed; what it stands for is
 * looked up, and only in the message that it was drawn for.
 */
export type ButtonTokens = {
  /** The tokens for a card as it is now; the same ones as long as it has the same digest. */
  mint(proposal: Pick<Proposal, 'id' | 'digest'>): Promise<Record<ButtonKind, string>>;
  /** What a token stands for, or why it stands for nothing any more, for people. */
  resolve(
    token: string,
    standing: Standing | null,
  ): Promise<Pressed | { refused: string; proposalId: string | null }>;
};

const TOKEN = /^[\w-]{32}$/;

/** Whether this can be a token of ours at all. */
export function isToken(value: string | undefined): value is string {
  return value !== undefined && TOKEN.test(value);
}
