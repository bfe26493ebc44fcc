/** Everything that stands in a block or view, walked through: each object in it once. */
export function everyObject(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(everyObject);
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  return [object, ...Object.values(object).flatMap(everyObject)];
}

/** All that a person can read in blocks, one string. Mentions and dates are shown as they are identified. */
export function readable(blocks: unknown): string {
  return everyObject(blocks)
    .map((object) => {
      if (object['type'] === 'user') return `<@${String(object['user_id'])}>`;
      if (object['type'] === 'date') return String(object['fallback']);
      return typeof object['text'] === 'string' ? object['text'] : '';
    })
    .join('');
}

/** The buttons in blocks: action_id → value. */
export function buttonsIn(blocks: unknown): Record<string, unknown> {
  const buttons = everyObject(blocks).filter((object) => object['type'] === 'button');
  return Object.fromEntries(buttons.map((button) => [String(button['action_id']), button['value']]));
}

const KNOWN = new Set(['rich_text', 'divider', 'context', 'actions', 'header']);

/** What Slack would refuse about a message, as far as our cards use Block Kit. */
export function problemsOf({ text, blocks }: { text: string; blocks: { type: string }[] }): string[] {
  const problems: string[] = [];
  if (text.trim() === '') problems.push('the text is empty');
  if (text.length > 4_000) problems.push('the text is too long');
  if (blocks.length === 0 || blocks.length > 50) problems.push(`${blocks.length} blocks`);
  if (JSON.stringify(blocks).length > 13_200) problems.push(`${JSON.stringify(blocks).length} characters`);
  for (const block of blocks) if (!KNOWN.has(block.type)) problems.push(`unknown block ${block.type}`);
  for (const object of everyObject(blocks)) {
    if (object['type'] === 'text' && object['text'] === '') problems.push('an empty text element');
    if (object['type'] === 'text' && String(object['text']).length > 6_000)
      problems.push('a text element is too long');
    if (object['type'] === 'plain_text' && String(object['text']).length > 2_000)
      problems.push('a plain_text is too long');
    if (object['type'] === 'mrkdwn') problems.push('mrkdwn is used');
    if (object['type'] === 'button' && String(object['action_id']).length > 255)
      problems.push('an action_id is too long');
    if (object['type'] === 'rich_text_list' && (object['elements'] as unknown[]).length === 0)
      problems.push('an empty list');
    if (object['type'] === 'rich_text_section' && (object['elements'] as unknown[]).length === 0)
      problems.push('an empty section');
  }
  return problems;
}
