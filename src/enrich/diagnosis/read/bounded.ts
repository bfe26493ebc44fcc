import { boundedLines, LONGEST_LINE } from '../../../incident/bounded-lines.ts';

/**
 * A value of a file with every line of its texts bounded, before anything is looked for in them. A line that is
 * JSON itself stays JSON: what it says is bounded, not the line.
 */
export function bounded(value: unknown): unknown {
  if (typeof value === 'string') return boundedText(value);
  if (Array.isArray(value)) return value.map(bounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [boundedLines(name), bounded(one)]));
}

function boundedText(text: string): string {
  if (text.length <= LONGEST_LINE) return text;
  return text
    .split('\n')
    .map((line) => (line.trimStart().startsWith('{') ? boundedJson(line) : boundedLines(line)))
    .join('\n');
}

function boundedJson(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return boundedLines(line);
  }
  return JSON.stringify(bounded(value));
}
