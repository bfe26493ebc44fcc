import type { Examined } from './examine.ts';

/** The outcome for people: a line for each property, and under it what else was counted. */
export function table(all: readonly Examined[]): string {
  const width = Math.max(...all.map(({ name }) => name.length), 'property'.length);
  const row = (name: string, cases: string, violations: string, seconds: string): string =>
    `${name.padEnd(width)}  ${cases.padStart(9)}  ${violations.padStart(10)}  ${seconds.padStart(7)}`;
  const lines = all.flatMap((one) => [
    row(one.name, String(one.cases), String(one.violations), one.seconds.toFixed(1)),
    ...counted(one.counts, width),
    ...one.examples.map((example) => `    violated: ${example}`),
  ]);
  const sum = (pick: (one: Examined) => number): string =>
    String(all.reduce((total, one) => total + pick(one), 0));
  const head = row('property', 'cases', 'violations', 'seconds');
  const total = row(
    'all',
    sum((one) => one.cases),
    sum((one) => one.violations),
    sum((one) => Math.round(one.seconds)),
  );
  return [head, '-'.repeat(head.length), ...lines, '-'.repeat(head.length), total].join('\n');
}

const PER_LINE = 110;

function counted(counts: Record<string, number>, indent: number): string[] {
  const lines: string[] = [];
  for (const [name, count] of Object.entries(counts)) {
    const text = `${count} ${name}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length < PER_LINE)
      lines[lines.length - 1] = `${last}, ${text}`;
    else lines.push(text);
  }
  return lines.map((line) => `${' '.repeat(Math.min(4, indent))}${line}`);
}
