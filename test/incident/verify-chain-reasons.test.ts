import { describe, expect, it } from 'vitest';
import { GENESIS, type AuditLine } from '../../src/incident/audit-chain.ts';
import { createSigner, type Checkpoint } from '../../src/incident/checkpoint.ts';
import { verifyChain, type Known, type Unreadable } from '../../src/incident/verify-chain.ts';
import { chainOf, checkpointsAt, nextLine, rechained } from '../support/audit-lines.ts';

const AT = '2026-03-04T03:00:00.000Z';
const signer = createSigner(Buffer.alloc(32, 1));
const other = createSigner(Buffer.alloc(32, 2));
const lines = chainOf(6);

async function* inOrder(...given: (Checkpoint | Unreadable)[]): AsyncGenerator<Checkpoint | Unreadable> {
  yield* given;
}
const bad = (why: string, firstBad: number | null, upTo: number | null = firstBad) => ({
  intact: false,
  firstBad,
  upTo,
  why,
});
const at = (seq: number) => signer.sign({ seq, hash: lines[seq - 1]?.hash ?? GENESIS, at: AT });

describe('an intact chain', () => {
  it('is described in full', async () => {
    const counted = { open: 6, sealed: 0, erased: 0 };
    const whole = { intact: true, first: 1, entries: 6, head: lines[5]?.hash, ...counted };
    expect(await verifyChain(lines)).toEqual({ ...whole, checkpoints: 0, vouched: 0 });
    const known = { checkpoints: inOrder(at(2), at(2), at(6)), keys: [signer.key] };
    expect(await verifyChain(lines, known)).toEqual({ ...whole, checkpoints: 3, vouched: 6 });
  });

  it('may be vouched for before its first link, and up to where an export begins', async () => {
    expect(await verifyChain(lines, { checkpoints: inOrder(at(0)) })).toMatchObject({
      intact: true,
      checkpoints: 1,
      vouched: 0,
    });
    const from3 = (checkpoints: Known['checkpoints']) =>
      verifyChain(lines.slice(2), { from: 3, ...(checkpoints ? { checkpoints } : {}) });
    expect(await from3(inOrder(at(1), at(2)))).toMatchObject({
      first: 3,
      entries: 4,
      checkpoints: 2,
      vouched: 2,
    });
    expect(await from3(inOrder(at(1)))).toMatchObject({ intact: true, checkpoints: 1, vouched: 0 });
    expect(await from3(undefined)).toMatchObject({ intact: true, vouched: 0 });
    const anew = rechained([nextLine(undefined, { text: 'x' }), ...lines.slice(1)], 1);
    expect(await verifyChain(anew.slice(2), { from: 3, checkpoints: inOrder(at(2)) })).toEqual(
      bad(`the checkpoint of ${AT} saw another entry 2; the chain was written anew`, 3, 2),
    );
  });
});

describe('what a verdict says', () => {
  it('of a chain that does not begin with the first link of all', async () => {
    const first = nextLine({ ...nextLine(undefined), seq: 0 });
    expect(await verifyChain([first, nextLine(first)])).toEqual(
      bad('it does not name the link before it', 1),
    );
  });

  it('of contents that some lines have and others have not', async () => {
    const mixed = lines.with(3, { ...lines[3]!, content: 'sealed' });
    expect(await verifyChain(mixed)).toEqual(bad('its content was left out, or others were added', 4));
    const added: AuditLine[] = lines.map((line) => ({ ...line, content: 'sealed' }));
    expect(await verifyChain(added.with(3, lines[3]!))).toEqual(
      bad('its content was left out, or others were added', 4),
    );
  });

  const why = 'its content is gone or cannot be opened, and no entry says that it was erased';
  const chain = (...made: Parameters<typeof nextLine>[1][]) => chainOf(made.length, (seq) => made[seq - 1]!);
  const gone = (incidentId: number | null) => ({ incidentId, content: 'erased' as const });
  const erased = (incidentId: number | null) => ({ incidentId, kind: 'contents.erased' });

  it('of contents that are gone: the first of them that nothing accounts for', async () => {
    expect(await verifyChain(chain({}, gone(9), gone(8)))).toEqual(bad(why, 2));
    expect(await verifyChain(chain(gone(8), gone(9), gone(9), erased(8)))).toEqual(bad(why, 2));
    expect(await verifyChain(chain(gone(8), gone(9), erased(8), gone(8), erased(9)))).toEqual(bad(why, 4));
    expect(await verifyChain(chain(gone(8), erased(9)))).toEqual(bad(why, 1));
  });

  it('of contents that belong to no incident', async () => {
    expect(await verifyChain(chain(gone(null), erased(null)))).toMatchObject({ intact: true, erased: 1 });
    expect(await verifyChain(chain(gone(null), erased(1)))).toEqual(bad(why, 1));
    expect(await verifyChain(chain(gone(1), erased(null)))).toEqual(bad(why, 1));
  });

  it('of contents of more incidents than it can remember', async () => {
    const many = (count: number) =>
      chain(...Array.from({ length: count }, (_, index) => gone(index + 1)), {});
    expect(await verifyChain(many(10_000))).toEqual(bad(why, 1));
    expect(await verifyChain(many(10_001))).toEqual(
      bad('its content is gone, as are those of too many incidents', 10_001),
    );
  });
});

describe('a checkpoint that does not count', () => {
  it.each<[string, (Checkpoint | Unreadable)[], string]>([
    ['is not readable', [{ unreadable: 'its line is not JSON' }], 'checkpoint 1: its line is not JSON'],
    [
      'has an unknown key',
      [at(1), other.sign({ seq: 2, hash: lines[1]!.hash, at: AT })],
      'checkpoint 2: it is signed with an unknown key',
    ],
    ['is not signed', [{ ...at(1), at: 'x' }], 'checkpoint 1: its signature does not fit'],
    [
      'is out of order',
      [at(3), at(2)],
      'checkpoint 2: it is older than the one before it; checkpoints must be in order',
    ],
  ])('%s', async (_, checkpoints, said) => {
    const known = { checkpoints: inOrder(...checkpoints), keys: [signer.key] };
    expect(await verifyChain(lines, known)).toEqual(bad(said, null));
  });

  it('counts with any key where none is asked for', async () => {
    const checkpoints = inOrder(other.sign({ seq: 2, hash: lines[1]!.hash, at: AT }));
    expect(await verifyChain(lines, { checkpoints, keys: [] })).toMatchObject({ intact: true, vouched: 2 });
  });

  it('is found behind the last link too', async () => {
    expect(await verifyChain([], { checkpoints: inOrder({ unreadable: 'no' }) })).toEqual(
      bad('checkpoint 1: no', null),
    );
  });
});

describe('a chain that a checkpoint contradicts', () => {
  it('was cut off, or written anew since the checkpoint before', async () => {
    expect(await verifyChain(lines.slice(0, 4), { checkpoints: inOrder(at(2), at(6)) })).toEqual(
      bad(`it was cut off: the checkpoint of ${AT} saw 6 entries`, 5),
    );
    const anew = rechained(lines.with(3, nextLine(lines[2], { text: 'x' })), 4);
    expect(await verifyChain(anew, { checkpoints: checkpointsAt(lines, [2, 5], signer) })).toEqual(
      bad(`the checkpoint of ${AT} saw another entry 5; the chain was written anew`, 3, 5),
    );
    expect(await verifyChain(anew, { checkpoints: checkpointsAt(lines, [5], signer) })).toEqual(
      bad(`the checkpoint of ${AT} saw another entry 5; the chain was written anew`, 1, 5),
    );
  });
});
