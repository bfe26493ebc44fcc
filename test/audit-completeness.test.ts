import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/adapters/postgres/sql.ts';
import type { AuditContent, AuditLine, EntryLine } from '../src/incident/audit-chain.ts';
import { canonicalJson } from '../src/incident/canonical.ts';
import { verifyChain } from '../src/incident/verify-chain.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { APPROVER, ONCALL, stage, type Stage } from './support/loop.ts';

// Every effect on the world has exactly one chain of entries, from what was proposed to what was measured.

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => emptyDatabase(db));
afterAll(() => db.close());

async function proposed(): Promise<{ s: Stage; id: string; digest: string }> {
  const s = await stage(db);
  await s.fire();
  await s.turn();
  const rollback = (await s.view()).proposals.find(
    (one) => one.action.tool === 'kubernetes.rollback' && one.state === 'proposed',
  );
  if (!rollback) throw new Error('nothing was proposed');
  return { s, id: rollback.id, digest: rollback.digest };
}

const approve = (s: Stage, { id, digest }: { id: string; digest: string }, person = APPROVER) =>
  s.loop.approve({ proposalId: id, digest, person });

/** The entries about a proposal as an outsider finds them in the export: kind, actor and content. */
async function trail(s: Stage, id: string) {
  const lines: AuditLine[] = await s.transaction((store) => store.auditLines(0, 1000));
  expect(await verifyChain(lines)).toMatchObject({ intact: true });
  return lines
    .filter((line): line is EntryLine => 'entry' in line && line.entry.proposal === id)
    .map(({ entry, content }) => ({
      kind: entry.kind,
      actor: entry.actor,
      data: (content as AuditContent).data as Record<string, unknown>,
    }));
}

describe('the trail of an action', () => {
  it('holds the decision, approval, request, answer, read-back and measurements under one id', async () => {
    const { s, id, digest } = await proposed();
    expect(await approve(s, { id, digest }, ONCALL)).toMatchObject({ ok: false });
    await approve(s, { id, digest });
    await s.turn();
    for (const query of s.signals.keys()) s.signals.set(query, 0);
    await s.fire({ status: 'resolved' });
    await s.pass();
    expect(s.cluster.writes).toHaveLength(1);
    const entries = await trail(s, id);
    const only = (kind: string) => {
      const found = entries.filter((entry) => entry.kind === kind);
      expect(found, kind).toHaveLength(1);
      return found[0]!;
    };
    const { action } = only('proposal.made').data as { action: { tool: string; arguments: unknown } };
    expect(only('proposal.made').data).toMatchObject({
      digest,
      rule: 'ask',
      autonomy: 'approve',
      policy: { asked: { tool: 'kubernetes.rollback', service: 'pricing' }, approvals: 1 },
    });
    expect(only('approval.refused')).toMatchObject({ actor: ONCALL, data: { digest } });
    expect(only('approval.given')).toMatchObject({ actor: APPROVER, data: { digest } });
    expect(only('action.claimed').data).toMatchObject({ digest });
    expect(only('action.sent').data).toMatchObject({
      digest,
      request: `${action.tool} ${canonicalJson(action.arguments)}`,
      target: { identity: expect.any(String), observedVersion: expect.any(String) },
    });
    expect(only('action.answered').data).toMatchObject({ answer: 'accepted' });
    expect(only('action.confirmed').data).toMatchObject({ readBack: expect.any(String) });
    const order = entries.map(({ kind }) => kind);
    const inOrder = [
      'proposal.made',
      'approval.given',
      'action.claimed',
      'action.sent',
      'action.answered',
      'action.confirmed',
    ];
    expect(order.filter((kind) => inOrder.includes(kind))).toEqual(inOrder);
  });

  it.each([
    ['refused', 'refused', 'forbidden'],
    ['lost after', 'failed', ''],
  ] as const)('keeps what a request that was %s came to', async (how, answer, text) => {
    const { s, id, digest } = await proposed();
    s.cluster.failNextWrite(how);
    await approve(s, { id, digest });
    await s.turn();
    const found = (await trail(s, id)).find(({ kind }) => kind === 'action.answered');
    expect(found?.data).toMatchObject({ answer, text: expect.stringContaining(text) });
  });

  it('ends with what was measured', async () => {
    const { s, id, digest } = await proposed();
    await approve(s, { id, digest });
    await s.turn();
    await db.query(`update proposal set effect_at = effect_at - interval '1 hour'`);
    await s.pass();
    const last = (await trail(s, id)).find(({ kind }) => kind === 'verification.ended');
    expect(last?.data).toMatchObject({
      measured: { alertsFiring: 1, signals: expect.any(Array), secondsSinceEffect: expect.any(Number) },
    });
  });
});

describe('without a record', () => {
  it.each(['approval.given', 'action.claimed', 'action.sent'])(
    'of %s nothing is sent, and afterwards it is sent once',
    async (kind) => {
      const { s, id, digest } = await proposed();
      await db.query(
        `create function no_audit() returns trigger language plpgsql as $$ begin
           if exists (select from journal where seq = new.journal_seq and kind = '${kind}') then raise exception 'disk full'; end if;
           return new; end $$`,
      );
      await db.query(
        `create trigger no_audit before insert on audit for each row execute function no_audit()`,
      );
      const act = async () => {
        await approve(s, { id, digest });
        await s.turn();
      };
      await expect(act()).rejects.toThrow('disk full');
      expect(s.cluster.writes).toEqual([]);
      expect((await trail(s, id)).map((entry) => entry.kind)).not.toContain(kind);
      await db.query(`drop function no_audit cascade`);
      await approve(s, { id, digest });
      await s.loop.run({ kind: 'proposal', id });
      await s.turn();
      expect(s.cluster.writes).toHaveLength(1);
    },
  );
});
