import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../../src/adapters/postgres/outbox.ts';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { wantShown } from '../../../../src/adapters/postgres/store/messages.ts';
import { createStore, type Store } from '../../../../src/adapters/postgres/store/store.ts';
import { noteStorm } from '../../../../src/correlate/note-storm.ts';
import type { Bulletin } from '../../../../src/incident/bulletin.ts';
import type { Severity } from '../../../../src/incident/alert.ts';
import { testDatabase } from '../../../support/database.ts';
import { FAST, forgetMessages } from '../../../support/message-rows.ts';
import { testVault } from '../../../support/vault.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await forgetMessages(db);
  await db.query(
    `delete from alert; delete from intake; delete from incident_rule; delete from model_call; delete from incident`,
  );
});

const transaction = <T>(work: (store: Store) => Promise<T>): Promise<T> =>
  db.tx((sql) =>
    work(createStore(sql, { vault: testVault, outsideStop: () => null, enqueue: async () => undefined })),
  );

/** A pass of placing that opens so many incidents. Resolves to their ids. */
async function pass(count: number, severity: Severity = 'warning'): Promise<number[]> {
  return db.tx(async (sql) => {
    const store = createStore(sql, {
      vault: testVault,
      outsideStop: () => null,
      enqueue: async () => undefined,
    });
    const { rows } = await sql.query<{ id: number }>(
      `insert into incident (title, severity) select 'incident ' || n, $2 from generate_series(1, $1) n returning id`,
      [count, severity],
    );
    const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b);
    await wantShown(
      sql,
      ids.map((incidentId) => ({ incidentId, slot: 'summary', haste: 'now' })),
    );
    await noteStorm(store, { opened: ids });
    return ids;
  });
}

