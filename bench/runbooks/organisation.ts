import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readCorpus } from '../../src/cli/corpus-folder.ts';
import type { Question } from '../../src/enrich/retrieval/question.ts';
import type { KnowledgeDocument } from '../../src/incident/document.ts';

/** A corpus, what was asked of it, and which of its files are right. */
export type Organisation = {
  name: string;
  documents: KnowledgeDocument[];
  asked: { id: string; question: Question; right: readonly string[] }[];
};

type Line = { query_id: string; alertname?: string } & Pick<Question, 'labels' | 'annotations'>;

/** Reads `corpus/`, `queries.jsonl` and `truth.jsonl` below a folder. */
export async function readOrganisation(folder: string): Promise<Organisation> {
  const truth = new Map(
    (await lines<{ query_id: string; files: string[] }>(join(folder, 'truth.jsonl'))).map(
      ({ query_id, files }) => [query_id, files],
    ),
  );
  const queries = await lines<Line>(join(folder, 'queries.jsonl'));
  return {
    name: basename(folder),
    documents: await readCorpus(
      join(folder, 'corpus'),
      (path, why) => console.error(`${path}: ${why}`),
      console.error,
    ),
    asked: queries.map(({ query_id, alertname, labels, annotations }) => ({
      id: query_id,
      question: {
        alerts: alertname === undefined ? [] : [alertname],
        services: labels?.['service'] === undefined ? [] : [labels['service']],
        labels: labels ?? {},
        annotations: annotations ?? {},
        text: '',
      },
      right: truth.get(query_id.replace(/#.*$/, '')) ?? [],
    })),
  };
}

async function lines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
