import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The part of langchain's PGVectorStore that is compared with. */
type PGVectorStore = {
  addVectors(vectors: number[][], documents: { pageContent: string; metadata: object }[]): Promise<void>;
  createHnswIndex(config: { dimensions: number; m: number; efConstruction: number }): Promise<void>;
  similaritySearchVectorWithScore(
    vector: number[],
    limit: number,
    filter?: object,
  ): Promise<[document: { metadata: Record<string, unknown> }, score: number][]>;
  end(): Promise<void>;
};

const MODULE = fileURLToPath(
  new URL('../langchain/node_modules/@langchain/community/dist/vectorstores/pgvector.js', import.meta.url),
);

/** Langchain's own store on the same server, with the index that it makes; null where it is not installed. */
export async function openLangchain(
  url: string,
  schema: string,
  dimensions: number,
): Promise<PGVectorStore | null> {
  if (!existsSync(MODULE)) return null;
  const { PGVectorStore: store } = (await import(pathToFileURL(MODULE).href)) as {
    PGVectorStore: { initialize(embeddings: unknown, options: object): Promise<PGVectorStore> };
  };
  const opened = await store.initialize(
    { embedQuery: async () => [], embedDocuments: async () => [] },
    {
      postgresConnectionOptions: { connectionString: url },
      tableName: 'langchain_passage',
      schemaName: schema,
      extensionSchemaName: null,
      dimensions,
      distanceStrategy: 'cosine',
    },
  );
  return opened;
}
