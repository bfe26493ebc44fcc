import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openJobs } from '../../../src/adapters/postgres/jobs.ts';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { moveDatabase, MoveRefused } from '../../../src/adapters/postgres/move.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { DATABASES, embeddedDatabase, freshSchema } from '../../support/database.ts';

const log = { warn: () => {}, error: () => {} };
const queue = { retryLimit: 3, retryDelayS: 0, expireS: 60 };

let migrations: string;
beforeAll(() => {
  migrations = mkdtempSync(join(tmpdir(), 'sitrep-move-'));
  writeFileSync(
    join(migrations, '0001_things.sql'),
    `create type mood as enum ('calm', 'alarmed');
     -- Refers to a table that comes later in the alphabet, to itself, and fires a trigger when filled.
     create table alert (
       id bigint generated always as identity primary key,
       incident_id int not null,
       parent_id bigint references alert,
       at timestamptz not null,
       labels jsonb not null,
       body bytea,
       tags text[],
       mood mood,
       amount numeric,
       ratio double precision,
       "Odd ""name""" text,
       embedding vector(3),
       words tsvector generated always as (to_tsvector('english', labels ->> 'text')) stored
     );
     create table incident (id serial primary key, title text);
     alter table alert add constraint alert_incident foreign key (incident_id) references incident;
     create table seen (n int);
     create function see() returns trigger language plpgsql as 'begin insert into seen values (1); return new; end';
     create trigger alert_seen after insert on alert for each row execute function see();`,
  );
});
afterAll(() => rmSync(migrations, { recursive: true }));

describe.each(DATABASES)('moving an embedded database to the %s one', (_, open) => {
  let from: Database;
  let to: Database;
  beforeEach(async () => {
    const schema = freshSchema();
    from = await embeddedDatabase(schema);
    to = await open(schema);
    await migrate(from, migrations);
    await from.query(`insert into incident (title) values ('first'), (null)`);
    // More than one batch; the first row refers to the last.
    await from.query(
      `insert into alert (incident_id, at, labels, body, tags, mood, amount, ratio, "Odd ""name""", embedding)
       select 1 + i % 2, '2026-01-01 00:00:00.123456Z'::timestamptz + i * interval '1 second',
              jsonb_build_object('text', 'checkout is ' || i, 'quote', E'"\\\\{}\\n', 'n', null), $1, $2, 'alarmed',
              '0.10000000000000000001', 1.0 / i, E'tab\\t\\\\N', array[i, 0.1, -1]::real[]::vector
       from generate_series(1, 1200) i`,
      [Buffer.from([0, 255, 92, 10]), ['a,b', '"', null, '{}', '']],
    );
    await from.query(
      'update alert set parent_id = 1200 where id = 1; update alert set tags = null where id = 2',
    );
  });
  afterEach(async () => {
    await from.close();
    await to.close();
  });

  test('carries every value, the counters and the constraints', async () => {
    const moved = await moveDatabase(from, to, { migrations });
    expect(moved[`${from.schema}.alert`]).toBe(1200);
    const everything = `select id, incident_id, parent_id, at::text, labels, encode(body, 'hex') as body, tags, mood,
      amount, ratio, "Odd ""name""", embedding::text, words::text from alert order by id`;
    expect((await to.query(everything)).rows).toEqual((await from.query(everything)).rows);
    // The trigger had filled it in the source; in the target it must not add to that.
    expect((await to.query('select count(*) as n from seen')).rows).toEqual([{ n: 1200 }]);

    const added = await to.query<{ id: number }>(`insert into incident (title) values ('next') returning id`);
    expect(added.rows[0]?.id).toBe(3);
    const alert = `insert into alert (incident_id, at, labels) values ($1, now(), '{}') returning id`;
    expect((await to.query(alert, [3])).rows).toEqual([{ id: 1201 }]);
    await expect(to.query(alert, [99])).rejects.toMatchObject({ code: '23503' });
    expect((await to.query('select count(*) as n from seen')).rows).toEqual([{ n: 1201 }]);
  });

  test('takes waiting jobs along, and those that were cut off', async () => {
    const before = await openJobs(from, { log });
    await before.declare('act', queue);
    await from.tx((sql) => before.enqueue(sql, 'act', { n: 1 }));
    await from.tx((sql) => before.enqueue(sql, 'act', { n: 2 }));
    await before.drain();
    await from.query(
      `update ${from.schema}_jobs.job set state = 'active', started_on = now() where data @> '{"n": 2}'`,
    );
    await moveDatabase(from, to, { migrations });
    const after = await openJobs(to, { log });
    const ran: unknown[] = [];
    await after.define('act', queue, async (data) => void ran.push(data));
    await vi.waitFor(() => expect(ran).toHaveLength(2), { timeout: 10_000, interval: 20 });
    expect(ran).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
    await after.drain();
  });

  test('refuses a target with data and leaves it as it was', async () => {
    await migrate(to, migrations);
    await to.query(`insert into incident (title) values ('theirs')`);
    await expect(moveDatabase(from, to, { migrations })).rejects.toThrow(MoveRefused);
    await expect(moveDatabase(from, to, { migrations })).rejects.toThrow(/already has rows in .*incident/);
    expect((await to.query('select title from incident')).rows).toEqual([{ title: 'theirs' }]);
    expect((await to.query('select 1 from alert')).rows).toEqual([]);
  });

  test('refuses a target with tables of its own', async () => {
    await to.query('create table theirs (id int)');
    await expect(moveDatabase(from, to, { migrations })).rejects.toThrow(/theirs is not the same/);
  });
});
