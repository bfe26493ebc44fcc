import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/adapters/postgres/sql.ts';
import type { OutsideStop } from '../src/incident/stop.ts';
import type { Proposal } from '../src/incident/proposal.ts';
import { removeStopFile, stopOutside, writeStopFile } from '../src/main/stop-file.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { APPROVER, ASK, ONCALL, PEOPLE, SECOND, stage, type Stage } from './support/loop.ts';
import { planStage } from './support/plan-stage.ts';
import { aPolicy } from './support/policy.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

type Over = NonNullable<Parameters<typeof stage>[1]>;

/** A rollback that was carried out and whose check still runs. */
async function underWay(over: Over = {}): Promise<{ s: Stage; id: string }> {
  const s = await stage(db, over);
  await s.fire();
  await s.turn();
  const rollback = (await s.view()).proposals.find((one) => one.action.tool === 'kubernetes.rollback');
  if (!rollback) throw new Error('no rollback is proposed');
  await approve(s, rollback);
  await s.turn();
  expect(s.cluster.running()).toBe('shop/pricing:good');
  expect((await read(s, rollback.id)).state).toBe('verifying');
  return { s, id: rollback.id };
}

const approve = (
  s: Pick<Stage, 'loop'>,
  { id, digest }: Pick<Proposal, 'id' | 'digest'>,
  person = APPROVER,
) => s.loop.approve({ proposalId: id, digest, person });

async function read(s: Stage, id: string): Promise<Proposal> {
  const found = await s.transaction((store) => store.proposal(id));
  if (!found) throw new Error(`no proposal ${id}`);
  return found;
}

async function undoOf(s: Stage, id: string): Promise<Proposal> {
  const found = (await s.view()).proposals.findLast((one) => one.undoes === id);
  if (!found) throw new Error('its undo is not proposed');
  return found;
}

async function stopped(s: Stage, undoLastS: number | null = null, person = ONCALL): Promise<string> {
  const { text } = await s.loop.stop({ person, why: 'too risky', undoLastS });
  await s.turn();
  return text;
}

describe('a stop that says nothing of undoing', () => {
  it('offers to undo what is under way, and lets nothing pass', async () => {
    const { s, id } = await underWay();
    expect(await stopped(s)).toMatch(/Begun already: “.*” \(INC-1\).*“\/sitrep stop undo”/);
    const undo = await undoOf(s, id);
    expect(undo).toMatchObject({ state: 'proposed', requestedBy: ONCALL });
    expect(await approve(s, undo)).toMatchObject({
      ok: false,
      text: expect.stringContaining('/sitrep stop undo'),
    });
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });

  it('holds although nobody can find out what to say of it', async () => {
    const { s } = await underWay();
    const wrapStore: Over['wrapStore'] = (store) => ({
      ...store,
      view: () => Promise.reject(new Error('it cannot be read')),
    });
    const { loop } = await stage(db, { cluster: s.cluster, wrapStore });
    expect(await loop.stop({ person: ONCALL, why: 'too risky' })).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^All actions are stopped: .*could not be looked up now/) as string,
    });
    expect(await s.transaction((store) => store.stopped())).toMatchObject({ why: 'too risky' });
  });

  it('speaks of nothing else where nothing is under way', async () => {
    const s = await stage(db);
    expect(await stopped(s)).toBe(
      'All actions are stopped: nothing that has not begun will begin. “/sitrep resume” allows actions again.',
    );
  });

  it('takes back that something may pass', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await approve(s, undo);
    await s.loop.stop({ person: SECOND, why: 'not that either' });
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:good');
    expect((await read(s, undo.id)).state).toBe('superseded');
  });
});

