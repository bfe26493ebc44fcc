import type { CommitLog } from '../../enrich/changes.ts';
import type { RunbookSearch } from '../../enrich/enrich.ts';
import type { SignalReader } from '../../enrich/signals.ts';
import type { JournalEntry } from '../../incident/journal.ts';

/**
 * Where the model's tools may look; all of it is reading. What is not configured is null, and its tool is
 * then not offered.
 */
export type Lookups = {
  runbooks: RunbookSearch;
  code: CommitLog | null;
  signals: SignalReader | null;
  /** Entries after `afterSeq` of one incident, oldest first. */
  journal(afterSeq: number, incidentId: number | null, limit: number): Promise<JournalEntry[]>;
};
