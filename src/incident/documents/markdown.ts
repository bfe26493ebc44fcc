import type { Place } from './addresses.ts';
import type { Block, ReadText } from './block.ts';
import { inlineText } from './markdown-inline.ts';

/** Reads Markdown without its front matter. Any text is Markdown; nothing in it is carried out. */
export function readMarkdown(text: string, place: Place): ReadText {
  const { lines, references } = withoutDefinitions(withoutComments(text.split(/\r?\n/)));
  const shown = (part: string) => inlineText(part, place, references);
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const end = () => {
    const said = shown(paragraph.join('\n')).trim();
    if (said !== '') blocks.push({ kind: 'text', text: said });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = fenceOf(line);
    const heading = fence ? null : headingOf(line);
    if (fence) {
      end();
      let last = at + 1;
      while (last < lines.length && !closes(lines[last] ?? '', fence)) last += 1;
      const foot =
        lines[last] === undefined ? line.trim().replace(/[^`~].*$/, '') : (lines[last] ?? '').trim();
      blocks.push({ kind: 'whole', head: [line.trim()], lines: lines.slice(at + 1, last), foot: [foot] });
      at = last;
    } else if (heading) {
      end();
      blocks.push({ kind: 'heading', level: heading.level, text: shown(heading.text).trim() });
    } else if (line.includes('|') && isDelimiterRow(lines[at + 1])) {
      end();
      let last = at + 2;
      while (last < lines.length && (lines[last] ?? '').includes('|')) last += 1;
      const rows = lines.slice(at, last).map(shown);
      blocks.push({ kind: 'whole', head: rows.slice(0, 2), lines: rows.slice(2), foot: [] });
      at = last - 1;
    } else if (paragraph.length === 1 && /^ {0,3}(=+|-{2,})[ \t]*$/.test(line)) {
      const level = line.includes('=') ? 1 : 2;
      const said = shown(paragraph[0] ?? '').trim();
      paragraph = [];
      blocks.push({ kind: 'heading', level, text: said });
    } else if (paragraph.length === 0 && isIndented(line) && !inList(blocks.at(-1))) {
      let last = at;
      while (last < lines.length && (isIndented(lines[last] ?? '') || (lines[last] ?? '').trim() === ''))
        last += 1;
      blocks.push({ kind: 'whole', head: [], lines: trimmedEnd(lines.slice(at, last)), foot: [] });
      at = last - 1;
    } else if (line.trim() === '') end();
    else paragraph.push(line);
  }
  end();
  return { blocks, header: {} };
}

type Fence = { mark: string; length: number };

function fenceOf(line: string): Fence | null {
  const run = /^[ \t>]{0,12}(`{3,}|~{3,})/.exec(line)?.[1];
  if (run === undefined) return null;
  // Three backticks that close on the same line are a code span.
  if (run.startsWith('`') && line.indexOf('`', line.indexOf(run) + run.length) >= 0) return null;
  return { mark: run.slice(0, 1), length: run.length };
}

function closes(line: string, { mark, length }: Fence): boolean {
  const rest = line.replace(/^[ \t>]{0,12}/, '').trimEnd();
  return rest.length >= length && rest === mark.repeat(rest.length);
}

function headingOf(line: string): { level: number; text: string } | null {
  const found = /^ {0,3}(#{1,6})[ \t]+(?=\S)/.exec(line);
  if (!found) return null;
  const said = line.slice(found[0].length).trimEnd();
  // `## Fix {#fix}` and `## Fix ##` are both called “Fix”.
  const text = said.replace(/\{[#.][^{}]{0,200}\}$/, '').trimEnd();
  const bare = text.endsWith('#') ? text.slice(0, text.length - trailing(text, '#')).trimEnd() : text;
  return { level: found[1]?.length ?? 1, text: bare === '' ? text : bare };
}

function trailing(text: string, mark: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === mark) count += 1;
  return count;
}

function isDelimiterRow(line: string | undefined): boolean {
  return line !== undefined && line.includes('-') && line.includes('|') && /^[ \t|:-]+$/.test(line);
}

function isIndented(line: string): boolean {
  return /^( {4}|\t)/.test(line) && line.trim() !== '';
}

function inList(block: Block | undefined): boolean {
  return block?.kind === 'text' && /^\s*([-*+]|\d{1,9}[.)])\s/.test(block.text);
}

function trimmedEnd(lines: string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(0, last + 1);
}

/** Comments go, except in code; one that is never closed is text. */
function withoutComments(lines: string[]): string[] {
  const lastClose = lines.findLastIndex((line) => line.includes('-->'));
  const kept: string[] = [];
  let fence: Fence | null = null;
  let inside = false;
  lines.forEach((line, index) => {
    if (fence) {
      if (closes(line, fence)) fence = null;
      kept.push(line);
      return;
    }
    if (!inside) fence = fenceOf(line);
    if (fence) {
      kept.push(line);
      return;
    }
    let rest = line;
    let out = '';
    let touched = inside;
    for (;;) {
      if (inside) {
        const close = rest.indexOf('-->');
        if (close < 0) break;
        rest = rest.slice(close + 3);
        inside = false;
      }
      const open = rest.indexOf('<!--');
      const closed = open >= 0 && (rest.includes('-->', open) || index < lastClose);
      if (!closed || inCode(rest, open)) {
        out += rest;
        break;
      }
      out += rest.slice(0, open);
      rest = rest.slice(open + 4);
      inside = true;
      touched = true;
    }
    if (!touched || out.trim() !== '') kept.push(out);
  });
  return kept;
}

function inCode(line: string, at: number): boolean {
  return (line.slice(0, at).split('`').length - 1) % 2 === 1;
}

const DEFINITION = /^ {0,3}\[([^\]]{1,200})\]:[ \t]*<?([^\s>]{1,500})/;

function withoutDefinitions(lines: string[]): { lines: string[]; references: Map<string, string> } {
  const references = new Map<string, string>();
  let fence: Fence | null = null;
  const kept = lines.filter((line) => {
    if (fence) {
      if (closes(line, fence)) fence = null;
      return true;
    }
    fence = fenceOf(line);
    const found = fence ? null : DEFINITION.exec(line);
    // A footnote is text.
    if (!found || found[1]?.startsWith('^')) return true;
    references.set((found[1] ?? '').toLowerCase(), found[2] ?? '');
    return false;
  });
  return { lines: kept, references };
}
