import { ELEMENTS } from './block-kit-elements.ts';
import { isJsonObject, type Block } from './types.ts';

/** Gives each block without a block_id one, and each interactive element without an action_id, as Slack does. */
export function assignIds(blocks: readonly Block[], newId: () => string): Block[] {
  return blocks.map((block) => ({
    ...(withActionIds(block, newId) as Block),
    block_id: block.block_id || newId(),
  }));
}

function withActionIds(value: unknown, newId: () => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => withActionIds(entry, newId));
  if (!isJsonObject(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withActionIds(entry, newId)]),
  );
  const type = String(value['type']);
  const interactive = type in ELEMENTS && type !== 'image';
  return interactive && value['action_id'] === undefined ? { ...inner, action_id: newId() } : inner;
}
