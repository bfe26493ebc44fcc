import { describe, expect, it } from 'vitest';
import {
  contentHash,
  GENESIS,
  linkHash,
  verifyChain,
  type AuditLine,
} from '../../src/incident/audit-chain.ts';

function chain(length: number): AuditLine[] {
  const lines: AuditLine[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const content = {
      at: '2026-03-04T03:00:00.000Z',
      incidentId: 1,
      actor: 'sitrep',
      kind: 'note.added',
      data: { text: `note ${seq}` },
    };
    const previous = lines.at(-1)?.hash ?? GENESIS;
    const hashed = contentHash(content);
    lines.push({ seq, previous, contentHash: hashed, hash: linkHash(previous, seq, hashed), content });
  }
  return lines;
}

describe('verifyChain', () => {
  it('accepts an untouched chain and an empty one', async () => {
    expect(await verifyChain(chain(20))).toMatchObject({ intact: true, entries: 20 });
    expect(await verifyChain([])).toMatchObject({ intact: true, entries: 0, head: GENESIS });
  });

  it('stays verifiable when a content is erased, and says which', async () => {
    const lines = chain(5).map((line) => (line.seq === 3 ? { ...line, content: null } : line));
    expect(await verifyChain(lines)).toMatchObject({ intact: true, erased: [3] });
  });

  it.each([
    [
      'a changed content',
      (l: AuditLine[]) => l.with(4, { ...l[4]!, content: { ...l[4]!.content!, actor: 'U0' } }),
      5,
    ],
    ['a changed hash', (l: AuditLine[]) => l.with(4, { ...l[4]!, hash: GENESIS }), 5],
    ['a removed link', (l: AuditLine[]) => l.toSpliced(4, 1), 5],
    ['a doubled link', (l: AuditLine[]) => l.toSpliced(4, 0, l[4]!), 6],
    ['two swapped links', (l: AuditLine[]) => l.with(4, l[5]!).with(5, l[4]!), 5],
    ['a removed beginning', (l: AuditLine[]) => l.slice(1), 1],
    [
      'a content and its hash changed together',
      (l: AuditLine[]) => {
        const content = { ...l[4]!.content!, actor: 'U0' };
        return l.with(4, { ...l[4]!, content, contentHash: contentHash(content) });
      },
      5,
    ],
    [
      'a re-made link in the middle',
      (l: AuditLine[]) => {
        const content = { ...l[4]!.content!, actor: 'U0' };
        const hashed = contentHash(content);
        return l.with(4, {
          ...l[4]!,
          content,
          contentHash: hashed,
          hash: linkHash(l[4]!.previous, 5, hashed),
        });
      },
      6,
    ],
  ])('finds %s and names the place', async (_, change, firstBad) => {
    expect(await verifyChain(change(chain(10)))).toMatchObject({ intact: false, firstBad });
  });
});
