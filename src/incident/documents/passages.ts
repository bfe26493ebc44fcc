import type { Passage } from '../runbook.ts';
import type { Block } from './block.ts';

/** Longer parts are cut at paragraphs, because a quote must fit a message. */
const LONGEST = 1200;
/** Stands between the headings that lead to a passage. */
export const HEADING_STEP = ' › ';
const LONGEST_HEADING = 300;

/**
 * The passages of a document. Each bears the headings that lead to it (`Storage › Disk full`); what stands
 * before the first bears the title.
 */
export function passagesOf(blocks: readonly Block[], title: string): Passage[] {
  const passages: Passage[] = [];
  let trail: { level: number; text: string }[] = [];
  let bodies: Block[] = [];
  const end = () => {
    const heading =
      trail
        .map(({ text }) => text)
        .join(HEADING_STEP)
        .slice(0, LONGEST_HEADING) || title;
    for (const body of packed(bodies)) passages.push({ position: passages.length, heading, body });
    bodies = [];
  };
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      bodies.push(block);
      continue;
    }
    end();
    trail = trail.filter(({ level }) => level < block.level);
    // The heading that gave the document its title leads to everything, so it tells nothing apart.
    if (trail.length > 0 || block.text !== title) trail.push(block);
  }
  end();
  // What has a title but no text may still be looked for, and may recommend something.
  return passages.length > 0 ? passages : [{ position: 0, heading: title, body: title }];
}

/** Packs blocks into texts of at most `LONGEST` characters; none is cut that fits by itself. */
function packed(blocks: readonly Block[]): string[] {
  const found: string[] = [];
  let current = '';
  for (const part of blocks.flatMap(partsOf)) {
    if (current !== '' && current.length + part.length + 2 > LONGEST) {
      found.push(current);
      current = '';
    }
    current = current === '' ? part : `${current}\n\n${part}`;
  }
  return current === '' ? found : [...found, current];
}

function partsOf(block: Block): string[] {
  if (block.kind === 'heading') return [];
  if (block.kind === 'text') return cut(block.text.split('\n'), [], []);
  return cut(block.lines, block.head, block.foot);
}

/** At lines, and inside a line only where it alone is too long. `head` and `foot` go around each part. */
function cut(lines: readonly string[], head: readonly string[], foot: readonly string[]): string[] {
  const around = [...head, ...foot].reduce((sum, line) => sum + line.length + 1, 0);
  // Around a frame that is itself too large nothing is repeated.
  const framed = around < LONGEST / 2;
  const room = framed ? LONGEST - around : LONGEST;
  const found: string[] = [];
  let current: string[] = [];
  let length = 0;
  const end = () => {
    found.push((framed ? [...head, ...current, ...foot] : current).join('\n'));
    current = [];
    length = 0;
  };
  for (const line of (framed ? lines : [...head, ...lines, ...foot]).flatMap((one) => pieces(one, room))) {
    if (current.length > 0 && length + line.length > room) end();
    current.push(line);
    length += line.length + 1;
  }
  if (current.length > 0 || (found.length === 0 && head.length > 0)) end();
  return found.filter((part) => part.trim() !== '');
}

function pieces(line: string, room: number): string[] {
  if (line.length <= room) return [line];
  const found: string[] = [];
  let from = 0;
  while (line.length - from > room) {
    const space = line.lastIndexOf(' ', from + room);
    const to = space > from + room / 2 ? space + 1 : from + room;
    found.push(line.slice(from, to));
    from = to;
  }
  return [...found, line.slice(from)];
}
