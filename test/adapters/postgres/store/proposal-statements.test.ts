import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createButtonTokens } from '../../../../src/adapters/postgres/button-tokens.ts';
import type { Database, Sql } from '../../../../src/adapters/postgres/sql.ts';
import type { Action } from '../../../../src/incident/action.ts';
import type { Proposal } from '../../../../src/incident/proposal.ts';
import { testDatabase } from '../../../support/database.ts';
import { advisoryLocks, executed, undoneAfter, type InStore } from '../../../support/undone-after.ts';

// What each statement does by itself, whoever asks for it; conditions of the execution are in statement-guards.test.ts.

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const spent = async (sql: Sql) => {
  const { rows } = await sql.query<{ kind: string }>(
    `select kind from button_token where spent_at is not null order by kind`,
  );
  return rows.map(({ kind }) => kind);
};

describe('a proposal', () => {
  it('is read as it was added', () =>
    undoneAfter(db, async ({ store, put }) => {
      for (const over of [{}, { inverse: null, requestedBy: 'U1', rank: 2 }]) {
        const { createdAt: _, ...added } = await put(over);
        expect(await store.proposal(added.id)).toMatchObject(added);
        expect(await store.lockProposal(added.id)).toMatchObject(added);
      }
      expect(await store.proposal(randomUUID())).toBeNull();
    }));

  it('is locked by its whole id only, and nothing is asked about anything else', () =>
    undoneAfter(db, async ({ store, sql, put }) => {
      const { id } = await put();
      const locks = `select from pg_locks where relation = 'proposal'::regclass and mode = 'RowShareLock'`;
      for (const other of [randomUUID(), 'x', '', `x${id}`, `${id}x`])
        expect(await store.lockProposal(other), other).toBeNull();
      await store.proposal(id);
      await store.lockProposal(id);
      expect((await sql.query(locks)).rowCount).toBe(1);
    }));

  it('goes only where it may, and only from where it is', () =>
    undoneAfter(db, async ({ store, put }) => {
      const { id } = await put({ state: 'verifying' });
      await expect(store.moveProposal(id, 'verifying', 'sent')).rejects.toThrow(
        'a proposal cannot go from verifying to sent',
      );
      expect(await store.moveProposal(id, 'confirmed', 'verifying')).toBe(false);
      expect(await store.moveProposal(id, 'verifying', 'succeeded')).toBe(true);
      expect((await store.proposal(id))?.state).toBe('succeeded');
    }));

  it('is approved by those who approved its bytes', () =>
    undoneAfter(db, async ({ store, put }) => {
      const { id, digest } = await put();
      expect(await store.giveApproval(id, 'U2', digest)).toEqual(['U2']);
      expect((await store.giveApproval(id, 'U1', digest)).toSorted()).toEqual(['U1', 'U2']);
      expect(await store.giveApproval(id, 'U3', '0'.repeat(64))).toEqual(['U3']);
      expect((await store.approvedBy(id)).toSorted()).toEqual(['U1', 'U2']);
    }));

  it('is decided once, which uses up the buttons that asked', () =>
    undoneAfter(db, async ({ store, sql, put }) => {
      for (const decide of [
        ({ id, digest }: Proposal) => store.consume(id, digest, 'U1'),
        ({ id }: Proposal) => store.rejectProposal(id, 'U1', 'too early'),
      ]) {
        const proposal = await put();
        await sql.query(`delete from button_token`);
        await createButtonTokens(sql).mint(proposal);
        expect(await spent(sql)).toEqual([]);
        expect(await decide(proposal)).toBe(true);
        expect(await spent(sql)).toEqual(['approve', 'reject']);
        expect(await decide(proposal)).toBe(false);
      }
    }));

  it('says who rejected it, and why', () =>
    undoneAfter(db, async ({ store, put }) => {
      const { id } = await put();
      await store.rejectProposal(id, 'U1', 'too early');
      expect(await store.proposal(id)).toMatchObject({
        state: 'rejected',
        decidedBy: 'U1',
        decisionReason: 'too early',
      });
    }));
});

it('counts what waits on an incident, and what was asked lately, of Sitrep and of people', () =>
  undoneAfter(db, async ({ store, sql, put }) => {
    const { incidentId } = await put();
    await put({ state: 'rejected' });
    await put({ requestedBy: 'U1' });
    const old = await put({ requestedBy: 'U1' });
    await sql.query(`update proposal set created_at = now() - interval '2 hours' where id = $1`, [old.id]);
    expect(await store.questions(incidentId, 'sitrep')).toEqual({ pending: 1, lastHour: 2 });
    expect(await store.questions(incidentId, 'people')).toEqual({ pending: 2, lastHour: 1 });
    expect(await store.questions(0, 'people')).toEqual({ pending: 0, lastHour: 1 });
  }));

