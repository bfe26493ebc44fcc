import {
  contentHash,
  dataHash,
  GENESIS,
  linkHash,
  type AuditLine,
  type EarlierContent,
  type EntryLine,
} from '../../src/incident/audit-chain.ts';
import type { Checkpoint, Signer } from '../../src/incident/checkpoint.ts';

const AT = '2026-03-04T03:00:00.000Z';

/** One line after another one, as the store would link them; `over` changes what it says. */
export function nextLine(
  before: AuditLine | undefined,
  over: Partial<EntryLine['entry']> & { text?: string; content?: 'sealed' | 'erased' } = {},
): EntryLine {
  const seq = (before?.seq ?? 0) + 1;
  const { text = `note ${seq} – “été” 🚒`, content: absent, ...entry } = over;
  const content = { salt: `salt${seq}`, data: { text } };
  return relinked(
    {
      seq,
      previous: '',
      hash: '',
      entry: {
        at: AT,
        incidentId: 1,
        proposal: null,
        actor: 'sitrep',
        kind: 'note.added',
        dataHash: dataHash(content),
        ...entry,
      },
      content: absent ?? content,
    },
    before,
  );
}

/** An entry as versions before sealing wrote it. */
export function earlierLine(before: AuditLine | undefined, over: Partial<EarlierContent> = {}): AuditLine {
  const seq = (before?.seq ?? 0) + 1;
  const previous = before?.hash ?? GENESIS;
  const content = {
    at: AT,
    incidentId: 1,
    actor: 'sitrep',
    kind: 'note.added',
    data: { text: 'x' },
    ...over,
  };
  const hashed = contentHash(content);
  return {
    seq,
    previous,
    hash: linkHash(previous, seq, hashed),
    incidentId: content.incidentId,
    contentHash: hashed,
    content,
  };
}

/** The line with hashes that fit what it says now. */
export function relinked(line: EntryLine, before: AuditLine | undefined): EntryLine {
  const previous = before?.hash ?? GENESIS;
  const entry =
    typeof line.content === 'string' ? line.entry : { ...line.entry, dataHash: dataHash(line.content) };
  return { ...line, entry, previous, hash: linkHash(previous, line.seq, contentHash(entry)) };
}

export function chainOf(length: number, over: (seq: number) => Parameters<typeof nextLine>[1] = () => ({})) {
  const lines: EntryLine[] = [];
  for (let seq = 1; seq <= length; seq += 1) lines.push(nextLine(lines.at(-1), over(seq)));
  return lines;
}

/** All lines from `from` on linked anew, as somebody would who owns the database. */
export function rechained(lines: readonly EntryLine[], from: number): EntryLine[] {
  const made: EntryLine[] = lines.slice(0, from - 1);
  for (const line of lines.slice(from - 1)) made.push(relinked(line, made.at(-1)));
  return made;
}

export async function* checkpointsAt(
  lines: readonly AuditLine[],
  seqs: readonly number[],
  signer: Signer,
): AsyncGenerator<Checkpoint> {
  for (const seq of seqs) yield signer.sign({ seq, hash: lines[seq - 1]?.hash ?? '', at: AT });
}