describe('a stop that says undo', () => {
  it('lets the undo of what is under way be approved and run, and the action counts as reverted', async () => {
    const { s, id } = await underWay();
    expect(await stopped(s, 0)).toMatch(/Except undoing “.*” \(INC-1\)/);
    const undo = await undoOf(s, id);
    expect(await approve(s, undo)).toMatchObject({ ok: true });
    await s.turn();
    await s.fire({ status: 'resolved' });
    await s.pass();
    await s.pass();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
    expect((await read(s, undo.id)).state).toBe('succeeded');
    expect((await read(s, id)).state).toBe('reverted');
    const { rows } = await db.query(`select outcome from proposal where id = $1`, [id]);
    expect(rows).toEqual([{ outcome: null }]);
    expect((await s.view()).journal.filter((one) => one.kind === 'verification.ended')).toHaveLength(1);
  });

  it('teaches nothing of whether what it undid helps, not even where that had been verified', async () => {
    const { s, id } = await underWay();
    const { action, service } = await read(s, id);
    const told = () =>
      s.transaction(async (store) => {
        const { failures } = await store.actionRecord(action.tool, service, null);
        const { tried, helped } = await store.trackRecord(action);
        return { tried, helped, failures: failures?.inARow ?? 0 };
      });
    await stopped(s, 0);
    await db.query(`update proposal set state = 'reverted' where id = $1`, [id]);
    expect(await told()).toEqual({ tried: 0, helped: 0, failures: 0 });
    await db.query(`update proposal set outcome = 'succeeded' where id = $1`, [id]);
    expect(await told()).toEqual({ tried: 0, helped: 0, failures: 0 });
    await db.query(`update proposal set outcome = 'failed' where id = $1`, [id]);
    expect(await told()).toEqual({ tried: 1, helped: 0, failures: 1 });
    // People who undo what was called a success say that it was none.
    await db.query(`update proposal set outcome = 'succeeded' where id = $1`, [id]);
    await db.query(`delete from undo_order_item where undoes = $1`, [id]);
    expect(await told()).toEqual({ tried: 1, helped: 0, failures: 1 });
  });

  it('covers what the stop before it has offered', async () => {
    const { s, id } = await underWay();
    await stopped(s);
    // Its check ends meanwhile, so it is not under way any more.
    await db.query(`update proposal set effect_at = now() - interval '1 hour' where id = $1`, [id]);
    await s.pass();
    expect((await read(s, id)).state).toBe('failed');
    await stopped(s, 0, SECOND);
    await approve(s, await undoOf(s, id));
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
  });

  it('lets nothing else pass: neither what was approved before, nor another undo', async () => {
    const { s, id } = await underWay();
    const other = { ...(await read(s, id)), id: randomUUID() };
    await s.transaction((store) => store.addProposal(other));
    await approve(s, other);
    await stopped(s, 0);
    expect((await read(s, other.id)).state).toBe('superseded');
    const writes = s.cluster.writes.length;
    const forged = { ...other, id: randomUUID(), undoes: other.id };
    await s.transaction((store) => store.addProposal(forged));
    expect(await approve(s, forged)).toMatchObject({ ok: false });
    expect(s.cluster.writes).toHaveLength(writes);
  });

  it.each([
    ['the one who asked for it', ONCALL, /You asked/],
    ['somebody who may not approve', 'U0STRANGER', /not listed/],
  ])('makes no write without an approval, nor by %s', async (_, person, why) => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await s.loop.run({ kind: 'proposal', id: undo.id });
    expect(await approve(s, undo, person)).toMatchObject({ ok: false, text: expect.stringMatching(why) });
    expect(s.cluster.running()).toBe('shop/pricing:good');
  });

  it('lets nothing run that only the policy, or the approval of the action itself, would allow', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    for (const by of ['policy', 'consent']) {
      await db.query(
        `update proposal set state = 'approved', policy_effect = 'auto', decided_by = $2 where id = $1`,
        [undo.id, by],
      );
      expect(await s.transaction((store) => store.claim(undo.id, 30))).toBe(false);
    }
  });

  it('lets exactly the frozen inverse pass', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await approve(s, undo);
    const set = (action: object) =>
      db.query(`update proposal set action = $2 where id = $1`, [undo.id, JSON.stringify(action)]);
    const claim = () => s.transaction((store) => store.claim(undo.id, 30));
    await set({ ...undo.action, arguments: { ...undo.action.arguments, revision: 1 } });
    expect(await claim()).toBe(false);
    await set(undo.action);
    expect(await claim()).toBe(true);
    await set({ ...undo.action, arguments: { ...undo.action.arguments, revision: 1 } });
    expect(await s.transaction((store) => store.markSent(undo.id, 'r', 30))).toBe(false);
  });

  it('is only a stop where somebody says it who is not listed', async () => {
    const { s, id } = await underWay();
    expect(await stopped(s, 0, 'U0STRANGER')).toContain('You are not listed');
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: false });
  });

  it('ends with the stop: what it offered is then approved like everything else', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    await s.loop.resume({ person: APPROVER });
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
  });

  it('tells the only one who may approve that somebody else must say it', async () => {
    const { s, id } = await underWay({ people: PEOPLE.filter((one) => one.slackId !== SECOND) });
    expect(await stopped(s, 0, APPROVER)).toContain(
      'let somebody else who is listed say “/sitrep stop undo”',
    );
    expect((await s.view()).proposals.some((one) => one.undoes === id)).toBe(false);
    expect(await stopped(s, 0)).not.toContain('let somebody else');
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
  });
});

