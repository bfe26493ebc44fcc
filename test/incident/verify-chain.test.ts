import { describe, expect, it } from 'vitest';
import { GENESIS, type AuditLine, type EntryLine } from '../../src/incident/audit-chain.ts';
import { createSigner, type Checkpoint } from '../../src/incident/checkpoint.ts';
import { verifyChain } from '../../src/incident/verify-chain.ts';
import {
  chainOf,
  checkpointsAt,
  earlierLine,
  nextLine,
  rechained,
  relinked,
} from '../support/audit-lines.ts';

const signer = createSigner(Buffer.alloc(32, 1));
const other = createSigner(Buffer.alloc(32, 2));

const withText = (line: EntryLine, text: string): EntryLine => ({
  ...line,
  content: { salt: 's', data: { text } },
});

describe('verifyChain', () => {
  it('accepts untouched chains of every length, and an empty one', async () => {
    for (let length = 0; length < 60; length += 1) {
      const lines = chainOf(length);
      const head = lines.at(-1)?.hash ?? GENESIS;
      expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: length, head, open: length });
    }
  });

  it('accepts entries from before contents were sealed, also between newer ones', async () => {
    const lines: AuditLine[] = [earlierLine(undefined)];
    lines.push(nextLine(lines[0]));
    lines.push(earlierLine(lines[1]));
    lines.push(nextLine(lines[2]));
    expect(await verifyChain(lines)).toMatchObject({ intact: true, entries: 4 });
    const [first] = lines as [Extract<AuditLine, { contentHash: string }>];
    const changed = { ...first, content: { ...(first.content as object), actor: 'U0' } } as AuditLine;
    expect(await verifyChain([changed, ...lines.slice(1)])).toMatchObject({ intact: false, firstBad: 1 });
  });

  it.each<[string, (lines: EntryLine[]) => AuditLine[], number]>([
    ['a changed content', (l) => l.with(4, withText(l[4]!, 'another')), 5],
    ['a changed actor', (l) => l.with(4, { ...l[4]!, entry: { ...l[4]!.entry, actor: 'U0' } }), 5],
    ['a changed hash', (l) => l.with(4, { ...l[4]!, hash: GENESIS }), 5],
    ['a removed link', (l) => l.toSpliced(4, 1), 5],
    ['a doubled link', (l) => l.toSpliced(4, 0, l[4]!), 6],
    ['an inserted link', (l) => l.toSpliced(4, 0, nextLine(l[3], { text: 'inserted' })), 6],
    ['two swapped links', (l) => l.with(4, l[5]!).with(5, l[4]!), 5],
    ['a removed beginning', (l) => l.slice(1), 1],
    ['a link made anew in the middle', (l) => l.with(4, relinked(withText(l[4]!, 'another'), l[3])), 6],
    [
      'a content left out of an export that has the others',
      (l) => l.with(4, { ...l[4]!, content: 'sealed' }),
      5,
    ],
    ['a content that is gone without a record of it', (l) => l.with(4, { ...l[4]!, content: 'erased' }), 5],
  ])('finds %s and names the place', async (_, change, firstBad) => {
    expect(await verifyChain(change(chainOf(10)))).toMatchObject({ intact: false, firstBad });
  });

  it('counts what was erased where a later entry says so, and for that incident only', async () => {
    const gone = (incidentId: number) => ({ incidentId, content: 'erased' as const });
    const lines = chainOf(6, (seq) =>
      seq === 2 || seq === 3 ? gone(7) : seq === 5 ? { incidentId: 7, kind: 'contents.erased' } : {},
    );
    expect(await verifyChain(lines)).toMatchObject({ intact: true, erased: 2, open: 4 });
    expect(
      await verifyChain(chainOf(6, (seq) => (seq === 2 ? gone(8) : lines[seq - 1]!.entry))),
    ).toMatchObject({
      intact: false,
      firstBad: 2,
    });
    expect(await verifyChain([...lines, nextLine(lines[5], gone(7))])).toMatchObject({
      intact: false,
      firstBad: 7,
    });
  });

  it('verifies an export without contents by its hashes', async () => {
    const lines = chainOf(5, () => ({ content: 'sealed' }));
    expect(await verifyChain(lines)).toMatchObject({ intact: true, sealed: 5, open: 0 });
    const changed = lines.with(2, { ...lines[2]!, entry: { ...lines[2]!.entry, actor: 'U0' } });
    expect(await verifyChain(changed)).toMatchObject({ intact: false, firstBad: 3 });
  });

  it('names an unreadable line by its place', async () => {
    const lines = [...chainOf(3), { unreadable: 'its line is not JSON' }];
    expect(await verifyChain(lines)).toMatchObject({
      intact: false,
      firstBad: 4,
      why: 'its line is not JSON',
    });
  });
});

describe('checkpoints', () => {
  const lines = chainOf(10);

  it('tell how much they vouch for', async () => {
    const checkpoints = checkpointsAt(lines, [3, 8], signer);
    expect(await verifyChain(lines, { checkpoints, keys: [signer.key] })).toMatchObject({
      intact: true,
      checkpoints: 2,
      vouched: 8,
    });
  });

  it.each([
    ['a cut end', lines.slice(0, 7), { firstBad: 8 }],
    ['nothing at all', [], { firstBad: 1 }],
    [
      'a chain written anew from its beginning',
      rechained(lines.with(0, withText(lines[0]!, 'x')), 1),
      { firstBad: 1, upTo: 3 },
    ],
    [
      'a chain written anew after the first checkpoint',
      rechained(lines.with(5, withText(lines[5]!, 'x')), 6),
      { firstBad: 4, upTo: 8 },
    ],
  ])('find %s', async (_, changed, found) => {
    const checkpoints = checkpointsAt(lines, [3, 8], signer);
    expect(await verifyChain(changed, { checkpoints })).toMatchObject({ intact: false, ...found });
  });

  it.each<[string, (given: Checkpoint) => Checkpoint]>([
    ['another key', (given) => other.sign(given)],
    ['another key under the name of ours', (given) => ({ ...other.sign(given), key: signer.key })],
    ['a changed time', (given) => ({ ...given, at: '2026-03-04T03:00:01.000Z' })],
    ['a changed number', (given) => ({ ...given, seq: 4 })],
    ['a key that is none', (given) => ({ ...given, key: 'AAAA' })],
  ])('do not count with %s', async (_, change) => {
    async function* checkpoints() {
      for await (const real of checkpointsAt(lines, [3], signer)) yield change(real);
    }
    expect(await verifyChain(lines, { keys: [signer.key], checkpoints: checkpoints() })).toMatchObject({
      intact: false,
      firstBad: null,
    });
  });

  it('vouch for what an export that begins later begins with', async () => {
    const part = lines.slice(5);
    const checkpoints = () => checkpointsAt(lines, [2, 5, 8], signer);
    expect(await verifyChain(part, { from: 6, checkpoints: checkpoints() })).toMatchObject({
      intact: true,
      first: 6,
      entries: 5,
    });
    const forged = [relinked(part[0]!, nextLine(undefined))];
    expect(await verifyChain(forged, { from: 6, checkpoints: checkpoints() })).toMatchObject({
      intact: false,
    });
    expect(await verifyChain(part, { from: 5 })).toMatchObject({ intact: false, firstBad: 5 });
  });
});
