/** The Prometheus text exposition format, as far as samples go: comments and timestamps are passed over. */

export type Labels = Record<string, string>;

export type Sample = { name: string; labels: Labels; value: number };

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/** Parses a scrape's body; throws on a line that is no sample, for then the body is no metrics page. */
export function parseExposition(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const found = LINE.exec(line);
    if (found === null) throw new Error(`not a metrics line: ${line.slice(0, 80)}`);
    const [, name = '', labels = '', value = ''] = found;
    samples.push({ name, labels: parseLabels(labels), value: parseValue(value) });
  }
  return samples;
}

function parseLabels(text: string): Labels {
  const labels: Labels = {};
  let position = 0;
  while (position < text.length) {
    LABEL.lastIndex = position;
    const found = LABEL.exec(text);
    if (found === null) throw new Error(`not a label list: ${text.slice(0, 80)}`);
    const [, name = '', value = ''] = found;
    labels[name] = value.replaceAll(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter));
    position = LABEL.lastIndex;
  }
  return labels;
}

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text === 'NaN') return NaN;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`not a number: ${text}`);
  return value;
}
