import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProposal, proposalId } from '../support/incident-view.ts';
import { freshHome, runCli } from '../support/bot.ts';

const { id, incidentId, title, digest, consent } = aProposal();
const waiting = [
  { id, incidentId, title, card: consent.card.join('\n'), digest, typeThis: null },
  {
    id: proposalId(2),
    incidentId,
    title,
    card: 'Action: destroy',
    digest: 'b'.repeat(64),
    typeThis: 'the name of the target: pricing',
  },
];

let asked: unknown[] = [];
let server: Server;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const order = JSON.parse(body) as { do: string };
      asked.push(order.do);
      response.end(JSON.stringify(order.do === 'list' ? { waiting } : { ok: true, text: 'Approved.' }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => void server.close(resolve)));

const approve = (...given: string[]) => run('approve', id, ...given);

function run(...given: string[]) {
  const { port } = server.address() as AddressInfo;
  return runCli([...given, '--as', 'approver'], freshHome(), {
    SITREP_KEY: 'k'.repeat(43),
    PORT: String(port),
  });
}

describe('sitrep proposals', { timeout: 60_000 }, () => {
  it('prints each card whole, with what has to be typed where a click is not enough', async () => {
    const { code, stdout } = await run('proposals');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Action: destroy\nDigest: ${'b'.repeat(64)}\nTo approve it, give with --typed the name of the target: pricing\n`,
    );
    expect(stdout).toContain(`Digest: ${digest}\n\n`);
    expect(stdout.split('--typed')).toHaveLength(2);
  });
});

describe('sitrep approve', { timeout: 60_000 }, () => {
  it.each([
    [[], 'Read the card, then give the first 8 characters of its digest: --digest'],
    [['--digest', digest.slice(0, 7)], 'is too short'],
    [['--digest', 'deadbeef'], '“deadbeef” is not the digest of this card, which may have changed since'],
  ])('with %j approves nothing, shows the card and says why', async (given, said) => {
    const told = await approve(...given);
    expect(told).toMatchObject({ code: 1, output: expect.stringContaining(said) as string });
    expect(told.stdout).toContain(`Digest: ${digest}`);
    expect(asked).toEqual(['list']);
  });

  it('approves the card whose digest is given', async () => {
    expect(await approve('--digest', digest.slice(0, 8))).toMatchObject({ code: 0 });
    expect(asked).toEqual(['list', 'approve']);
  });
});
