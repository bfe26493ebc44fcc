import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { counted } from '../incident/text.ts';
import { verifyChain, type AuditLine } from '../incident/audit-chain.ts';
import type { Store } from '../adapters/postgres/store/store.ts';
import { withStore } from './with-store.ts';

const PAGE = 1000;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const lineSchema = z.strictObject({
  seq: z.int().positive(),
  previous: hash,
  contentHash: hash,
  hash,
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

/** Prints the whole record, one JSON object a line. */
export async function exportCommand(): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      for await (const line of linesOf(store)) console.log(JSON.stringify(line));
    }),
  );
}

/** Checks the chain of the database, or of an export alone. Exits 1 where it is broken. */
export async function verifyCommand(file: string | undefined): Promise<void> {
  const { result, unlinked } =
    file === undefined ? await inDatabase() : { result: await verifyChain(linesIn(file)), unlinked: 0 };
  if (!result.intact) {
    console.error(
      `The chain is broken at link ${result.firstBad}: ${result.why}. The ${result.entries} before it are intact.`,
    );
    process.exitCode = 1;
    return;
  }
  if (unlinked > 0) {
    console.error(
      `The chain is intact, but ${unlinked} journal entries have no link: they were written past Sitrep.`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(`The chain is intact: ${result.entries} entries, head ${result.head}.`);
  if (result.erased.length > 0) {
    console.error(
      `The content of ${result.erased.length === 100 ? '100 or more links' : counted(result.erased.length, 'link')} is gone, and Sitrep itself never erases any: ${result.erased.join(', ')}. Only whoever erased it knows what stood there; its hash is kept.`,
    );
  }
  console.log('Keep the head somewhere else: only that shows whether entries were cut off at the end.');
}

function inDatabase() {
  return withStore(({ transaction }) =>
    transaction(async (store) => ({
      result: await verifyChain(linesOf(store)),
      unlinked: await store.entriesWithoutLink(),
    })),
  );
}

async function* linesOf(store: Store): AsyncGenerator<AuditLine> {
  for (let after = 0; ;) {
    const page = await store.auditLines(after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}

async function* linesIn(file: string): AsyncGenerator<AuditLine> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Error(
        `${file}:${number}: this line is not JSON. Export the record again with “sitrep audit export”.`,
      );
    }
    const parsed = lineSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(
        `${file}:${number}: ${issue?.path.join('.')}: ${issue?.message}. It is not a line of “sitrep audit export”.`,
      );
    }
    yield parsed.data;
  }
}
