import type { CommitLog } from '../../enrich/changes.ts';
import type { RunbookSearch } from '../../enrich/enrich.ts';
import type { SignalReader } from '../../enrich/signals.ts';
import type { Json } from '../../incident/canonical.ts';
import type { JournalEntry } from '../../incident/journal.ts';

/** A tool from outside; `run` resolves to text in every case, marked as what it is. */
export type ForeignTool = {
  name: string;
  description: string;
  schema: Record<string, Json>;
  run(args: unknown): Promise<string>;
};

export interface ForeignTools {
  /** What may be used now, and in whole sentences for people what may not. Never rejects. */
  offered(): Promise<{ tools: ForeignTool[]; notes: string[] }>;
}

/**
 * Where the model's tools may look; all of it is reading. What is not configured is null, and its tool is
 * then not offered.
 */
export type Lookups = {
  runbooks: RunbookSearch;
  code: CommitLog | null;
  signals: SignalReader | null;
  mcp: ForeignTools | null;
  /** Entries after `afterSeq` of one incident, oldest first. */
  journal(afterSeq: number, incidentId: number | null, limit: number): Promise<JournalEntry[]>;
};
