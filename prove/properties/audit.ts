import { auditLine } from '../../src/cli/audit/export-lines.ts';
import { strictLine } from '../../src/cli/audit/strict-lines.ts';
import type { AuditLine, EntryLine } from '../../src/incident/audit-chain.ts';
import { createSigner } from '../../src/incident/checkpoint.ts';
import { verifyChain, type Unreadable } from '../../src/incident/verify-chain.ts';
import type { Store } from '../../src/adapters/postgres/store/store.ts';
import { chainOf, checkpointsAt, rechained } from '../../test/support/audit-lines.ts';
import { diskFull, effectsHaveChains, unwritable } from '../support/effects-on-record.ts';
import type { Property, Trial } from '../support/property.ts';
import { openWorld, type World } from '../support/world.ts';

type Seams = {
  verify: typeof verifyChain;
  wrapStore: (store: Store) => Store;
  full: typeof diskFull;
};

/** The record: no change of it goes unseen, no effect is without it, and without it there is no effect. */
export const audit: Property<Seams> = {
  name: 'audit',
  claim:
    'A change of the record is found where it was made, every effect has its whole chain, and nothing is sent that cannot be recorded.',
  async run(trial, { verify = verifyChain, wrapStore, full = diskFull } = {}) {
    const world = await openWorld(wrapStore ? { wrapStore } : {});
    try {
      await effectsHaveChains(trial, world);
      await unwritable(trial, world, full);
      const lines = await exported(world);
      trial.tally.check((await verify(lines)).intact, () => 'the record of the loop itself is not intact');
      await bitFlips(trial, lines.slice(0, trial.size({ quick: 3, ci: 10, full: 30 })), verify);
      await largeLog(trial, verify);
    } finally {
      await world.close();
    }
  },
};

async function exported({ stage }: World): Promise<AuditLine[]> {
  return stage.transaction((store) => store.auditLines(0, 100_000, 'open'));
}

/** Every bit of an export, one at a time. */
async function bitFlips({ tally }: Trial, lines: AuditLine[], verify: typeof verifyChain): Promise<void> {
  const texts = lines.map((line) => JSON.stringify(line));
  for (const [place, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const found = await firstBad([...texts.slice(0, place), changed, ...texts.slice(place + 1)], verify);
      tally.check(found === place + 1, () => `bit ${bit} of link ${place + 1} flipped: found at ${found}`);
      tally.count('bits flipped');
    }
  }
}

/** The link at which an export is found to be wrong, read as the verifier reads its file; null where it is taken for intact. */
async function firstBad(
  texts: readonly (string | Buffer)[],
  verify: typeof verifyChain,
): Promise<number | null> {
  const lines = function* (): Generator<AuditLine | Unreadable> {
    // A flip can make a line break, and then there is a line more.
    for (const text of texts) for (const part of splitLines(text)) yield strictLine(part, auditLine);
  };
  const result = await verify(lines());
  return result.intact ? null : result.firstBad;
}

function splitLines(text: string | Buffer): Buffer[] {
  const bytes = Buffer.from(text);
  const at = bytes.indexOf('\n');
  return at < 0 ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at + 1)];
}

/** A long log, changed in every way that is not a bit. */
async function largeLog({ tally, random, size }: Trial, verify: typeof verifyChain): Promise<void> {
  const length = size({ quick: 300, ci: 1_000, full: 3_000 });
  const lines = chainOf(length);
  const whole = await verify(lines);
  tally.check(whole.intact && whole.entries === length, () => 'a clean log is called broken');
  const signer = createSigner(new Uint8Array(32).fill(7));
  const marks = Array.from({ length: 10 }, (_, place) => Math.ceil(((place + 1) * length) / 10));
  for (let n = 0; n < size({ quick: 30, ci: 100, full: 400 }); n += 1) {
    const at = 1 + random.below(length - 2);
    for (const [name, change] of Object.entries(CHANGES)) {
      const { changed, firstBad: expected } = change(lines, at);
      const result = await verify(changed);
      const found = result.intact ? null : result.firstBad;
      tally.check(
        found === expected,
        () => `${name} at link ${at + 1}: found at ${found}, not at ${expected}`,
      );
      tally.count('rows changed');
    }
    // These leave a chain that fits; a checkpoint that was kept elsewhere gives them away.
    const forgeries = { 'cut off': lines.slice(0, at), 'written anew': rewritten(lines, at) };
    for (const [name, forged] of Object.entries(forgeries)) {
      const alone = await verify(forged);
      const result = await verify(forged, {
        checkpoints: checkpointsAt(lines, marks, signer),
        keys: [signer.key],
      });
      const found = !result.intact && (result.firstBad ?? 0) <= at + 1 && at + 1 <= (result.upTo ?? 0) + 1;
      tally.check(alone.intact && found, () => `${name} at link ${at + 1}: ${JSON.stringify(result)}`);
      tally.count('forgeries given away by checkpoints');
    }
  }
}

/** Somebody changes an entry and links all that follows anew. */
function rewritten(lines: readonly EntryLine[], at: number): EntryLine[] {
  const changed = lines.map((line, place) =>
    place === at ? { ...line, entry: { ...line.entry, actor: 'U0OTHER' } } : line,
  );
  return rechained(changed, at + 1);
}

type Change = (lines: readonly EntryLine[], at: number) => { changed: EntryLine[]; firstBad: number };

const CHANGES: Record<string, Change> = {
  deleted: (lines, at) => ({ changed: lines.filter((_, place) => place !== at), firstBad: at + 1 }),
  duplicated: (lines, at) => ({
    changed: lines.flatMap((line, place) => (place === at ? [line, line] : [line])),
    firstBad: at + 2,
  }),
  swapped: (lines, at) => ({
    changed: replaced(lines, [
      [at, lines[at + 1]],
      [at + 1, lines[at]],
    ]),
    firstBad: at + 1,
  }),
  'inserted from elsewhere': (lines, at) => ({
    changed: [...lines.slice(0, at), ...lines.slice(at - 1, at), ...lines.slice(at)],
    firstBad: at + 1,
  }),
  'given another actor': (lines, at) => ({
    changed: edited(lines, at, (line) => ({
      ...line,
      entry: { ...line.entry, actor: 'U0OTHER' },
    })),
    firstBad: at + 1,
  }),
  'given another hash': (lines, at) => ({
    changed: edited(lines, at, (line) => ({ ...line, entry: { ...line.entry, dataHash: 'a'.repeat(64) } })),
    firstBad: at + 1,
  }),
  renumbered: (lines, at) => ({
    changed: edited(lines, at, (line) => ({ ...line, seq: line.seq + 1 })),
    firstBad: at + 1,
  }),
};

function replaced(lines: readonly EntryLine[], by: [number, EntryLine | undefined][]): EntryLine[] {
  const copy = [...lines];
  for (const [place, line] of by) if (line) copy[place] = line;
  return copy;
}

function edited(
  lines: readonly EntryLine[],
  at: number,
  change: (line: EntryLine) => EntryLine,
): EntryLine[] {
  return lines.map((line, place) => (place === at ? change(line) : line));
}
