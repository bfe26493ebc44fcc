import { canonicalJson, digestOf, sha256 } from './canonical.ts';

/**
 * One line of the audit export: a journal entry with its link. `sealed` where the export leaves the content
 * out, `erased` where its key was destroyed; the hashes are there in any case.
 */
export type AuditLine = EntryLine | EarlierLine;

type Link = { seq: number; previous: string; hash: string };

/** What happened when, to what and by whom, which stays readable; and the salted hash of its content. */
export type AuditEntry = {
  at: string;
  incidentId: number | null;
  /** Joins everything about one proposal. */
  proposal: string | null;
  actor: string;
  kind: string;
  dataHash: string;
};

/** The salt keeps the hash of a short content from being guessed after the content was erased. */
export type AuditContent = { salt: string; data: unknown };

export type EntryLine = Link & { entry: AuditEntry; content: AuditContent | 'sealed' | 'erased' };

/** An entry of a version that did not seal contents: one hash covers all of it. */
export type EarlierLine = Link & {
  incidentId: number | null;
  contentHash: string;
  content: EarlierContent | 'sealed' | 'erased';
};

export type EarlierContent = {
  at: string;
  incidentId: number | null;
  actor: string;
  kind: string;
  data: unknown;
};

/** The link before the first one. */
export const GENESIS = '0'.repeat(64);

/** The kind of the entry that says that the contents of its incident were erased. */
export const ERASURE = 'contents.erased';

export function dataHash({ salt, data }: AuditContent): string {
  return sha256(`${salt}\n${canonicalJson(data)}`);
}

/** The hash of what a link covers, in both forms. */
export function contentHash(content: AuditEntry | EarlierContent): string {
  return digestOf(content);
}

export function linkHash(previous: string, seq: number, content: string): string {
  return sha256(`${previous}\n${seq}\n${content}`);
}

/** Why a line cannot be the next link; null when it is. Looks at nothing but the line and the link before it. */
export function whyNotNext(line: AuditLine, before: { seq: number; hash: string }): string | null {
  if (line.seq !== before.seq + 1) return `it is missing; the line in its place has number ${line.seq}`;
  if (line.previous !== before.hash) return 'it does not name the link before it';
  const { content } = line;
  const isHere = typeof content !== 'string';
  if ('entry' in line) {
    if (isHere && dataHash(content as AuditContent) !== line.entry.dataHash) return 'its content was changed';
  } else if (isHere) {
    const earlier = content as EarlierContent;
    if (contentHash(earlier) !== line.contentHash || earlier.incidentId !== line.incidentId)
      return 'its content was changed';
  }
  const covered = 'entry' in line ? contentHash(line.entry) : line.contentHash;
  return linkHash(line.previous, line.seq, covered) === line.hash ? null : 'its hash does not fit';
}

export const incidentOf = (line: AuditLine): number | null =>
  'entry' in line ? line.entry.incidentId : line.incidentId;

/** Whether the line says that the contents of its incident were erased on purpose. */
export const isErasure = (line: AuditLine): boolean => 'entry' in line && line.entry.kind === ERASURE;
