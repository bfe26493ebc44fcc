import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const fixtures = join(import.meta.dirname, '../../fixtures');

export type Written = Record<string, any>;

/** The frozen incidents of our own, as they stand in their files, by the names of these. */
export function writtenIncidents(name = 'incidents'): [string, Written][] {
  const folder = join(fixtures, name);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [
      name.replace('.json', ''),
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as Written,
    ]);
}

export type ExpectedAnswer = {
  id: string;
  root_cause_commit: string;
  first_failing_service: string;
  blast_radius: string[];
  remediation: string;
};

export function expectedAnswers(name = 'incidents'): Map<string, ExpectedAnswer> {
  const lines = readFileSync(join(fixtures, `${name}-expected.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as ExpectedAnswer).map((one) => [one.id, one]));
}
