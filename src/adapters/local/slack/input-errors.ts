import { isJsonObject, type Block, type JsonObject, type ViewValues } from './types.ts';

/** What Slack itself checks before it sends a view_submission: required fields and lengths, by block id. */
export function findInputErrors(blocks: readonly Block[], values: ViewValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    const element = block['element'];
    if (block.type !== 'input' || !isJsonObject(element)) continue;
    const blockId = block.block_id ?? '';
    const state = values[blockId]?.[String(element['action_id'])];
    const message = inputError(element, state, block['optional'] === true);
    if (message) errors[blockId] = message;
  }
  return errors;
}

function inputError(
  element: JsonObject,
  state: JsonObject | undefined,
  optional: boolean,
): string | undefined {
  const content = Object.entries(state ?? {}).find(([key]) => key !== 'type')?.[1];
  const empty = content === null || content === undefined || (Array.isArray(content) && content.length === 0);
  if (empty) return optional ? undefined : 'Please complete this required field.';
  if (typeof content !== 'string') return undefined;
  const { min_length: least, max_length: most } = element;
  if (typeof least === 'number' && content.length < least)
    return `Please enter at least ${least} characters.`;
  if (typeof most === 'number' && content.length > most) return `Please enter at most ${most} characters.`;
  if (element['type'] === 'number_input') return numberError(element, content);
  if (element['type'] === 'email_text_input' && !/^\S+@\S+$/.test(content))
    return 'Please enter an email address.';
  if (element['type'] === 'url_text_input' && !URL.canParse(content)) return 'Please enter a URL.';
  return undefined;
}

function numberError(element: JsonObject, content: string): string | undefined {
  const value = Number(content);
  if (Number.isNaN(value)) return 'Please enter a number.';
  if (element['is_decimal_allowed'] === false && !Number.isInteger(value))
    return 'Please enter a whole number.';
  const { min_value: least, max_value: most } = element;
  if (typeof least === 'string' && value < Number(least)) return `Please enter ${least} or more.`;
  if (typeof most === 'string' && value > Number(most)) return `Please enter ${most} or less.`;
  return undefined;
}
