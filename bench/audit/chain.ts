import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { contentHash, dataHash, GENESIS, linkHash } from '../../src/incident/audit-chain.ts';
import type { Signer } from '../../src/incident/checkpoint.ts';

const AT = '2026-03-04T03:00:00.000Z';

/** Writes an export of so many entries and a checkpoint for every so many of them; resolves to its bytes. */
export async function writeChain(options: {
  entries: number;
  every: number;
  signer: Signer;
  lines: Writable;
  signed: Writable;
}): Promise<number> {
  const { entries, every, signer, lines, signed } = options;
  let previous = GENESIS;
  let bytes = 0;
  for (let seq = 1; seq <= entries; seq += 1) {
    const proposal = `0190b5a0-0000-7000-8000-${String(seq).padStart(12, '0')}`;
    const content = { salt: String(seq).padStart(32, '0'), data: dataOf(seq, proposal) };
    const entry = {
      at: AT,
      incidentId: seq % 1000,
      proposal,
      actor: 'U0APPROVER',
      kind: 'action.sent',
      dataHash: dataHash(content),
    };
    const hash = linkHash(previous, seq, contentHash(entry));
    const line = `${JSON.stringify({ seq, previous, hash, entry, content })}\n`;
    bytes += Buffer.byteLength(line);
    if (!lines.write(line)) await once(lines, 'drain');
    if (seq % every === 0 && !signed.write(`${JSON.stringify(signer.sign({ seq, hash, at: AT }))}\n`))
      await once(signed, 'drain');
    previous = hash;
  }
  return bytes;
}

function dataOf(seq: number, proposal: string): object {
  return {
    proposal,
    title: 'Roll pricing back to revision 41 – “shop/pricing:1.9.3”',
    request: `kubernetes.rollback {"deployment":"pricing","namespace":"shop","revision":${seq}}`,
    digest: 'ab'.repeat(32),
    target: { identity: 'deployment shop/pricing uid 1', observedVersion: `generation ${seq}` },
  };
}