type Begin = (at: InStore, id: string) => Promise<boolean>;
const WAYS: [string, Proposal['state'], Begin][] = [
  ['claimed', 'approved', ({ store }, id) => store.claim(id, 30)],
  ['sent', 'claimed', ({ store }, id) => store.markSent(id, 'request', 30)],
  ['sent once more', 'sent', ({ store }, id) => store.mayResend(id)],
];

/** Approved by one person, as far as it must be for what is next. */
async function ready({ store, sql, put }: InStore, state: Proposal['state'], over: Partial<Proposal> = {}) {
  const proposal = await put({ ...over, state, decidedBy: 'U1' });
  await store.giveApproval(proposal.id, 'U1', proposal.digest);
  if (state !== 'approved') await executed(sql, proposal.id);
  return proposal.id;
}

describe.each(WAYS)('what is %s', (_, state, begin) => {
  it('is it once it is approved, while the switch is held where it is', () =>
    undoneAfter(db, async (at) => {
      const id = await ready(at, state);
      expect(await advisoryLocks(at.sql)).toEqual([]);
      expect(await begin(at, id)).toBe(true);
      expect(await advisoryLocks(at.sql)).toEqual(['ShareLock']);
      expect(await begin(at, randomUUID())).toBe(false);
    }));

  it('is not where nobody approved it', () =>
    undoneAfter(db, async (at) => {
      const { id } = await at.put({ state, decidedBy: 'U1' });
      if (state !== 'approved') await executed(at.sql, id);
      expect(await begin(at, id)).toBe(false);
    }));

  it.each([
    ['lets nothing pass', null],
    ['names another order', randomUUID()],
  ])('is not while what stops from outside %s', (_name, order) =>
    undoneAfter(
      db,
      async (at) => {
        expect(await begin(at, await ready(at, state))).toBe(false);
      },
      () => ({ why: 'by a file', order }),
    ),
  );

  it('is it where what stops from outside names an order that lists it', () => {
    const order = randomUUID();
    return undoneAfter(
      db,
      async (at) => {
        const undone = await at.put({ state: 'verifying', decidedBy: 'policy' });
        await executed(at.sql, undone.id);
        await at.sql.query(`update proposal set effect_at = now() where id = $1`, [undone.id]);
        const all = { id: order, by: 'U1', why: 'x', passes: true, withinS: 60, keeps: null };
        await at.store.makeUndoOrder(all);
        if (!undone.inverse) throw new Error('nothing undoes it');
        const undo = await ready(at, state, { undoes: undone.id, action: undone.inverse });
        expect(await begin(at, undo)).toBe(true);
      },
      () => ({ why: 'by a file', order }),
    );
  });
});

describe('an execution', () => {
  it('is noted with its lease, its request and its result', () =>
    undoneAfter(db, async (at) => {
      const { store, sql } = at;
      const id = await ready(at, 'approved');
      const row = async () => {
        const { rows } = await sql.query<{ lease: number; request: string; result: string }>(
          `select extract(epoch from lease_until - now())::int as lease, request, result from execution where proposal_id = $1`,
          [id],
        );
        return rows[0];
      };
      await store.claim(id, 30);
      expect(await row()).toEqual({ lease: 30, request: null, result: null });
      await store.markSent(id, 'request', 60);
      expect(await row()).toEqual({ lease: 60, request: 'request', result: null });
      expect(await store.takeOver(id, 20)).toBe(false);
      await sql.query(`update execution set lease_until = now() - interval '1 s'`);
      expect(await store.takeOver(id, 20)).toBe(true);
      expect((await row())?.lease).toBe(20);
      await store.endExecution(id, 'done');
      expect((await row())?.result).toBe('done');
      await sql.query(`update execution set lease_until = now() - interval '1 s'`);
      expect(await store.takeOver(id, 20)).toBe(false);
    }));

  it('is due for what is approved, and consented to as long as its approval lasts', () =>
    undoneAfter(db, async (at) => {
      const { store, sql } = at;
      await at.put();
      const id = await ready(at, 'approved');
      expect(await store.approved()).toEqual([id]);
      expect(await store.isConsented(id)).toBe(true);
      await sql.query(`update proposal set expires_at = now()`);
      expect(await store.isConsented(id)).toBe(false);
    }));
});

