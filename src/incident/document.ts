import type { Recommendation } from './evidence.ts';

/** What a document is to people: how to act, what happened once, or what a service is. */
export type DocumentKind = 'runbook' | 'postmortem' | 'incident' | 'service';

/** One part of a document under its headings; the unit of search and of quotation. */
export type Passage = { position: number; heading: string; body: string };

/** One text that evidence may quote. `source` and `path` together name it; putting it again replaces it. */
export type KnowledgeDocument = {
  /** Which configured source it came from, for example `folder:runbooks` or `github:example/handbook`. */
  source: string;
  /** Within the source, with forward slashes. */
  path: string;
  kind: DocumentKind;
  title: string;
  /** Where people read it; null when it has no address. */
  link: string | null;
  services: string[];
  /** Alert rules that it names as its own, in front matter or catalogue. */
  alerts: string[];
  actions: Recommendation[];
  passages: Passage[];
};

/** Where documents are kept. Implementations throw `DatabaseError`. */
export interface KnowledgeStore {
  /** Puts each document in place of what its source and path held; readers see either version whole. */
  put(documents: readonly { document: KnowledgeDocument; hash: string }[]): Promise<void>;
  /** Removes documents; one that is not there is no error. */
  remove(source: string, paths: readonly string[]): Promise<void>;
  /** Hash of the content that each document of a source was read from, by path. */
  known(source: string): Promise<Map<string, string>>;
}
