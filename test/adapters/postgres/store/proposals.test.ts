import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import type { Proposal } from '../../../../src/incident/proposal.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';
import { APPROVER, ONCALL, stage, type Stage } from '../../../support/loop.ts';

// The stages check everything first and say why; these statements decide, whatever was checked before.

let db: Database;
let s: Stage;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

async function proposed(over: Parameters<typeof stage>[1] = {}): Promise<Proposal> {
  s = await stage(db, over);
  await s.fire();
  await s.turn();
  const [proposal] = (await s.view()).proposals;
  if (!proposal) throw new Error('nothing is proposed');
  return proposal;
}

async function approved(over: Parameters<typeof stage>[1] = {}): Promise<Proposal> {
  const proposal = await proposed(over);
  await s.transaction(async (store) => {
    await store.giveApproval(proposal.id, APPROVER, proposal.digest);
    await store.consume(proposal.id, proposal.digest, APPROVER);
  });
  return proposal;
}

const tryTo = (work: (store: Parameters<Parameters<Stage['transaction']>[0]>[0]) => Promise<boolean>) =>
  s.transaction(work);
const expire = (id: string) =>
  db.query(`update proposal set expires_at = now() - interval '1 second' where id = $1`, [id]);

describe('a consent', () => {
  it('is consumed once', async () => {
    const { id, digest } = await proposed();
    expect(await tryTo((store) => store.consume(id, digest, APPROVER))).toBe(true);
    expect(await tryTo((store) => store.consume(id, digest, ONCALL))).toBe(false);
  });

  it('is not consumed for other bytes, or late', async () => {
    const { id, digest } = await proposed();
    expect(await tryTo((store) => store.consume(id, '0'.repeat(64), APPROVER))).toBe(false);
    await expire(id);
    expect(await tryTo((store) => store.consume(id, digest, APPROVER))).toBe(false);
  });

  it('cannot be taken back by a rejection', async () => {
    const { id } = await approved();
    expect(await tryTo((store) => store.rejectProposal(id, ONCALL, 'no'))).toBe(false);
  });
});

describe('an execution', () => {
  const claim = (id: string) => tryTo((store) => store.claim(id, 30));
  const markSent = (id: string) => tryTo((store) => store.markSent(id, 'request', 30));

  it('begins once, and only after the approval', async () => {
    const { id, digest } = await proposed();
    expect(await claim(id)).toBe(false);
    expect(await markSent(id)).toBe(false);
    await s.transaction((store) => store.giveApproval(id, APPROVER, digest));
    await tryTo((store) => store.consume(id, digest, APPROVER));
    expect([await claim(id), await claim(id)]).toEqual([true, false]);
    expect([await markSent(id), await markSent(id)]).toEqual([true, false]);
  });

  it('does not begin while the switch in the database says stop', async () => {
    const { id } = await approved();
    await s.loop.stop({ person: ONCALL, why: 'no' });
    expect(await claim(id)).toBe(false);
    await s.loop.resume({ person: APPROVER });
    expect(await claim(id)).toBe(true);
    await s.loop.stop({ person: ONCALL, why: 'no' });
    expect(await markSent(id)).toBe(false);
  });

  it('does not begin while something outside the database says stop', async () => {
    let stopped = true;
    const { id } = await approved({
      outsideStop: () => (stopped ? { why: 'SITREP_STOP=1', order: null } : null),
    });
    expect(await claim(id)).toBe(false);
    stopped = false;
    expect(await claim(id)).toBe(true);
    stopped = true;
    expect(await markSent(id)).toBe(false);
  });

  it('does not begin without the approval of these bytes, or after they have expired', async () => {
    const { id } = await approved();
    const rename = (digest: string) => db.query(`update approval set digest = $1`, [digest]);
    const { rows } = await db.query<{ digest: string }>(`select digest from approval`);
    await rename('0'.repeat(64));
    expect(await claim(id)).toBe(false);
    await rename(rows[0]?.digest ?? '');
    expect(await claim(id)).toBe(true);
    await expire(id);
    expect(await markSent(id)).toBe(false);
  });

  it('is taken over only when its lease has ended', async () => {
    const { id } = await approved();
    await claim(id);
    expect(await tryTo((store) => store.takeOver(id, 30))).toBe(false);
    await db.query(`update execution set lease_until = now() - interval '1 second'`);
    expect(await tryTo((store) => store.takeOver(id, 30))).toBe(true);
    await s.transaction((store) => store.endExecution(id, 'done'));
    await db.query(`update execution set lease_until = now() - interval '1 second'`);
    expect(await tryTo((store) => store.takeOver(id, 30))).toBe(false);
  });

  it('belongs to the one who sent it until it is taken over or has ended', async () => {
    const { id } = await approved();
    await claim(id);
    await markSent(id);
    const isHeld = () => tryTo((store) => store.holdSent(id, 30));
    expect(await isHeld()).toBe(true);
    await db.query(`update execution set lease_until = now() - interval '1 second'`);
    expect(await isHeld()).toBe(true);
    expect(await tryTo((store) => store.takeOver(id, 30))).toBe(true);
    expect(await isHeld()).toBe(false);
    await db.query(`update execution set lease_until = sent_at, ended_at = now()`);
    expect(await isHeld()).toBe(false);
  });
});