describe('what whoever stops is told of each undo', () => {
  const alone = { people: PEOPLE.filter((one) => one.slackId !== SECOND) };

  it('is that no card comes, where nobody else may approve it', async () => {
    const { s, id } = await underWay(alone);
    const said = await stopped(s, null, APPROVER);
    expect(said).toMatch(/Begun already: “.*” \(INC-1\)\. But no card comes, for nobody else/);
    expect(said).not.toContain('is offered');
    expect((await s.view()).proposals.some((one) => one.undoes === id)).toBe(false);
  });

  it('is that its card waits already, where somebody else has asked for it before', async () => {
    const { s, id } = await underWay(alone);
    await stopped(s);
    const said = await stopped(s, 900, APPROVER);
    expect(said).toMatch(
      /The card for undoing “.*” \(INC-1\) waits in its thread already: it runs once it is approved there, and you may approve it\./,
    );
    expect(said).not.toMatch(/nobody else|other than you/);
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
    expect(await stopped(s, 0)).toMatch(/Undoing “.*” \(INC-1\) was approved before and goes on\./);
  });

  it('is that another must approve what they asked for themselves', async () => {
    const { s } = await underWay();
    await stopped(s);
    expect(await stopped(s)).toContain('waits already and cannot be approved while all is stopped');
    expect(await stopped(s, 0)).toContain('by people other than whoever asked for it');
  });

  it('is that it is not put back, where it would bring back what was found guilty', async () => {
    const { s, id } = await underWay();
    const inverse = (await read(s, id)).inverse;
    if (inverse?.tool !== 'kubernetes.rollback') throw new Error('it has no inverse');
    const { namespace, deployment, revision } = inverse.arguments;
    const blamed = [{ namespace, deployment, revision, template: null, sha: null }];
    const wrapStore: Over['wrapStore'] = (store) =>
      Object.assign(Object.create(store) as typeof store, { blamed: async () => blamed });
    const found = await stage(db, { cluster: s.cluster, wrapStore });
    for (const undoLastS of [0, null]) {
      const said = await stopped(found, undoLastS);
      expect(said).toMatch(/“.*” \(INC-1\) is not undone: Revision \d+ of pricing was found guilty/);
      expect(said).not.toMatch(/Except|gets a card|Begun already|is offered|Nothing to undo/);
    }
    expect((await s.view()).proposals.some((one) => one.undoes === id)).toBe(false);
  });
});

describe('the reason of a stop', () => {
  const reason = async (s: Stage) => (await s.transaction((store) => store.stopped()))?.why;

  it('stays where a second one gives none, and not where it gives another', async () => {
    const s = await stage(db);
    await s.loop.stop({ person: ONCALL, why: 'too risky' });
    await s.loop.stop({ person: SECOND, why: '', undoLastS: 900 });
    expect(await reason(s)).toBe('too risky');
    await s.loop.stop({ person: SECOND, why: 'even worse' });
    expect(await reason(s)).toBe('even worse');
  });

  it('is missing where none was ever given, or all was allowed meanwhile', async () => {
    const s = await stage(db);
    await s.loop.stop({ person: ONCALL, why: 'too risky' });
    await s.loop.resume({ person: APPROVER });
    await s.loop.stop({ person: ONCALL, why: '' });
    expect(await reason(s)).toBe('no reason given');
  });
});

