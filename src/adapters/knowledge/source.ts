/** Where documents come from. A source names each text by a version, so that only changed ones are read. */
export interface KnowledgeSource {
  /** For example `folder:runbooks`; documents bear it. */
  readonly name: string;
  /**
   * Everything that is there now; `unchanged` where it is known to be what `finished` was last called for.
   * Rejects with a sentence that says what to do when the source cannot be reached.
   */
  list(): Promise<Listing | 'unchanged'>;
  /** The texts of some entries of the latest listing, in any order; what cannot be read is a problem. */
  read(entries: readonly Entry[]): Promise<ReadEntry[]>;
}

/** One text: `version` is another whenever the text is. */
export type Entry = { path: string; version: string };

export type Listing = {
  entries: Entry[];
  /** What stands in the way of some texts, in whole sentences; their earlier versions stay in use. */
  problems: string[];
  /** Paths that are there but cannot be listed: they are not gone. */
  kept: string[];
  /** Address that paths are appended to; null where the source has none. */
  base: string | null;
  /** Called when everything listed has been stored. */
  finished(): void;
};

export type ReadEntry = { path: string; text: string } | { path: string; problem: string };

/** Larger texts are data, not something that anybody reads in an incident. */
export const LARGEST_BYTES = 1_000_000;

/** Why a text is left out, if it is. */
export function unreadable(path: string, text: string): string | null {
  if (Buffer.byteLength(text) > LARGEST_BYTES) return tooLarge(path);
  return text.includes('\0') ? `${path}: not a text file. Save it as UTF-8; it is left out.` : null;
}

export function tooLarge(path: string): string {
  return `${path}: larger than ${LARGEST_BYTES / 1e6} MB. Split it; it is left out.`;
}