async function heldRoots(): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select incident_id as id from message where held and slot = 'summary' order by 1`,
  );
  return rows.map(({ id }) => id);
}

async function storms(): Promise<{ id: number; endedAt: Date | null }[]> {
  return (
    await db.query<{ id: number; endedAt: Date | null }>(
      `select id, ended_at as "endedAt" from bulletin where kind = 'storm' order by id`,
    )
  ).rows;
}

async function theStorm(): Promise<Extract<Bulletin, { kind: 'storm' }>> {
  const [storm] = await storms();
  const bulletin = await transaction((store) => store.bulletin(storm?.id ?? 0));
  if (bulletin?.kind !== 'storm') throw new Error('no storm');
  return bulletin;
}

/** As if that much time had passed. */
async function later(seconds: number): Promise<void> {
  const by = `- make_interval(secs => ${seconds})`;
  await db.query(`
    update incident set opened_at = opened_at ${by};
    update message set not_before = not_before ${by};
    update alert set received_at = received_at ${by};
    update bulletin set opened_at = opened_at ${by},
      data = data || jsonb_build_object('calmSince', (data->>'calmSince')::timestamptz ${by}, 'from', (data->>'from')::timestamptz ${by});
    delete from setting where name = 'storm-watch'`);
}

const calm = (): Promise<void> => transaction((store) => noteStorm(store, { opened: [] }));

async function endOf(storm: () => Promise<unknown>): Promise<void> {
  for (let minute = 0; minute < 5; minute++) {
    await later(61);
    await storm();
  }
}

/** Shows the roots that need not wait. */
async function showAll(): Promise<void> {
  const outbox = createOutbox(db, FAST);
  for (;;) {
    const { message } = await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'first' });
    if (!message) return;
    await outbox.shown(message, `${message.id}.1`);
  }
}

/** Alerts as intake and placing leave them. */
async function alerts(
  count: number,
  place: { incident?: number; quiet?: string; pending?: boolean } = {},
): Promise<void> {
  await db.query(
    `insert into alert (source, fingerprint, starts_at, status, name, severity, summary, description, labels, annotations,
                        incident_id, quiet_reason, quiet_why, pending)
     select 'test', gen_random_uuid()::text, now(), 'firing', 'Rule', 'warning', '', '', '{}', '{}', $2, $3, $3, $4
       from generate_series(1, $1)`,
    [count, place.incident ?? null, place.quiet ?? null, place.pending ?? false],
  );
}

async function received(fresh: number, repeated = 0, resolved = 0): Promise<void> {
  await db.query(
    `insert into intake (minute, source, received, fresh, resolved, repeated)
     values (date_trunc('minute', now()), gen_random_uuid()::text, $1, $2, $3, $4)`,
    [fresh + repeated + resolved, fresh, resolved, repeated],
  );
}

describe('noticing a storm', () => {
  it('opens one when many incidents open, holds back what nobody can follow, and names it all', async () => {
    await pass(10);
    expect(await storms()).toEqual([]);
    const ids = await pass(25);
    const storm = await theStorm();
    expect(storm.endedAt).toBeNull();
    expect(storm.report.incidents).toEqual({ critical: 0, warning: 35, info: 0 });
    expect(storm.report.listed).toHaveLength(30);
    // Ten may wait for Slack's pace at once.
    expect(await heldRoots()).toEqual(ids);
  });

  it('never holds a critical incident', async () => {
    await pass(40);
    const grave = await pass(3, 'critical');
    const held = await heldRoots();
    expect(grave.some((id) => held.includes(id))).toBe(false);
    expect((await theStorm()).report.listed.slice(0, 3).map(({ id }) => id)).toEqual(grave.toReversed());
  });

  it('lets a new incident out at once while no more wait than people can follow', async () => {
    await pass(40);
    await showAll();
    const [quick] = await pass(1);
    expect(await heldRoots()).not.toContain(quick);
  });

  it('holds every milder one back while more open than the channel can take', async () => {
    await pass(76);
    await showAll();
    const ids = await pass(2);
    const grave = await pass(1, 'critical');
    const held = await heldRoots();
    expect(held).toEqual(expect.arrayContaining(ids));
    expect(held).not.toContain(grave[0]);
  });

  it('opens one by the rate of alerts alone', async () => {
    await calm();
    // What only repeats what is known is no flood.
    await received(0, 5000);
    await calm();
    expect(await storms()).toEqual([]);
    await received(1000);
    await calm();
    expect((await theStorm()).report.why).toMatch(/^1000 alert messages came in within 15 s/);
  });

  it('compares with what is usual here', async () => {
    await db.query(
      `insert into intake (minute, source, received, fresh, resolved, repeated)
       select date_trunc('minute', now()) - n * interval '1 minute', 'am', 50, 50, 0, 0 from generate_series(5, 120) n`,
    );
    await calm();
    await received(100);
    await calm();
    expect(await storms()).toEqual([]);
    await received(60);
    await calm();
    expect((await theStorm()).report.why).toContain('where 50 a minute are usual');
  });

  it('opens one storm, whoever notices it', async () => {
    await Promise.all([pass(40), pass(40)]);
    expect(await transaction((store) => store.openStorm('another saw it too', null, 10))).toBeNull();
    expect(await storms()).toHaveLength(1);
  });

  it('ends it after two calm minutes, lets go what still goes on and settles the rest', async () => {
    await pass(40);
    const held = await heldRoots();
    const over = held.slice(0, 5);
    await db.query(
      `update incident set state = 'resolved', resolved_at = now() where id = any($1::bigint[])`,
      [over],
    );
    await endOf(calm);
    expect((await storms()).map(({ endedAt }) => endedAt !== null)).toEqual([true]);
    const outbox = createOutbox(db, FAST);
    const shown: number[] = [];
    for (;;) {
      const { message } = await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' });
      if (!message) break;
      if (message.subject.kind === 'incident') shown.push(message.subject.incidentId);
      await outbox.shown(message, `${message.id}.1`);
    }
    expect(shown).toHaveLength(35);
    expect(shown.some((id) => over.includes(id))).toBe(false);
    expect((await outbox.claim({ channel: 'C1', leaseS: 30, lanes: 'all' })).message).toBeNull();
    await pass(40);
    expect(await storms()).toHaveLength(2);
  });

  it('goes on while waves come', async () => {
    await pass(40);
    for (let minute = 0; minute < 4; minute++) {
      await later(50);
      await pass(12);
    }
    expect((await storms()).map(({ endedAt }) => endedAt)).toEqual([null]);
  });
});

describe('the counts of a storm', () => {
  it('add up', async () => {
    await pass(40);
    const { listed } = (await theStorm()).report;
    const [first] = listed;
    await alerts(7, { incident: first?.id ?? 0 });
    await alerts(5, { quiet: 'flapping' });
    await alerts(3, { pending: true });
    await db.query(
      `insert into alert (source, fingerprint, starts_at, status, name, severity, summary, description, labels, annotations, tombstone)
       values ('test', 'tombstone', now(), 'resolved', 'Rule', 'warning', '', '', '{}', '{}', true)`,
    );
    await received(15, 100, 4);
    const { report } = await theStorm();
    expect(report.received).toEqual({ total: 119, fresh: 15, repeated: 100, resolved: 4 });
    expect(report.alerts).toEqual({ total: 15, inIncidents: 7, quiet: 5, unplaced: 3 });
    expect(report.listed.find(({ id }) => id === first?.id)?.alerts).toBe(7);
  });

  it('leave out what came long before, and name an older incident that the storm hit', async () => {
    const [old] = (await pass(1)) as [number];
    await alerts(50, { incident: old });
    await later(600);
    await pass(40);
    expect((await theStorm()).report.alerts.total).toBe(0);
    await alerts(2, { incident: old });
    const { report } = await theStorm();
    expect(report.alerts.inIncidents).toBe(2);
    expect(report.incidents.warning).toBe(41);
  });
});
