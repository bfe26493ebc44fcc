import { z } from 'zod';
import {
  contentHash,
  GENESIS,
  linkHash,
  type AuditContent,
  type AuditLine,
} from '../../src/incident/audit-chain.ts';

const lineSchema = z.strictObject({
  seq: z.int(),
  previous: z.string(),
  contentHash: z.string(),
  hash: z.string(),
  content: z
    .strictObject({
      at: z.string(),
      incidentId: z.int().nullable(),
      actor: z.string(),
      kind: z.string(),
      data: z.unknown(),
    })
    .nullable(),
});

/** As `sitrep audit export` writes them. */
export function serialise(lines: readonly AuditLine[]): string[] {
  return lines.map((line) => JSON.stringify(line));
}

/** As `sitrep audit verify` reads one. Throws where it is no such line. */
export function parseExport(text: string): AuditLine {
  return lineSchema.parse(JSON.parse(text));
}

/** A chain of made-up entries. `otherFrom` gives one that differs from there on and fits all the same. */
export function chainOf(length: number, otherFrom = length): AuditLine[] {
  const lines: AuditLine[] = [];
  let previous = GENESIS;
  for (let seq = 1; seq <= length; seq += 1) {
    const actor = seq > otherFrom ? 'U0OTHER' : `U${seq % 7}`;
    const content: AuditContent = {
      at: new Date(1_772_452_800_000 + seq * 1000).toISOString(),
      incidentId: seq % 50,
      actor,
      kind: 'note.added',
      data: { text: `entry ${seq}` },
    };
    const hashed = contentHash(content);
    const hash = linkHash(previous, seq, hashed);
    lines.push({ seq, previous, contentHash: hashed, hash, content });
    previous = hash;
  }
  return lines;
}
