import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { renderSlot } from '../../src/adapters/slack/render/slots.ts';
import { consentDigest } from '../../src/incident/proposal.ts';
import { problemsOf, readable } from '../support/blocks.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { APPROVER, stage, type Stage } from '../support/loop.ts';
import { aPolicy } from '../support/policy.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

async function begin() {
  const s = await stage(db);
  await s.fire();
  await s.turn();
  return { s, old: (await rollbacks(s))[0] as Awaited<ReturnType<typeof rollbacks>>[number] };
}

/** The newest first. */
async function rollbacks(s: Stage) {
  return (await s.view()).proposals.filter((one) => one.action.tool === 'kubernetes.rollback');
}

/** What a message of the thread shows. */
async function shown(s: Stage, slot: `proposal:${string}` | `outcome:${string}`): Promise<string> {
  const rendered = renderSlot(await s.view(), slot, true);
  if (!rendered) throw new Error(`${slot} shows nothing`);
  expect(problemsOf(rendered)).toEqual([]);
  return readable(rendered.blocks);
}

/** Which messages want to be shown anew. */
async function wanted(): Promise<Map<string, number>> {
  const { rows } = await db.query<{ slot: string; wanted: number }>(`select slot, wanted from message`);
  return new Map(rows.map((row) => [row.slot, row.wanted]));
}

describe('a fresh proposal after a stale refusal', () => {
  it('says whose place it takes and what differs, and the old card and its outcome name it', async () => {
    const { s, old } = await begin();
    await s.loop.approve({ proposalId: old.id, digest: old.digest, person: APPROVER });
    s.cluster.changeByOthers('shop/pricing:hotfix');
    const before = await wanted();
    await s.turn();
    const [fresh] = await rollbacks(s);
    if (!fresh || fresh.id === old.id) throw new Error('nothing was proposed afresh');

    const card = await shown(s, `proposal:${fresh.id}`);
    expect(card).toMatch(/Takes the place of “Roll pricing back[^”]*”: stale: deployment shop\/pricing/);
    expect(card).toMatch(/What differs:.*Observed at: was generation 3.*, is now generation 4/s);
    expect(card).toMatch(/Dry run: was .*shop\/pricing:bad.*, is now .*shop\/pricing:hotfix/);
    expect(card).not.toContain('Target: was');
    const name = new RegExp(`n its place: “${fresh.title.slice(0, 20)}.*, proposed 20`);
    expect(await shown(s, `proposal:${old.id}`)).toMatch(name);
    expect(await shown(s, `outcome:${old.id}`)).toMatch(name);
    // Both are drawn anew for it: once for the refusal and once for what takes its place.
    const after = await wanted();
    expect(after.get(`proposal:${old.id}`)).toBeGreaterThanOrEqual(
      (before.get(`proposal:${old.id}`) ?? 0) + 2,
    );
    expect(after.get(`outcome:${old.id}`)).toBe(2);
  });

  it('says that the policy has changed, which has no line of its own', async () => {
    const { s, old } = await begin();
    await s.loop.approve({ proposalId: old.id, digest: old.digest, person: APPROVER });
    const later = await stage(db, {
      policy: aPolicy([{ name: 'ask' }], { version: 'p2' }),
      cluster: s.cluster,
    });
    await later.loop.run({ kind: 'execute', id: old.id });
    await later.turn();
    const [fresh] = await rollbacks(later);
    expect(await shown(later, `proposal:${fresh?.id}`)).toContain('The policy has changed');
  });
});

it('a card that fits no more gives way to a fresh one, whoever may approve having tried', async () => {
  const { s, old } = await begin();
  const { shown: _, ...earlier } = old.consent;
  const consent = { ...earlier, card: earlier.card.slice(0, -1) };
  const digest = consentDigest(consent);
  await db.query(`update proposal set consent = $2, digest = $3 where id = $1`, [
    old.id,
    JSON.stringify(consent),
    digest,
  ]);
  expect(await s.loop.approve({ proposalId: old.id, digest, person: APPROVER })).toMatchObject({
    ok: false,
    text: expect.stringContaining('It is withdrawn') as string,
  });
  await s.turn();
  const [fresh] = await rollbacks(s);
  expect(fresh?.state).toBe('proposed');
  expect(fresh?.id).not.toBe(old.id);
  expect(await shown(s, `proposal:${fresh?.id}`)).toContain('made by an earlier version of Sitrep');
});

it('a proposal that newer findings withdraw while it waits is named by the one that takes its place', async () => {
  const { s, old } = await begin();
  s.cluster.changeByOthers('shop/pricing:hotfix');
  await db.query(`update incident set state = 'open'`);
  await s.loop.run({ kind: 'incident', id: 1 });
  await s.turn();
  const [fresh] = await rollbacks(s);
  expect(fresh?.id).not.toBe(old.id);
  expect(await shown(s, `proposal:${old.id}`)).toContain('newer findings replaced it · in its place: “');
  expect((await wanted()).has(`outcome:${old.id}`)).toBe(false);
});

it('a proposal that takes no place says nothing of the kind', async () => {
  const { s, old } = await begin();
  expect(await shown(s, `proposal:${old.id}`)).not.toContain('Takes the place');
});
