import type { types } from '@slack/bolt';
import { utc } from '../../../incident/utc.ts';
import { inert, inertLine } from '../escape.ts';

export type Block = types.KnownBlock;
export type Inline = types.RichTextElement;

/** A message as it goes to Slack: `text` is what notifications and screen readers get. */
export type Rendered = { text: string; blocks: Block[] };

/** Between two inlines; text from outside is never only that. */
export const SPACE: Inline = { type: 'text', text: ' ' };

/** Literal text, whoever wrote it. All text on a card comes through here. */
export function words(text: string, limit = 500): Inline {
  return { type: 'text', text: inert(text, limit) };
}

/** The first line of a text, literal. */
export function oneLine(text: string, limit = 200): Inline {
  return { type: 'text', text: inertLine(text, limit) };
}

export function bold(inline: Inline): Inline {
  return { ...inline, style: { bold: true } };
}

export function italic(inline: Inline): Inline {
  return { ...inline, style: { italic: true } };
}

export function emoji(name: string): Inline {
  return { type: 'emoji', name };
}

/** A moment, shown by Slack in each reader's own time zone. */
export function moment(at: Date): Inline {
  return {
    type: 'date',
    timestamp: Math.floor(at.getTime() / 1000),
    format: '{date_short_pretty} {time}',
    fallback: utc(at),
  };
}

/** Inlines as the lines of one section, each line being a list of inlines. */
export function lines(...all: Inline[][]): types.RichTextSection {
  const elements = all
    .filter((line) => line.length > 0)
    .flatMap((line, index) => (index === 0 ? line : [{ type: 'text', text: '\n' } as const, ...line]));
  return { type: 'rich_text_section', elements };
}

export function bullets(items: Inline[][]): types.RichTextList {
  return {
    type: 'rich_text_list',
    style: 'bullet',
    elements: items.map((elements) => ({ type: 'rich_text_section', elements })),
  };
}

export function quote(text: string, limit: number): types.RichTextQuote {
  return { type: 'rich_text_quote', elements: [words(text, limit)] };
}

export function richText(...elements: types.RichTextBlockElement[]): Block {
  return { type: 'rich_text', elements };
}

/** Small grey text under the rest. */
export function smallPrint(text: string): Block {
  return { type: 'context', elements: [{ type: 'plain_text', text: inert(text, 1_500), emoji: false }] };
}

/** `a, b and 3 more`, of at most `most` items. */
export function listed(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}
