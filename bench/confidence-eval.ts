/**
 * Answers of `sitrep eval`, one organisation each, as they were written and with 20 and 100 of their own labels.
 *   npx node bench/confidence-eval.ts NAME=OUT.jsonl:LABELS.jsonl …
 */
import { readFileSync } from 'node:fs';
import type { Row } from '../src/learn/measure.ts';
import { printWithLabels } from './confidence/with-labels.ts';

printWithLabels(
  process.argv.slice(2).map((one) => {
    const [name = '', files = ''] = one.split('=');
    const [out = '', labels = ''] = files.split(':');
    return { name, rows: judged(out, labels) };
  }),
);

function judged(out: string, labels: string): Row[] {
  const read = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  const idOf = (value: Record<string, unknown>) =>
    String(value['query_id'] ?? value['case_id'] ?? value['id']);
  const right = new Map(read(labels).map((value) => [idOf(value), value['right'] as string[]]));
  return read(out).flatMap((value): Row[] => {
    const said = right.get(idOf(value));
    const first = value['root_cause_commit'] ?? (value['ranked'] as string[])[0];
    return said ? [{ probability: Number(value['confidence']), right: said.includes(String(first)) }] : [];
  });
}
