import { openVectors } from '../../src/adapters/postgres/knowledge/vectors.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import type { DocumentKind } from '../../src/incident/document.ts';
import { DIMENSIONS, type MadeDocument } from './corpus.ts';
import { exactNearest, recall, report, timed } from './exact.ts';

/** `vectors` has one for each passage, in the order of the corpus; `asked` one for each question. */
export type Made = {
  corpus: readonly MadeDocument[];
  vectors: readonly Float32Array[];
  asked: readonly Float32Array[];
};

export const FILTERS: [name: string, kinds: DocumentKind[]][] = [
  ['', ['runbook', 'postmortem']],
  [', by kind', ['postmortem']],
];
const AT_ONCE = 500;

export async function compareVectors(database: Database, { vectors, asked }: Made): Promise<void> {
  const model = { name: 'made', dimensions: DIMENSIONS };
  const store = await openVectors(database, model, ['runbook', 'postmortem']);
  const { rows } = await database.query<{ id: number; document: string; kind: DocumentKind }>(
    'select p.id, document_id::text as document, kind from passage p join document d on d.id = document_id order by p.id',
  );
  // As when a corpus is embedded for the first time, only faster: the index is made over what is there.
  await database.query('drop index passage_vector_1');
  const began = performance.now();
  for (let at = 0; at < vectors.length; at += AT_ONCE) {
    await store.put(
      vectors
        .slice(at, at + AT_ONCE)
        .map((vector, place) => ({ id: rows[at + place]?.id ?? 0, vector: [...vector] })),
    );
  }
  const putS = (performance.now() - began) / 1000;
  await openVectors(database, model, ['runbook']);
  const indexS = (performance.now() - began) / 1000 - putS;
  await database.query('analyze passage_vector');
  for (const [name, kinds] of FILTERS) {
    const filtered = await openVectors(database, model, kinds);
    const ours = await timed(asked.length, async (number) => {
      const vector = asked[number] ?? new Float32Array();
      const found = await filtered.nearest([...vector], 10);
      return () => {
        // Forty passages are enough for ten documents of eight.
        const near = exactNearest(vectors, vector, 80, (one) => kinds.includes(rows[one]?.kind ?? 'service'));
        const documents = [...new Set(near.map((one) => rows[one]?.document))].slice(0, found.length);
        return recall(
          found.map(({ id }) => id),
          documents,
        );
      };
    });
    report(`vectors${name}`, ours);
    const scan = await timed(Math.min(asked.length, 50), async (number) => {
      const vector = `[${(asked[number] ?? []).join(',')}]`;
      await database.tx(async (sql) => {
        await sql.query('set local enable_indexscan = off');
        await sql.query(
          `select passage_id from passage_vector v join passage p on p.id = passage_id join document d on d.id = document_id
            where kind = any($2) order by embedding::vector(${DIMENSIONS}) <=> $1::vector limit 40`,
          [vector, kinds],
        );
      });
      return () => 1;
    });
    report(`vectors${name}, exact scan`, scan);
  }
  console.log(`vectors put: ${putS.toFixed(1)} s, their index ${indexS.toFixed(1)} s`);
}