describe('an order that is not carried out yet', () => {
  it('is not made twice where it is asked for again with the same id, and that is said', async () => {
    const { s, id } = await underWay();
    const asked = { person: ONCALL, why: 'too risky', undoLastS: 0, order: randomUUID() };
    expect((await s.loop.stop(asked)).text).toMatch(/Except undoing “/);
    expect(await s.loop.stop({ ...asked, person: SECOND })).toMatchObject({
      ok: true,
      text: expect.stringContaining('stopped already by this very order') as string,
    });
    await s.turn();
    const undo = await undoOf(s, id);
    expect(undo.requestedBy).toBe(ONCALL);
    expect(await approve(s, undo)).toMatchObject({ ok: true });
    const stops = await db.query(`select from journal where kind = 'switch.stopped'`);
    expect(stops.rowCount).toBe(1);
  });

  it('goes on under the order of a second stop, where its undo is approved and not sent', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
    await s.loop.stop({ person: SECOND, why: 'still too risky', undoLastS: 0 });
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
    expect((await s.view()).proposals.filter((one) => one.undoes === id)).toHaveLength(1);
  });

  it('ends with a second stop that lets nothing pass', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
    await s.loop.stop({ person: SECOND, why: 'nothing at all' });
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:good');
    expect((await s.view()).proposals.filter((one) => one.undoes === id).map(({ state }) => state)).toContain(
      'superseded',
    );
  });

  it('is not offered any more after “resume”, and what is approved by then is carried out', async () => {
    const { s, id } = await underWay();
    await s.loop.stop({ person: ONCALL, why: 'too risky', undoLastS: 0 });
    await s.loop.resume({ person: APPROVER });
    await s.turn();
    expect((await s.view()).proposals.some((one) => one.undoes === id)).toBe(false);
    await stopped(s, 0);
    await approve(s, await undoOf(s, id));
    await s.loop.resume({ person: APPROVER });
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
  });

  it('is offered once, whole, by whoever comes after a process that died while it offered it', async () => {
    let isDying = false;
    const wrapStore: Over['wrapStore'] = (store) =>
      Object.assign(Object.create(store) as typeof store, {
        noteUndo: async (...args: Parameters<typeof store.noteUndo>) => {
          if (isDying) throw new Error('killed');
          return store.noteUndo(...args);
        },
      });
    const { s, id } = await underWay({ wrapStore });
    const order = randomUUID();
    isDying = true;
    await s.loop.stop({ person: ONCALL, why: 'too risky', undoLastS: 0, order });
    await expect(s.turn()).rejects.toThrow('killed');
    expect((await s.view()).proposals.some((one) => one.undoes === id)).toBe(false);
    isDying = false;
    for (const _ of ['first', 'again']) {
      await s.loop.run({ kind: 'undo', id: order });
      await s.turn();
    }
    expect((await s.view()).proposals.filter((one) => one.undoes === id)).toMatchObject([
      { state: 'proposed', requestedBy: ONCALL },
    ]);
    expect(await approve(s, await undoOf(s, id))).toMatchObject({ ok: true });
  });
});

