import { VERDICTS, type Verdict } from '../../incident/answer.ts';

/** What the buttons under a card do. */
export type ButtonKind = 'approve' | 'reject' | 'undo';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ACTION_ID = new RegExp(`^(approve|reject|undo):(${UUID})$`);

/** The action_id of a button. It names the proposal and nothing else; its value is a token. */
export function actionId(kind: ButtonKind, proposalId: string): string {
  return `${kind}:${proposalId}`;
}

/** What an action_id or the callback_id of a modal stands for; null for anything that we never made. */
export function parseActionId(id: string): { kind: ButtonKind; proposalId: string } | null {
  const match = ACTION_ID.exec(id);
  if (!match?.[1] || !match[2]) return null;
  return { kind: match[1] as ButtonKind, proposalId: match[2] };
}

const LABEL_ID = new RegExp(`^label:(${VERDICTS.join('|')}):([1-9][0-9]{0,14})$`);

/** The action_id of a button that says whether a piece of evidence was the right answer. */
export function labelId(verdict: Verdict, evidenceId: number): string {
  return `label:${verdict}:${evidenceId}`;
}

/** What such an action_id stands for; null for anything else. */
export function parseLabelId(id: string): { verdict: Verdict; evidenceId: number } | null {
  const match = LABEL_ID.exec(id);
  if (!match?.[1] || !match[2]) return null;
  return { verdict: match[1] as Verdict, evidenceId: Number(match[2]) };
}
