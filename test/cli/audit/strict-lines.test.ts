import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditLine, checkpointLine } from '../../../src/cli/audit/export-lines.ts';
import { strictLines } from '../../../src/cli/audit/strict-lines.ts';
import type { AuditLine } from '../../../src/incident/audit-chain.ts';
import { createSigner } from '../../../src/incident/checkpoint.ts';
import { verifyChain } from '../../../src/incident/verify-chain.ts';
import { chainOf, earlierLine, nextLine } from '../../support/audit-lines.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryDirectory();
  file = join(folder, 'export.jsonl');
});

function written(lines: readonly AuditLine[]): Buffer {
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(file, bytes);
  return bytes;
}
const verdict = () => verifyChain(strictLines(file, auditLine));

describe('a file of audit lines', () => {
  it('verifies as it was exported, also without its last line feed', async () => {
    const bytes = written(chainOf(50, (seq) => ({ text: `\u2028 and \r\n and ${'x'.repeat(seq * 997)}` })));
    expect(await verdict()).toMatchObject({ intact: true, entries: 50 });
    writeFileSync(file, bytes.subarray(0, -1));
    expect(await verdict()).toMatchObject({ intact: true, entries: 50 });
  });

  it('shows every single flipped bit, and in which entry it is', async () => {
    const earlier = earlierLine(undefined);
    const open = [earlier, nextLine(earlier, { text: 'a – 1e+21 \u00e9 "quoted" \ufffd' })];
    for (const part of [open, chainOf(2, () => ({ content: 'sealed' }))]) {
      const bytes = written(part);
      const ends = part.map((_, n) =>
        part.slice(0, n + 1).reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)) + 1, 0),
      );
      const missed: number[] = [];
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(file, flipped);
        const found = await verdict();
        const entry = ends.findIndex((end) => bit >> 3 < end) + 1;
        // Without its line feed an entry runs into the next one, and both are one bad line.
        if (found.intact || found.firstBad !== entry) missed.push(bit);
      }
      expect(missed).toEqual([]);
    }
  }, 120_000);

  it.each<[string, (text: string) => string]>([
    ['other white space', (text) => text.replace('{"seq":2,', '{ "seq":2,')],
    ['a member twice', (text) => text.replace('{"seq":2,', '{"seq":9,"seq":2,')],
    ['another spelling of a letter', (text) => text.replace('note 2', '\\u006eote 2')],
    ['a member more', (text) => text.replace('{"seq":2,', '{"more":1,"seq":2,')],
    ['an empty line', (text) => text.replace('{"seq":2,', '\n{"seq":2,')],
    [
      'a carriage return',
      (text) => text.replace('\n', '\r\n').replace('\r', '').replace('\n{"seq":2', '\n\r{"seq":2'),
    ],
  ])('refuses %s', async (_, change) => {
    writeFileSync(file, change(written(chainOf(3)).toString()));
    expect(await verdict()).toMatchObject({ intact: false, firstBad: 2 });
  });

  it('reads checkpoints as they are kept in a file, and tells where one is none', async () => {
    const lines = chainOf(5);
    written(lines);
    const marks = join(folder, 'checkpoints.jsonl');
    const signer = createSigner(Buffer.alloc(32, 1));
    const at = '2026-03-04T03:00:00.000Z';
    const mark = (seq: number) => JSON.stringify(signer.sign({ seq, hash: lines[seq - 1]!.hash, at }));
    writeFileSync(marks, `${mark(2)}\n${mark(4)}\n`);
    const checked = () =>
      verifyChain(strictLines(file, auditLine), {
        keys: [signer.key],
        checkpoints: strictLines(marks, checkpointLine),
      });
    expect(await checked()).toMatchObject({ intact: true, vouched: 4 });
    appendFileSync(marks, '{"seq":5}\n');
    expect(await checked()).toMatchObject({ intact: false, firstBad: null });
    expect(readFileSync(marks, 'utf8').split('\n')).toHaveLength(4);
  });
});
