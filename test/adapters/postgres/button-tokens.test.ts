import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createButtonTokens } from '../../../src/adapters/postgres/button-tokens.ts';
import type { Database, Sql } from '../../../src/adapters/postgres/sql.ts';
import { awaitingIncident } from '../../support/awaiting-incident.ts';
import { testDatabase } from '../../support/database.ts';
import { arrange } from '../../support/execution-cases.ts';

let db: Database;
let incidentId: number;
beforeAll(async () => {
  db = await testDatabase();
  incidentId = await awaitingIncident(db);
});
afterAll(() => db.close());

const HERE = { channel: 'C1', ts: '1.2' };
const UNKNOWN = 'This button is unknown here. Use the newest card in the thread.';
const ELSEWHERE = 'This button does not stand where Sitrep put it. Use the card in the thread.';

/** A proposal with its three tokens, and its messages where they are known to stand. */
async function drawn(at: { channel: string | null; ts: string | null } | null = HERE) {
  const proposal = await arrange(db, incidentId, { state: 'proposed' });
  await db.query(`update proposal set decided_by = null where id = $1`, [proposal.id]);
  const stands = (slot: string, ts: string | null) =>
    db.query(`insert into message (incident_id, slot, channel, ts) values ($1, $2, $3, $4)`, [
      incidentId,
      `${slot}:${proposal.id}`,
      at?.channel ?? null,
      ts,
    ]);
  if (at) {
    await stands('proposal', at.ts);
    await stands('outcome', '9.9');
  }
  const tokens = createButtonTokens(db);
  return { proposal, tokens, minted: await tokens.mint(proposal) };
}

describe('the tokens of a card', () => {
  it('are one for each button, cannot be guessed, and stay the same as long as the card does', async () => {
    const { proposal, tokens, minted } = await drawn();
    expect(Object.keys(minted).toSorted()).toEqual(['approve', 'reject', 'undo']);
    expect(new Set(Object.values(minted)).size).toBe(3);
    for (const token of Object.values(minted)) expect(token).toMatch(/^[\w-]{32}$/);
    expect(await tokens.mint(proposal)).toEqual(minted);
    const other = await tokens.mint({ ...proposal, digest: 'f'.repeat(64) });
    expect(Object.values(other).filter((token) => Object.values(minted).includes(token))).toEqual([]);
  });

  it('stand for the digest that they were drawn for, in their own message', async () => {
    const { proposal, tokens, minted } = await drawn();
    const question = expect.objectContaining({ digest: proposal.digest, title: proposal.title });
    for (const kind of ['approve', 'reject'] as const)
      expect(await tokens.resolve(minted[kind], HERE)).toEqual({ kind, digest: proposal.digest, question });
    expect(await tokens.resolve(minted.undo, { ...HERE, ts: '9.9' })).toMatchObject({ kind: 'undo' });
    expect(await tokens.resolve(minted.undo, HERE)).toMatchObject({ refused: ELSEWHERE });
  });

  it.each([null, { channel: 'C2', ts: '1.2' }, { channel: 'C1', ts: '1.3' }])(
    'stand for nothing at %j',
    async (standing) => {
      const { proposal, tokens, minted } = await drawn();
      expect(await tokens.resolve(minted.approve, standing)).toEqual({
        refused: ELSEWHERE,
        proposalId: proposal.id,
      });
    },
  );

  it('count anywhere before it is known where they stand', async () => {
    for (const at of [null, { channel: null, ts: null }]) {
      const { tokens, minted } = await drawn(at);
      expect(await tokens.resolve(minted.approve, null)).toMatchObject({ kind: 'approve' });
    }
    const { tokens, minted } = await drawn({ channel: 'C1', ts: null });
    expect(await tokens.resolve(minted.approve, { channel: 'C1', ts: '7' })).toMatchObject({
      kind: 'approve',
    });
    expect(await tokens.resolve(minted.approve, null)).toMatchObject({ refused: ELSEWHERE });
    const timed = await drawn({ channel: null, ts: '1.2' });
    expect(await tokens.resolve(timed.minted.approve, null)).toMatchObject({ refused: ELSEWHERE });
  });

  it.each([
    [null, 'approved'],
    ['U1', 'rejected'],
  ])('are used up, which is said: by %s', async (decidedBy, state) => {
    const { proposal, tokens, minted } = await drawn();
    await db.query(`update button_token set spent_at = now() where proposal_id = $1`, [proposal.id]);
    await db.query(`update proposal set state = $2, decided_by = $3 where id = $1`, [
      proposal.id,
      state,
      decidedBy,
    ]);
    const who = decidedBy ? ` by <@${decidedBy}>` : '';
    expect(await tokens.resolve(minted.approve, HERE)).toEqual({
      refused: `This button has been used: the proposal is already ${state}${who}.`,
      proposalId: proposal.id,
    });
  });

  it('are none that nobody drew, or whose proposal has gone at this moment', async () => {
    const { tokens } = await drawn();
    expect(await tokens.resolve('x'.repeat(32), HERE)).toEqual({ refused: UNKNOWN, proposalId: null });
    const proposalId = '00000000-0000-4000-8000-000000000000';
    const row = { kind: 'approve', digest: 'd', proposalId, spent: false, channel: null, ts: null };
    const answers = [[row]];
    const gone = { query: async () => ({ rows: answers.shift() ?? [], rowCount: 0 }) } as unknown as Sql;
    expect(await createButtonTokens(gone).resolve('t', null)).toEqual({
      refused: 'There is no such proposal any more.',
      proposalId: null,
    });
  });
});
