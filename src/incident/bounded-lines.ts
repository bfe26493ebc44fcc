/** Nobody writes such a line for people, and patterns that look for words in it may take the square of its length. */
export const LONGEST_LINE = 2000;
/** So far back a space is looked for. */
const LONGEST_WORD = 200;

/** A text with each of its lines cut to `most` characters, between two words where there are any. */
export function boundedLines(text: string, most = LONGEST_LINE): string {
  if (text.length <= most) return text;
  return text
    .split('\n')
    .map((line) => boundedLine(line, most))
    .join('\n');
}

function boundedLine(line: string, most: number): string {
  if (line.length <= most) return line;
  const space = line.lastIndexOf(' ', most);
  return line.slice(0, space > most - LONGEST_WORD ? space : most).toWellFormed();
}
