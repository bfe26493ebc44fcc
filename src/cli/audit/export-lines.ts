import { z } from 'zod';
import type { AuditLine } from '../../incident/audit-chain.ts';
import type { Checkpoint } from '../../incident/checkpoint.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hexadecimal');
const base64 = (length: number) => z.base64().length(length);
const link = { seq: z.int().positive(), previous: hash, hash };
const happened = {
  at: z.iso.datetime(),
  incidentId: z.int().nullable(),
  actor: z.string(),
  kind: z.string(),
};
const absent = z.enum(['sealed', 'erased']);

/** One line of “sitrep audit export”. */
export const auditLine: z.ZodType<AuditLine> = z.union([
  z.strictObject({
    ...link,
    entry: z.strictObject({ ...happened, proposal: z.string().nullable(), dataHash: hash }),
    content: z.union([z.strictObject({ salt: z.string(), data: z.unknown() }), absent]),
  }),
  z.strictObject({
    ...link,
    incidentId: z.int().nullable(),
    contentHash: hash,
    content: z.union([z.strictObject({ ...happened, data: z.unknown() }), absent]),
  }),
]);

/** One line of a file of checkpoints. */
export const checkpointLine: z.ZodType<Checkpoint> = z.strictObject({
  seq: z.int().positive(),
  hash,
  at: z.iso.datetime(),
  key: base64(44),
  signature: base64(88),
});
