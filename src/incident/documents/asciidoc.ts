import { resolveLink, type Place } from './addresses.ts';
import type { Block, ReadText } from './block.ts';

/** Delimiters around what is kept as it stands; `|===` and its kin are tables. */
const VERBATIM = /^(-{4,}|\.{4,}|\+{4,}|`{3,}.{0,50}|[|,:!]={3,})$/;
/** Delimiters around text: examples, sidebars, quotes, open blocks. */
const AROUND_TEXT = /^(={4,}|\*{4,}|_{4,}|--)$/;

/** A text must not grow without bounds by what it says of itself. */
const LONGEST_VALUE = 60;
const MOST_ATTRIBUTES = 200;

/** Reads AsciiDoc: what its attributes and includes would fetch or compute stays text. */
export function readAsciidoc(text: string, place: Place): ReadText {
  const lines = text.split(/\r?\n/);
  const header: Record<string, string> = {};
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const shown = (part: string) => inline(part, place, header);
  const end = () => {
    const said = shown(paragraph.join('\n')).trim();
    if (said !== '') blocks.push({ kind: 'text', text: said });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    const heading = /^(={1,6}|#{1,6})[ \t]+(?=\S)/.exec(line);
    const attribute = /^:([\w-]{1,50}):(?:[ \t]+(.{0,500}))?$/.exec(line);
    if (/^\/{4,}$/.test(line)) {
      end();
      at = closingLine(lines, at);
    } else if (VERBATIM.test(line)) {
      end();
      const last = closingLine(lines, at);
      const inside = lines.slice(at + 1, last);
      const table = line.endsWith('===');
      blocks.push({ kind: 'whole', head: [line], lines: table ? inside.map(shown) : inside, foot: [line] });
      at = last;
    } else if (heading) {
      end();
      const said = line.slice(heading[0].length);
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: shown(said).trim() });
    } else if (attribute) header[(attribute[1] ?? '').toLowerCase()] = (attribute[2] ?? '').trim();
    else if (line === '') end();
    // A comment, an anchor or the attributes of the next block say nothing to a reader.
    else if (/^\/\/(?!\/)/.test(line) || /^\[[^\]]{0,300}\]{1,2}$/.test(line)) continue;
    else if (AROUND_TEXT.test(line)) end();
    else paragraph.push(line);
  }
  end();
  return { blocks, header };
}

/** The line that repeats a delimiter, or the end. */
function closingLine(lines: string[], from: number): number {
  const delimiter = (lines[from] ?? '').trimEnd().replace(/^(`{3,}).*/, '$1');
  let at = from + 1;
  while (at < lines.length && (lines[at] ?? '').trimEnd() !== delimiter) at += 1;
  return at;
}

function inline(text: string, place: Place, header: Readonly<Record<string, string>>): string {
  // More than so many in one block is no prose, and all of them written out would be many times the file.
  let left = MOST_ATTRIBUTES;
  return text
    .replaceAll(/\{([\w-]{1,50})\}/g, (whole, name: string) => {
      const value = header[name.toLowerCase()];
      if (value === undefined || value.length > LONGEST_VALUE || left === 0) return whole;
      left -= 1;
      return value;
    })
    .replaceAll(/\[\[[^[\]]{0,200}\]\]/g, '')
    .replaceAll(/\bimage::?([^\s[\]]{1,500})\[([^\]]{0,500})\]/g, (_, _target, words: string) =>
      firstOf(words),
    )
    .replaceAll(/\b(?:link|xref):([^\s[\]]{1,500})\[([^\]]{0,500})\]/g, (_, to: string, words: string) =>
      linked(to, words, place),
    )
    .replaceAll(/(https?:\/\/[^\s[\]<>]{1,500})\[([^\]]{0,500})\]/g, (_, to: string, words: string) =>
      linked(to, words, place),
    )
    .replaceAll(
      /<<([^<>,]{1,200})(?:,([^>]{0,200}))?>>/g,
      (_, to: string, words?: string) => words?.trim() ?? to,
    );
}

function linked(to: string, words: string, place: Place): string {
  const address = resolveLink(to, place);
  const said = firstOf(words);
  if (address === null) return said;
  return said === '' || said === address ? address : `${said} (${address})`;
}

/** Attributes may follow the words, as in `[the page,window=_blank]` and `[Graph,400]`. */
function firstOf(words: string): string {
  return (words.split(',', 1)[0] ?? '').replace(/\^$/, '').trim();
}
