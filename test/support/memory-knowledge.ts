import type { KnowledgeDocument, KnowledgeStore } from '../../src/incident/document.ts';

/** A store of knowledge in memory, held to the same contract as the database's. */
export function memoryKnowledge(): KnowledgeStore & { documents(): KnowledgeDocument[] } {
  const kept = new Map<string, { document: KnowledgeDocument; hash: string }>();
  return {
    documents: () => [...kept.values()].map(({ document }) => document),
    async put(documents) {
      for (const one of documents) kept.set(`${one.document.source}\n${one.document.path}`, one);
    },
    async remove(source, paths) {
      for (const path of paths) kept.delete(`${source}\n${path}`);
    },
    async known(source) {
      const own = [...kept.values()].filter(({ document }) => document.source === source);
      return new Map(own.map(({ document, hash }) => [document.path, hash]));
    },
  };
}
