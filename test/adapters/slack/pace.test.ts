import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/adapters/postgres/outbox.ts';
import { wantBulletin } from '../../../src/adapters/postgres/store/messages.ts';
import { createStore } from '../../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import type { ClaimOptions, DueMessage, Outbox } from '../../../src/adapters/slack/outbox.ts';
import { SLACK_PACE } from '../../../src/adapters/slack/pace.ts';
import type { Haste, Slot } from '../../../src/incident/thread.ts';
import { testDatabase } from '../../support/database.ts';
import {
  FAST,
  forgetMessages,
  insertIncident,
  messageRows,
  wantMessages,
  wantMessagesBy,
} from '../../support/message-rows.ts';
import { testVault } from '../../support/vault.ts';

/** So slow that the time which a test takes fills no bucket. */
const SLOW = { ...SLACK_PACE, channel: { ...SLACK_PACE.channel, perSecond: 0.01 } };
const A_TOKEN_S = 100;

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(() => forgetMessages(db));

async function claim(outbox: Outbox, options: Partial<ClaimOptions> = {}): Promise<DueMessage | null> {
  return (await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all', ...options })).message;
}

/** Claims and shows as long as the pace allows it; resolves to what was shown. */
async function showAll(...outboxes: Outbox[]): Promise<DueMessage[]> {
  const each = outboxes.map(async (outbox) => {
    const all: DueMessage[] = [];
    for (let message = await claim(outbox); message; message = await claim(outbox)) {
      await outbox.shown(message, message.ts ?? `${message.id.slice(0, 8)}.1`);
      all.push(message);
    }
    return all;
  });
  return (await Promise.all(each)).flat();
}

/** As if so much time had passed for the buckets, and for every pause of a message. */
async function pass(seconds: number): Promise<void> {
  await db.query(
    `update slack_pace set at = at - make_interval(secs => $1), blocked_until = blocked_until - make_interval(secs => $1)`,
    [seconds],
  );
  await db.query(`update message set not_before = not_before - make_interval(secs => $1)`, [seconds]);
}

async function newRoots(count: number, severity: 'critical' | 'warning' = 'warning'): Promise<number[]> {
  const ids = [];
  for (let time = 0; time < count; time++) {
    const id = await insertIncident(db, severity);
    await wantMessages(db, id, 'summary');
    ids.push(id);
  }
  return ids;
}

/** Incidents whose root stands, with no pace used. */
async function standing(count: number): Promise<number[]> {
  const ids = await newRoots(count);
  await showAll(createOutbox(db, FAST));
  await db.query('delete from slack_pace');
  return ids;
}

const incidentsOf = (messages: DueMessage[]): number[] =>
  messages.flatMap(({ subject }) => (subject.kind === 'incident' ? [subject.incidentId] : []));
const slotsOf = (messages: DueMessage[]): string[] =>
  messages.map(({ subject }) => (subject.kind === 'incident' ? subject.slot : 'bulletin'));
const wantAll = async (ids: number[], slot: Slot, haste: Haste = 'now'): Promise<void> => {
  for (const id of ids) await wantMessagesBy(db, haste, id, slot);
};
async function beginStorm(): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into bulletin (kind, data) values ('storm', '{}') returning id`,
  );
  const id = rows[0]?.id ?? 0;
  await db.tx((sql) => wantBulletin(sql, id, 'now'));
  return id;
}

/** A minute in which as much is sent as may be, and how many seconds longer than a minute it was. */
async function busyMinute(outbox: Outbox, seconds = 60): Promise<{ minute: number; took: number }> {
  const from = performance.now();
  let minute = 0;
  for (let second = 0; second < seconds; second++) {
    minute += (await showAll(outbox)).length;
    await pass(1);
  }
  return { minute, took: (performance.now() - from) / 1000 };
}

describe('the pace', () => {
  it('lets a channel have its burst and then one post a second, whoever posts', async () => {
    await newRoots(20);
    const [one, other] = [createOutbox(db, SLOW), createOutbox(db, SLOW)];
    const first = await showAll(one, other);
    expect(first).toHaveLength(SLACK_PACE.channel.burst);
    expect(new Set(incidentsOf(first)).size).toBe(SLACK_PACE.channel.burst);
    await pass(3 * A_TOKEN_S);
    expect(await showAll(one, other)).toHaveLength(3);
    await pass(100 * A_TOKEN_S);
    expect(await showAll(createOutbox(db, SLOW))).toHaveLength(SLACK_PACE.channel.burst);
  });

  it('never gives one message to two of three replicas that claim at the same moment', async () => {
    await newRoots(40);
    const shown = await showAll(createOutbox(db, FAST), createOutbox(db, FAST), createOutbox(db, FAST));
    expect(incidentsOf(shown).toSorted((a, b) => a - b)).toEqual(
      [...new Set(incidentsOf(shown))].toSorted((a, b) => a - b),
    );
    expect(shown).toHaveLength(40);
  });

  it('leaves tokens for new roots where replies wait', async () => {
    await wantAll(await standing(10), 'evidence');
    const outbox = createOutbox(db, SLOW);
    expect(await showAll(outbox)).toHaveLength(SLACK_PACE.channel.burst - SLACK_PACE.reserve);
    await newRoots(3);
    expect(slotsOf(await showAll(outbox))).toEqual(['summary', 'summary', 'summary']);
  });

  it('lets one new incident a second out at once, however many replies and edits wait', async () => {
    const ids = await standing(60);
    await wantAll(ids, 'evidence');
    await wantAll(ids, 'summary');
    const outbox = createOutbox(db);
    await showAll(outbox);
    for (let second = 0; second < 20; second++) {
      await pass(1);
      const [id] = await newRoots(1);
      expect(incidentsOf([...(await showAll(outbox))])[0]).toBe(id);
    }
  });

  it('counts edits apart, in the whole workspace', async () => {
    await wantAll(await standing(70), 'summary');
    const outbox = createOutbox(db);
    const { minute, took } = await busyMinute(outbox);
    expect(minute).toBeLessThanOrEqual(50 + took);
    expect(minute).toBeGreaterThanOrEqual(46);
    await newRoots(1);
    expect(slotsOf(await showAll(outbox))).toContain('summary');
  });

  it('leaves an edit for whoever waits for one', async () => {
    const ids = await standing(4);
    const outbox = createOutbox(db, { ...FAST, edits: { perSecond: 0, burst: 3 } });
    await wantAll(ids, 'summary', 'soon');
    await pass(4);
    expect(await showAll(outbox)).toHaveLength(2);
    const [, , , last] = ids as [number, number, number, number];
    await wantAll([last], 'summary', 'now');
    expect(incidentsOf(await showAll(outbox))).toEqual([last]);
  });

  it('keeps away from an allowance as long as Slack said, and from no other', async () => {
    const ids = await standing(1);
    const outbox = createOutbox(db, SLOW);
    await newRoots(2);
    await wantAll(ids, 'summary');
    await outbox.block('channel', 'C1', 10);
    expect((await showAll(outbox)).map(({ ts }) => ts !== null)).toEqual([true]);
    await pass(9);
    expect(await showAll(createOutbox(db, SLOW))).toEqual([]);
    await pass(1.1);
    expect(await showAll(outbox)).toHaveLength(1);
    await pass(2 * A_TOKEN_S);
    await outbox.block('edits', 'C1', 10);
    await wantAll(ids, 'summary');
    await pass(5);
    expect((await showAll(outbox)).map(({ ts }) => ts)).toEqual([null]);
    expect((await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' })).message).toBeNull();
  });

  it('goes a little slower for a minute after Slack said so', async () => {
    await newRoots(80);
    const outbox = createOutbox(db);
    await showAll(outbox);
    await outbox.block('channel', 'C1', 1);
    await pass(1);
    const { minute, took } = await busyMinute(outbox, 50);
    expect(minute).toBeGreaterThan(40);
    expect(minute).toBeLessThan(47 + took);
  });

  it('says whether something waits', async () => {
    const outbox = createOutbox(db);
    expect(await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' })).toEqual({
      message: null,
      waiting: false,
    });
    await newRoots(1);
    await outbox.block('channel', 'C1', 10);
    expect(await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' })).toEqual({
      message: null,
      waiting: true,
    });
  });

  it('gives back what a message did not use that had nothing to show', async () => {
    const outbox = createOutbox(db);
    await newRoots(30);
    for (let time = 0; time < 20; time++) {
      const message = await claim(outbox);
      if (!message) throw new Error('no token came back');
      await outbox.skipped(message);
    }
  });
});

describe('the order', () => {
  it('is critical roots, other roots, replies, edits that are waited for, other edits', async () => {
    const [old, older] = (await standing(2)) as [number, number];
    await wantAll([old], 'summary', 'soon');
    await wantAll([older], 'summary', 'now');
    await wantAll([old], 'evidence');
    await pass(4);
    const mild = await newRoots(2);
    const grave = await newRoots(1, 'critical');
    const shown = await showAll(createOutbox(db, FAST));
    expect(incidentsOf(shown)).toEqual([...grave, ...mild, old, older, old]);
  });

  it('puts a root first as soon as its incident is critical', async () => {
    const [, late] = (await newRoots(2)) as [number, number];
    await db.query(`update incident set severity = 'critical' where id = $1`, [late]);
    await wantAll([late], 'summary', 'soon');
    expect(incidentsOf(await showAll(createOutbox(db, FAST)))[0]).toBe(late);
  });

  it('is kept by a courier of first messages, who carries nothing else', async () => {
    const ids = await standing(2);
    await wantAll(ids, 'evidence');
    await wantAll(ids, 'summary');
    const outbox = createOutbox(db, FAST);
    expect(await claim(outbox, { lanes: 'first' })).toBeNull();
    const [root] = await newRoots(1);
    expect((await claim(outbox, { lanes: 'first' }))?.subject).toMatchObject({ incidentId: root });
  });

  it('keeps a reply until its root stands, also one that is asked for while the root is being posted', async () => {
    const outbox = createOutbox(db, FAST);
    const [id] = (await newRoots(1)) as [number];
    const root = await claim(outbox);
    await wantAll([id], 'evidence');
    expect(await claim(outbox)).toBeNull();
    await outbox.shown(root as DueMessage, '7.7');
    await wantAll([id], 'proposal:x');
    const replies = await showAll(outbox);
    expect(replies.map(({ threadTs }) => threadTs)).toEqual(['7.7', '7.7']);
  });

  it('loses no reply where asking for it and posting its root come together', async () => {
    const outbox = createOutbox(db, FAST);
    for (let time = 0; time < 20; time++) {
      const [id] = (await newRoots(1)) as [number];
      const root = (await claim(outbox)) as DueMessage;
      await Promise.all([
        outbox.shown(root, `${id}.1`),
        wantAll([id], 'evidence'),
        wantAll([id], 'proposal:x'),
      ]);
      expect((await showAll(outbox)).length).toBe(2);
    }
  });
});

describe('one message', () => {
  it('is edited at most every three seconds where nobody waits for it', async () => {
    const ids = await standing(1);
    const outbox = createOutbox(db, FAST);
    await wantAll(ids, 'summary', 'soon');
    expect(await claim(outbox)).toBeNull();
    await pass(3.1);
    expect(await showAll(outbox)).toHaveLength(1);
    await wantAll(ids, 'summary', 'soon');
    await wantAll(ids, 'summary', 'soon');
    expect(await claim(outbox)).toBeNull();
    await wantAll(ids, 'summary', 'now');
    expect(await showAll(outbox)).toHaveLength(1);
  });

  it('is edited at once when the state changed while it was being edited', async () => {
    const ids = await standing(1);
    const outbox = createOutbox(db, FAST);
    await wantAll(ids, 'summary');
    const editing = (await claim(outbox)) as DueMessage;
    await wantAll(ids, 'summary');
    expect(await claim(outbox)).toBeNull();
    await outbox.shown(editing, editing.ts);
    expect(await showAll(outbox)).toHaveLength(1);
  });

  it('shows at once that actions were stopped', async () => {
    await standing(2);
    await db.tx((sql) =>
      createStore(sql, {
        vault: testVault,
        outsideStop: () => null,
        enqueue: async () => undefined,
      }).showSwitch(),
    );
    expect(await showAll(createOutbox(db, FAST))).toHaveLength(2);
  });

  it('keeps its pause after a failure, whatever else happens', async () => {
    const [id] = (await newRoots(1)) as [number];
    const outbox = createOutbox(db, FAST);
    await outbox.failed((await claim(outbox)) as DueMessage, { error: 'no', afterS: 60, uncertain: false });
    await wantAll([id], 'summary', 'asked');
    expect(await claim(outbox)).toBeNull();
  });
});

describe('in a storm', () => {
  const hold = (ids: number[]): Promise<unknown> =>
    db.query(`update message set held = true where incident_id = any($1::bigint[])`, [ids]);

  it('tells of the storm first, then of critical incidents, and lets few of the held ones out', async () => {
    const held = await newRoots(20);
    await hold(held);
    const grave = await newRoots(2, 'critical');
    await beginStorm();
    const outbox = createOutbox(db);
    const first = await showAll(outbox);
    expect(slotsOf(first)[0]).toBe('bulletin');
    expect(incidentsOf(first)).toEqual(grave);
    const { minute, took } = await busyMinute(outbox);
    expect(minute).toBeGreaterThan(3);
    expect(minute).toBeLessThan(15 + took / 5);
  });

  it('makes at most sixty calls a minute, whatever waits', async () => {
    const ids = await standing(30);
    await wantAll(ids, 'evidence');
    await wantAll(ids, 'proposal:x');
    await wantAll(ids, 'summary');
    const storm = await beginStorm();
    const outbox = createOutbox(db);
    const calls: number[] = [];
    const from = performance.now();
    for (let second = 0; second < 120; second++) {
      if (second % 4 === 0) await newRoots(1, 'critical');
      await wantAll(ids.slice(0, 3), 'summary');
      await db.tx((sql) => wantBulletin(sql, storm, 'soon'));
      const shown = await showAll(outbox);
      const now = second + (performance.now() - from) / 1000;
      calls.push(...shown.map(() => now));
      await pass(1);
    }
    for (const at of calls)
      expect(calls.filter((other) => other >= at && other < at + 60).length).toBeLessThanOrEqual(60);
    expect((await messageRows(db)).filter((row) => row.slot === 'summary' && row.ts === null)).toEqual([]);
  });

  it('brings its own message up to date at most every ten seconds', async () => {
    const storm = await beginStorm();
    const outbox = createOutbox(db);
    await showAll(outbox);
    let edits = 0;
    for (let second = 0; second < 30; second++) {
      await pass(1);
      await db.tx((sql) => wantBulletin(sql, storm, 'soon'));
      edits += (await showAll(outbox)).length;
    }
    expect(edits).toBe(3);
  });

  it('lets a held root out at once when a person acts on it, or when it becomes critical', async () => {
    const [acted, worse, still] = (await newRoots(3)) as [number, number, number];
    await hold([acted, worse, still]);
    await beginStorm();
    const outbox = createOutbox(db, { ...FAST, storm: { perSecond: 0, burst: 3 } });
    await showAll(outbox);
    await wantAll([acted], 'summary', 'asked');
    await db.query(`update incident set severity = 'critical' where id = $1`, [worse]);
    await wantAll([worse], 'summary', 'soon');
    expect(incidentsOf(await showAll(outbox)).toSorted((a, b) => a - b)).toEqual([acted, worse]);
    await db.query(`update bulletin set ended_at = now()`);
    expect(incidentsOf(await showAll(outbox))).toEqual([still]);
  });
});
