import { digestOf, sha256 } from './canonical.ts';

/** One line of the audit export: a journal entry with its link. */
export type AuditLine = {
  seq: number;
  previous: string;
  contentHash: string;
  hash: string;
  /** Null where the content was erased; the link still holds its hash. */
  content: AuditContent | null;
};

export type AuditContent = {
  at: string;
  incidentId: number | null;
  actor: string;
  kind: string;
  data: unknown;
};

/** The link before the first one. */
export const GENESIS = '0'.repeat(64);

export function contentHash(content: AuditContent): string {
  return digestOf(content);
}

export function linkHash(previous: string, seq: number, content: string): string {
  return sha256(`${previous}\n${seq}\n${content}`);
}

export type ChainResult =
  | { intact: true; entries: number; head: string; erased: number[] }
  | { intact: false; entries: number; firstBad: number; why: string };

// Enough to see where somebody has been, and bounded.
const MOST_ERASED = 100;

/**
 * Checks a chain from its first link, in constant memory, trusting nothing but the lines themselves. It
 * tells the first link that does not fit, and the first hundred whose content was erased. It cannot tell a tail that was cut off, or a chain that was
 * written anew as a whole: for that, compare the head with one that was kept elsewhere.
 */
export async function verifyChain(
  lines: AsyncIterable<AuditLine> | Iterable<AuditLine>,
): Promise<ChainResult> {
  let previous = GENESIS;
  let entries = 0;
  const erased: number[] = [];
  for await (const line of lines) {
    const bad = (why: string): ChainResult => ({ intact: false, entries, firstBad: entries + 1, why });
    if (line.seq !== entries + 1) return bad(`link ${entries + 1} is missing; the next is ${line.seq}`);
    if (line.previous !== previous) return bad('it does not name the link before it');
    if (line.content !== null && contentHash(line.content) !== line.contentHash)
      return bad('its content was changed');
    if (linkHash(previous, line.seq, line.contentHash) !== line.hash) return bad('its hash does not fit');
    if (line.content === null && erased.length < MOST_ERASED) erased.push(line.seq);
    previous = line.hash;
    entries += 1;
  }
  return { intact: true, entries, head: previous, erased };
}
