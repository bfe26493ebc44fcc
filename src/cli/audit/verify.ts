import { counted, plain } from '../../incident/text.ts';
import { verifyChain, type Verdict } from '../../incident/verify-chain.ts';
import { withStore } from '../with-store.ts';
import { checkpointsOf, linesOf } from './database-lines.ts';
import { auditLine, checkpointLine } from './export-lines.ts';
import { strictLines } from './strict-lines.ts';

export type VerifyOptions = { checkpoints?: string; key: string[]; from: number };

/** Checks an export by itself, or without one the database. Exits 1 where something does not fit. */
export async function verifyCommand(file: string | undefined, options: VerifyOptions): Promise<void> {
  const { checkpoints, key: keys, from } = options;
  const noKey = keys.find((one) => !/^[A-Za-z0-9+/]{43}=$/.test(one));
  if (noKey !== undefined)
    throw new Error(
      `--key ${plain(noKey, 60)} is no key; “sitrep audit key” prints it: 44 characters of base64.`,
    );
  const given = checkpoints === undefined ? undefined : strictLines(checkpoints, checkpointLine);
  if (file === undefined) return inDatabase(keys, from, given);
  const known = { from, keys, ...(given && { checkpoints: given }) };
  const verdict = await verifyChain(strictLines(file, auditLine), known);
  if (verdict.intact && verdict.entries === 0)
    throw new Error(`${file} is empty, and no entry is no intact chain. “sitrep audit export” writes one.`);
  tell(verdict, keys);
  if (!verdict.intact && (await holdsNoEntry(file)))
    console.error(
      `No line of ${file} reads as an entry. Is it an export? “sitrep audit export > audit.jsonl” writes one.`,
    );
}

async function holdsNoEntry(file: string): Promise<boolean> {
  for await (const line of strictLines(file, auditLine)) if (!('unreadable' in line)) return false;
  return true;
}

async function inDatabase(
  keys: string[],
  from: number,
  given: ReturnType<typeof strictLines<import('../../incident/checkpoint.ts').Checkpoint>> | undefined,
): Promise<void> {
  const { verdict, unlinked, where } = await withStore(async ({ config, transaction }) => ({
    where: config.databaseUrl === undefined ? config.home : 'DATABASE_URL',
    verdict: await verifyChain(linesOf(transaction, from, 'open'), {
      from,
      keys,
      checkpoints: given ?? checkpointsOf(transaction),
    }),
    unlinked: await transaction((store) => store.entriesWithoutLink()),
  }));
  if (verdict.intact && verdict.entries === 0 && from === 1 && unlinked === 0)
    throw new Error(
      `The database of ${where} has no entry, and no entry is no intact chain. Is SITREP_HOME or DATABASE_URL that of the Sitrep you mean?`,
    );
  tell(verdict, keys);
  if (unlinked === 0) return;
  process.exitCode = 1;
  console.error(
    `${counted(unlinked, 'journal entry', 'journal entries')} stand beside the chain: they were written past Sitrep.`,
  );
}

function tell(verdict: Verdict, keys: readonly string[]): void {
  if (!verdict.intact) {
    process.exitCode = 1;
    console.error(brokenText(verdict));
    return;
  }
  const { first, entries, head, open, sealed, erased, checkpoints, vouched } = verdict;
  const last = first + entries - 1;
  console.log(
    `The chain is intact: ${counted(entries, 'entry', 'entries')}, ${first} to ${last}, head ${head}.`,
  );
  console.log(`Contents: ${open} there, ${sealed} left out, ${erased} erased with a record of it.`);
  if (checkpoints === 0) {
    console.log(
      'No checkpoint was given: only those show whether entries were cut off at the end, or all was written anew.',
    );
    return;
  }
  const whose = keys.length > 0 ? 'a key that you gave' : 'the key that they name, which you have to compare';
  console.log(
    `${counted(checkpoints, 'checkpoint')}, signed with ${whose}: entries up to ${vouched} are vouched for, ${last - vouched} after them are not yet.`,
  );
}

function brokenText({ firstBad, upTo, why }: Verdict & { intact: false }): string {
  if (firstBad === null) return `The checkpoints cannot be trusted: ${why}.`;
  const place =
    upTo === firstBad || upTo === null ? `entry ${firstBad}` : `an entry from ${firstBad} to ${upTo}`;
  return `The chain is broken at ${place}: ${why}. The ${firstBad - 1} before are intact.`;
}
