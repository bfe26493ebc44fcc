import { DIMENSIONS } from './corpus.ts';
import { FILTERS, type Made } from './compare-vectors.ts';
import { exactNearest, recall, report, timed } from './exact.ts';
import { openLangchain } from './langchain.ts';

/** The same vectors in langchain's own store, with the index that it makes and as it asks. */
export async function compareLangchain(
  url: string,
  schema: string,
  { corpus, vectors, asked }: Made,
): Promise<void> {
  const store = await openLangchain(url, schema, DIMENSIONS);
  if (!store) {
    console.log('langchain is left out: npm install --prefix bench/langchain');
    return;
  }
  try {
    const documents = corpus.flatMap(({ document }) =>
      document.passages.map(({ body }) => ({ body, kind: document.kind })),
    );
    const began = performance.now();
    for (let at = 0; at < vectors.length; at += 500) {
      await store.addVectors(
        vectors.slice(at, at + 500).map((vector) => [...vector]),
        documents
          .slice(at, at + 500)
          .map(({ body, kind }, place) => ({ pageContent: body, metadata: { number: at + place, kind } })),
      );
    }
    const putS = (performance.now() - began) / 1000;
    await store.createHnswIndex({ dimensions: DIMENSIONS, m: 16, efConstruction: 64 });
    const indexS = (performance.now() - began) / 1000 - putS;
    for (const [name, kinds] of FILTERS) {
      const filter = name ? { kind: { in: [...kinds] } } : undefined;
      const theirs = await timed(asked.length, async (number) => {
        const vector = asked[number] ?? new Float32Array();
        const found = await store.similaritySearchVectorWithScore([...vector], 10, filter);
        return () => {
          const near = exactNearest(vectors, vector, 10, (one) =>
            kinds.includes(documents[one]?.kind ?? 'service'),
          );
          return recall(
            found.map(([{ metadata }]) => metadata['number']),
            near,
          );
        };
      });
      report(`langchain PGVector${name}`, theirs);
    }
    console.log(`langchain put: ${putS.toFixed(1)} s, its index ${indexS.toFixed(1)} s`);
  } finally {
    await store.end();
  }
}
