import type { Block, ReadText } from './block.ts';

/** Plain text and reStructuredText: paragraphs, and headings as lines that are underlined. */
export function readPlainText(text: string): ReadText {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  // In the order of their first use, as reStructuredText ranks them.
  const marks: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    const said = paragraph.join('\n').trim();
    if (said !== '') blocks.push({ kind: 'text', text: said });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    const under = (lines[at + 1] ?? '').trimEnd();
    const ruled = isRule(line) && isRule((lines[at + 2] ?? '').trimEnd()) && under !== '' && !isRule(under);
    if (line === '') end();
    else if (paragraph.length === 0 && ruled) {
      blocks.push({ kind: 'heading', level: rank(marks, line), text: under.trim() });
      at += 2;
    } else if (paragraph.length === 0 && isRule(under) && !isRule(line) && under.length >= line.length - 1) {
      blocks.push({ kind: 'heading', level: rank(marks, under), text: line.trim() });
      at += 1;
    } else if (!isRule(line)) paragraph.push(line);
  }
  end();
  return { blocks, header: {} };
}

function isRule(line: string): boolean {
  const [mark = ''] = line;
  return line.length >= 3 && '=-~^"\'`#*+.:_'.includes(mark) && line === mark.repeat(line.length);
}

function rank(marks: string[], rule: string): number {
  const [mark = ''] = rule;
  if (!marks.includes(mark)) marks.push(mark);
  return marks.indexOf(mark) + 1;
}
