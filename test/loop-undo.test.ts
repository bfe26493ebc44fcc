import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderSlot } from '../src/adapters/slack/render/slots.ts';
import type { Database } from '../src/adapters/postgres/sql.ts';
import { readable } from './support/blocks.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { APPROVER, ONCALL, stage, type Stage } from './support/loop.ts';
import { aPolicy } from './support/policy.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const WITH_UNDO = aPolicy([{ name: 'with undo', undo: 'auto' }]);

async function approveRollback(s: Stage): Promise<string> {
  const { proposals } = await s.view();
  const found = proposals.find(
    (one) => one.action.tool === 'kubernetes.rollback' && one.undoes === null && one.state === 'proposed',
  );
  if (!found) throw new Error('no rollback is proposed');
  await s.loop.approve({ proposalId: found.id, digest: found.digest, person: APPROVER });
  await s.turn();
  return found.id;
}

/** A rollback that was carried out, and whose check ends now without it having helped. */
async function fails(s: Stage, before: () => unknown = () => {}) {
  const id = await approveRollback(s);
  expect(s.cluster.running()).toBe('shop/pricing:good');
  await before();
  await db.query(`update proposal set effect_at = now() - interval '1 hour' where id = $1`, [id]);
  await s.pass();
  const { proposals } = await s.view();
  return { id, undo: proposals.find((one) => one.undoes === id) };
}

async function begun(policy = WITH_UNDO): Promise<Stage> {
  const s = await stage(db, { policy });
  await s.fire();
  await s.turn();
  return s;
}

describe('an action that did not help', () => {
  it('is undone by itself where it was approved with that, which its card says', async () => {
    const s = await begun();
    const { id } = await fails(s);
    await s.pass();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
    const { proposals } = await s.view();
    const undone = proposals.find((one) => one.id === id);
    expect(undone?.state).toBe('reverted');
    expect(undone?.consent.card.join('\n')).toMatch(/^Undo: .*by itself if it does not help$/m);
    expect(proposals.find((one) => one.undoes === id)?.decidedBy).toBe('consent');
  });

  it('is undone only after a warning that its undo brings the suspect back, which comes before all else', async () => {
    const s = await begun(aPolicy([{ name: 'ask' }]));
    const { id } = await fails(s);
    const view = await s.view();
    const undo = view.proposals.find((one) => one.undoes === id);
    const warning =
      'Careful: this puts revision 3 back, which was rolled back because it was suspected of this incident: deployment pricing';
    expect(undo?.consent.card[0]).toBe(warning);
    const [heading, caution] = renderSlot(view, `proposal:${undo?.id}`, false)?.blocks ?? [];
    expect(readable([heading])).toContain('Undo: ');
    expect(readable([caution])).toContain(warning);
  });

  it('is only offered to be undone where the approval does not say so', async () => {
    const s = await begun(aPolicy([{ name: 'ask' }]));
    expect((await fails(s)).undo?.state).toBe('proposed');
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });

  it.each([
    ['somebody has changed its target since', (s: Stage) => s.cluster.changeByOthers('shop/pricing:hotfix')],
    ['all actions are stopped', (s: Stage) => s.loop.stop({ person: ONCALL, why: 'now' })],
  ])('is not undone by itself where %s', async (_, before) => {
    const s = await begun();
    const { undo } = await fails(s, () => before(s));
    const runs = s.cluster.running();
    await s.pass();
    expect(s.cluster.running()).toBe(runs);
    expect(runs).not.toBe('shop/pricing:bad');
    expect(undo?.state ?? 'proposed').toBe('proposed');
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'proposal.withheld', why: expect.stringContaining('people decide') }),
    );
  });

  it('is undone by itself once within the hour, and then by people', async () => {
    const s = await begun();
    const { undo } = await fails(s, async () => {
      const copy = (undoes: string | null) =>
        db.query<{ id: string }>(
          `insert into proposal select (jsonb_populate_record(p, jsonb_build_object(
               'id', gen_random_uuid(), 'state', 'reverted', 'undoes', $1::text))).*
             from proposal p where state = 'verifying' returning id`,
          [undoes],
        );
      const before = (await copy(null)).rows[0]?.id ?? '';
      const undone = (await copy(before)).rows[0]?.id;
      await db.query(`insert into execution (proposal_id, lease_until) values ($1, now())`, [undone]);
    });
    await s.pass();
    expect(undo?.state).toBe('proposed');
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });

  it('is not undone for what only the database calls its inverse', async () => {
    const s = await begun();
    const id = await approveRollback(s);
    await db.query(
      `update proposal set consent = jsonb_set(consent, '{undoIfFailed,arguments,revision}', '1'),
                           inverse = jsonb_set(inverse, '{arguments,revision}', '1'),
                           effect_at = now() - interval '1 hour' where id = $1`,
      [id],
    );
    await s.pass();
    expect(s.cluster.writes).toHaveLength(1);
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });
});
