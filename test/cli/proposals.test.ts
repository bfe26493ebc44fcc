import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProposal } from '../support/incident-view.ts';
import { freshHome, runCli } from '../support/bot.ts';

const { id, incidentId, title, digest, consent } = aProposal();
const waiting = [{ id, incidentId, title, card: consent.card.join('\n'), digest, typeThis: null }];

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

function approve(...given: string[]) {
  const { port } = server.address() as AddressInfo;
  return runCli(['approve', id, '--as', 'approver', ...given], freshHome(), {
    SITREP_KEY: 'k'.repeat(43),
    PORT: String(port),
  });
}

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