describe('what is on its way when everything is stopped', () => {
  it('is offered to be undone when it has been read back, and not before', async () => {
    const { s, id } = await underWay();
    await db.query(`update proposal set state = 'sent' where id = $1`, [id]);
    await db.query(`update execution set lease_until = now() + interval '1 hour', ended_at = null`);
    expect(await stopped(s, 0)).toContain('when it has been read back');
    await s.pass();
    expect((await s.view()).proposals.filter((one) => one.undoes === id)).toEqual([]);
    await db.query(`update execution set lease_until = now() - interval '1 second'`);
    await s.loop.run({ kind: 'execute', id });
    await s.pass();
    await approve(s, await undoOf(s, id));
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
  });

  it('is tried again where its undo cannot be prepared yet, which is said once', async () => {
    const { s, id } = await underWay();
    const away = await stage(db, {
      cluster: { ...s.cluster, deployment: () => Promise.reject(new Error('the cluster is away')) },
    });
    await away.loop.stop({ person: ONCALL, why: 'too risky', undoLastS: 0 });
    await away.turn();
    await away.pass();
    const said = (await s.view()).journal.filter((one) => one.kind === 'proposal.withheld');
    expect(said.map((one) => one.title)).toEqual([expect.stringMatching(/^Undo: /)]);
    const { rows } = await db.query<{ id: string }>(`select id from undo_order`);
    await s.loop.run({ kind: 'undo', id: rows[0]?.id ?? '' });
    expect((await undoOf(s, id)).state).toBe('proposed');
  });

  it('is judged no more while it is being undone, and is inconclusive where that fails', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await approve(s, undo);
    await s.turn();
    await db.query(`update proposal set effect_at = now() - interval '1 hour' where id = $1`, [id]);
    const check = async (itsUndo: string) => {
      await db.query(`update proposal set state = case id when $1 then 'verifying' else $2 end`, [
        id,
        itsUndo,
      ]);
      await s.loop.run({ kind: 'proposal', id });
      return (await read(s, id)).state;
    };
    expect(await check('proposed')).toBe('failed');
    for (const going of ['sent', 'confirmed', 'verifying', 'succeeded'])
      expect(await check(going)).toBe('verifying');
    for (const over of ['failed', 'inconclusive', 'unknown']) expect(await check(over)).toBe('inconclusive');
  });
});

describe('a plan under way', () => {
  it.each([3, 1])('is offered to be undone as far as it has come, %i at once', async (atOnce) => {
    const s = await planStage(db, { policy: { ...ASK, limits: { ...ASK.limits, atOnce } } });
    s.of('pricing').unsettle();
    await s.approve();
    for (let round = 0; round < 4; round++) await s.pass();
    expect(await s.states()).toEqual(['succeeded', 'verifying', 'approved']);
    const { text } = await s.loop.stop({ person: ONCALL, why: 'too risky', undoLastS: 0 });
    await s.turn();
    expect(text).toMatch(/Except undoing “.*” \(INC-1\) and “.*” \(INC-1\)\./);
    const [first, second] = await s.steps();
    const undos = (await s.view()).proposals.filter((one) => one.undoes !== null);
    expect(new Set(undos.map((one) => one.undoes))).toEqual(new Set([first?.id, second?.id]));
    for (const undo of undos) expect(await approve(s, undo)).toMatchObject({ ok: true });
    for (let round = 0; round < 4; round++) await s.pass();
    expect(s.written).toEqual(['catalog', 'pricing', expect.anything(), expect.anything()]);
  });
});

describe('what ran by itself', () => {
  const ranByItself = async (minutesAgo: number) => {
    const { s, id } = await underWay();
    await db.query(
      `update proposal set state = 'inconclusive', decided_by = 'policy', effect_at = now() - make_interval(mins => $2) where id = $1`,
      [id, minutesAgo],
    );
    return { s, id };
  };

  it('is undone on request as far back as was said', async () => {
    const { s, id } = await ranByItself(14);
    expect(await stopped(s, 0)).toContain('Nothing to undo: no action is under way.');
    expect(await stopped(s, 13 * 60)).toContain('in the last 13 minutes');
    await stopped(s, 15 * 60);
    await approve(s, await undoOf(s, id));
    await s.turn();
    expect(s.cluster.running()).toBe('shop/pricing:bad');
  });

  it('is named where it cannot be taken back', async () => {
    const { s, id } = await ranByItself(1);
    await db.query(`update proposal set inverse = null where id = $1`, [id]);
    expect(await stopped(s, 900)).toMatch(/Cannot be taken back: “/);
    expect((await s.view()).proposals.filter((one) => one.undoes === id)).toEqual([]);
  });
});

describe('the undo of an undo', () => {
  it('is never offered by a stop', async () => {
    const { s, id } = await underWay();
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await approve(s, undo);
    await s.turn();
    expect(await stopped(s, 900)).not.toContain('Undo: ');
    await s.pass();
    expect((await s.view()).proposals.filter((one) => one.undoes === undo.id)).toEqual([]);
  });
});

