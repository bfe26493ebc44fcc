/** What the buttons under a card do. */
export type ButtonKind = 'approve' | 'reject' | 'undo';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ACTION_ID = new RegExp(`^(approve|reject|undo):(${UUID})$`);

/** The action_id of a button. It names the proposal and nothing else; the digest is the button's value. */
export function actionId(kind: ButtonKind, proposalId: string): string {
  return `${kind}:${proposalId}`;
}

/** What an action_id or the callback_id of a modal stands for; null for anything that we never made. */
export function parseActionId(id: string): { kind: ButtonKind; proposalId: string } | null {
  const match = ACTION_ID.exec(id);
  if (!match?.[1] || !match[2]) return null;
  return { kind: match[1] as ButtonKind, proposalId: match[2] };
}
