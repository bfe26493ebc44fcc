import { smallPrint, type Block } from './rich.ts';

/** A block, and whether the message can do without it. */
export type Part = { block: Block; optional: boolean };

const MOST_BLOCKS = 50;

/**
 * Slack refuses a message whose blocks hold more than about 13,200 characters in all. What counts there is
 * not documented, so the whole JSON is counted, which is never less.
 */
const MOST_CHARACTERS = 12_500;
const ROOM_FOR_THE_NOTE = 300;

export function must(...blocks: Block[]): Part[] {
  return blocks.map((block) => ({ block, optional: false }));
}

export function optional(...blocks: Block[]): Part[] {
  return blocks.map((block) => ({ block, optional: true }));
}

/** The size of blocks as it counts against the limit. */
export function sizeOf(blocks: unknown): number {
  return JSON.stringify(blocks).length;
}

/**
 * The blocks that fit into one message, in their order. Optional parts are left out from the end, and a
 * last line says so. What must be there is bounded by whoever made it and is never left out.
 */
export function fit(parts: Part[]): Block[] {
  const kept = [...parts];
  let left = 0;
  while (
    kept.length >= MOST_BLOCKS ||
    sizeOf(kept.map((part) => part.block)) > MOST_CHARACTERS - ROOM_FOR_THE_NOTE
  ) {
    const last = kept.findLastIndex((part) => part.optional);
    if (last === -1) break;
    kept.splice(last, 1);
    left++;
  }
  const blocks = kept.map((part) => part.block);
  if (left === 0) return blocks;
  return [
    ...blocks,
    smallPrint(`${left} more ${left === 1 ? 'entry does' : 'entries do'} not fit into one Slack message.`),
  ];
}