describe('a stop from outside', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'sitrep-stop-'));
  });
  afterEach(() => removeStopFile(home));
  afterAll(() => rmSync(home, { recursive: true }));

  it('lets the undo pass whose order it names as well, and only that', async () => {
    const { s, id } = await underWay({ outsideStop: stopOutside(false, home) });
    const order = randomUUID();
    writeStopFile(home, 'too risky', order);
    expect((await s.loop.stop({ person: ONCALL, why: 'x', undoLastS: 0 })).text).toContain(
      'something else stops everything',
    );
    await s.loop.stop({ person: ONCALL, why: 'x', undoLastS: 0, order });
    await s.turn();
    const undo = await undoOf(s, id);
    writeStopFile(home, 'all of it');
    expect(await approve(s, undo)).toMatchObject({ ok: false });
    writeStopFile(home, 'all of it', randomUUID());
    expect(await approve(s, undo)).toMatchObject({ ok: false });
    writeStopFile(home, 'too risky', order);
    expect(await approve(s, undo)).toMatchObject({ ok: true });
    writeStopFile(home, 'all of it');
    expect(await s.transaction((store) => store.claim(undo.id, 30))).toBe(false);
    writeStopFile(home, 'too risky', order);
    expect(await s.transaction((store) => store.claim(undo.id, 30))).toBe(true);
    writeStopFile(home, 'all of it');
    expect(await s.transaction((store) => store.markSent(undo.id, 'r', 30))).toBe(false);
  });

  it('holds by itself when the one in Slack is lifted, which is said', async () => {
    const { s } = await underWay({ outsideStop: stopOutside(false, home) });
    writeStopFile(home, 'too risky');
    expect((await s.loop.resume({ person: APPROVER })).text).toContain('still stopped');
  });

  it('is said with who stopped it, why and what lifts it, and not as if Slack could', async () => {
    const { s, id } = await underWay({ outsideStop: stopOutside(false, home) });
    writeStopFile(home, 'too risky', null, 'cli:ann');
    const stop = await s.transaction((store) => store.stopped());
    expect(stop).toMatchObject({ isOutside: true, undoing: [] });
    expect(stop?.why).toBe(
      `the file ${join(home, 'STOPPED')} is there, and “sitrep resume” in a terminal there removes it (too risky, by cli:ann)`,
    );
    const { text } = await approve(s, await read(s, id));
    expect(text).toBe(`All actions are stopped: ${stop?.why}.`);
  });

  it('lets pass the order that its file names, whoever wrote it', () => {
    const order = randomUUID();
    writeStopFile(home, 'too risky', order, 'cli:ann');
    expect(stopOutside(false, home)()).toMatchObject({ order });
    writeStopFile(home, 'too risky', null, `undo order ${order}`);
    expect(stopOutside(false, home)()).toMatchObject({ order: null });
  });

  it('lets nothing pass where it is the environment, whatever the database says', async () => {
    let outside: () => OutsideStop | null = () => null;
    const { s, id } = await underWay({ outsideStop: () => outside() });
    await stopped(s, 0);
    const undo = await undoOf(s, id);
    await approve(s, undo);
    outside = stopOutside(true, home);
    expect(await s.transaction((store) => store.claim(undo.id, 30))).toBe(false);
  });

  it.each([
    ['is empty', '', null],
    ['gives a reason only', 'undo order please', null],
    ['names an order and then says more', `undo order ${'a'.repeat(36)}\nstop`, null],
  ])('lets nothing pass where its file %s', (_, text, order) => {
    writeStopFile(home, text);
    expect(stopOutside(false, home)()).toMatchObject({ order });
  });
});

it('an undo that the policy lets run by itself waits for people while all is stopped', async () => {
  const { s, id } = await underWay({
    policy: aPolicy([{ name: 'with undo', undo: 'auto' }]),
  });
  await stopped(s, 0);
  await db.query(`update proposal set effect_at = now() - interval '1 hour' where id = $1`, [id]);
  await s.pass();
  expect((await undoOf(s, id)).state).toBe('proposed');
  expect(s.cluster.running()).toBe('shop/pricing:good');
});