describe('an effect', () => {
  it('has its inverse as it was read back, and is so many seconds old', () =>
    undoneAfter(db, async ({ store, sql, put }) => {
      const { id } = await put({ state: 'verifying' });
      const inverse = { tool: 'kubernetes.cordon' as const, arguments: { node: 'a' } };
      await store.setInverse(id, inverse);
      expect((await store.proposal(id))?.inverse).toEqual(inverse);
      expect(await store.secondsSinceEffect(randomUUID())).toBe(0);
      expect(await store.secondsSinceEffect(id)).toBe(0);
      await sql.query(`update proposal set effect_at = now() - interval '90 s' where id = $1`, [id]);
      expect(await store.secondsSinceEffect(id)).toBe(90);
    }));

  it('holds since somebody saw it, and has looked on', () =>
    undoneAfter(db, async ({ store, sql, put }) => {
      const { id } = await put({ state: 'verifying' });
      expect(await store.noteHolding(randomUUID(), true, 30)).toBeNull();
      expect(await store.noteHolding(id, false, 30)).toBeNull();
      expect(await store.noteHolding(id, true, 30)).toBe(0);
      await sql.query(`update proposal set healthy_since = now() - interval '40 s' where id = $1`, [id]);
      expect(await store.noteHolding(id, true, 30)).toBe(40);
      expect(await store.noteHolding(id, false, 30)).toBeNull();
    }));

  it('counts for the next one of its kind on its target', () =>
    undoneAfter(db, async ({ store, put }) => {
      const { action } = await put({ state: 'succeeded' });
      await put({ state: 'failed' });
      expect(await store.trackRecord(action)).toEqual({
        tried: 2,
        helped: 1,
        triedInPlans: 0,
        helpedInPlans: 0,
      });
      const elsewhere = { ...action.arguments, deployment: 'other' } as typeof action.arguments;
      expect(await store.trackRecord({ ...action, arguments: elsewhere } as typeof action)).toMatchObject({
        tried: 0,
        helped: 0,
      });
    }));
});

describe('what was sent', () => {
  it('is held by whoever sent it, until somebody has taken it over or it has ended', () =>
    undoneAfter(db, async ({ store, sql, put }) => {
      const { id } = await put({ state: 'sent' });
      expect(await store.holdSent(id, 30)).toBe(false);
      await sql.query(
        `insert into execution (proposal_id, sent_at, lease_until) values ($1, now(), now() + interval '30 seconds')`,
        [id],
      );
      expect(await store.holdSent(randomUUID(), 30)).toBe(false);
      expect(await store.holdSent(id, 30)).toBe(true);
      expect(await store.holdSent(id, 29)).toBe(false);
      await sql.query(`update execution set ended_at = now()`);
      expect(await store.holdSent(id, 30)).toBe(false);
    }));
});

describe('how often an action was tried', () => {
  it.each<[Action, string]>([
    [
      { tool: 'kubernetes.restart', arguments: { namespace: 'shop', deployment: 'pricing' } },
      'namespace deployment',
    ],
    [{ tool: 'kubernetes.cordon', arguments: { node: 'node-1' } }, 'node'],
    [
      { tool: 'github.disable_workflow', arguments: { repo: 'acme/shop', workflow: 'deploy.yml' } },
      'repo workflow',
    ],
    [{ tool: 'fly.scale', arguments: { app: 'shop', replicas: 3 } } as unknown as Action, 'app'],
    [{ tool: 'flag.disable', arguments: { flag: 'new', environment: 'production' } }, 'flag'],
    [
      { tool: 'http.request', arguments: { template: 'purge', parameters: {} } } as unknown as Action,
      'template',
    ],
    [{ tool: 'mcp.call', arguments: { server: 'cdn', tool: 'purge' } } as unknown as Action, 'server'],
  ])('is counted on its target alone: %j', (action, names) =>
    undoneAfter(db, async ({ store, put }) => {
      await put({ state: 'succeeded', action, inverse: null });
      const tried = async (given: object) =>
        (await store.trackRecord({ tool: action.tool, arguments: given } as Action)).tried;
      expect(await tried(action.arguments)).toBe(1);
      for (const name of names.split(' '))
        expect(await tried({ ...action.arguments, [name]: 'other' })).toBe(0);
    }),
  );

  it('leaves an inverse that is none empty in the database', () =>
    undoneAfter(db, async ({ sql, put }) => {
      const { id } = await put({ inverse: null });
      const { rowCount } = await sql.query(`select from proposal where id = $1 and inverse is null`, [id]);
      expect(rowCount).toBe(1);
    }));
});
