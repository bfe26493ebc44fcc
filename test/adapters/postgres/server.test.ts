import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DatabaseError, isUnavailable } from '../../../src/adapters/postgres/database-error.ts';
import { openServer } from '../../../src/adapters/postgres/server.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { describeDatabase } from '../../support/database-conformance.ts';
import { freshSchema, serverDatabase, TEST_DATABASE_URL } from '../../support/database.ts';

describe.skipIf(TEST_DATABASE_URL === undefined)('with TEST_DATABASE_URL', () => {
  describeDatabase('a PostgreSQL server', () => serverDatabase());

  test('two transactions that wait for one another both end well', async () => {
    const db = await serverDatabase();
    await db.query(
      'create table pair (id int primary key, sum int not null); insert into pair values (1, 0), (2, 0)',
    );
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const add = (first: number, second: number) =>
      db.tx(async (sql) => {
        const one = 'update pair set sum = sum + 1 where id = $1';
        await sql.query(one, [first]);
        begun[first - 1]?.resolve();
        await begun[second - 1]?.promise;
        await sql.query(one, [second]);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect((await db.query('select sum from pair')).rows).toEqual([{ sum: 2 }, { sum: 2 }]);
    await db.close();
  });

  describe('when connections break', () => {
    let db: Database;
    let other: Database;
    beforeAll(async () => {
      db = await serverDatabase();
      other = await serverDatabase();
    });
    afterAll(async () => {
      await db.close();
      await other.close();
    });
    /** Ends every session that uses the schema of `db`, as a restart of the server would. */
    const breakAll = async (): Promise<void> => {
      const { rows } = await db.query<{ pid: number }>(
        `select pid from pg_stat_activity where pid <> pg_backend_pid() and query like '%' || $1 || '%'`,
        [`listen "${db.schema}"`],
      );
      await other.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [
        rows.map((row) => row.pid),
      ]);
    };

    test('a query in flight fails as unavailable and the next one works', async () => {
      const { promise: begun, resolve: begin } = Promise.withResolvers<number>();
      const work = db.tx(async (sql) => {
        const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        begin(rows[0]?.pid ?? 0);
        await sql.query('select pg_sleep(30)');
      });
      const failed = work.catch((error: unknown) => error);
      await other.query('select pg_terminate_backend($1)', [await begun]);
      const error = await failed;
      expect(error).toBeInstanceOf(DatabaseError);
      expect(isUnavailable(error)).toBe(true);
      expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });

    test('listening goes on, and tells that something may have been missed', async () => {
      const seen: string[] = [];
      let gaps = 0;
      const stop = await db.listen(
        db.schema,
        (payload) => seen.push(payload),
        () => (gaps += 1),
      );
      await breakAll();
      await vi.waitFor(() => expect(gaps).toBe(1), { timeout: 5_000 });
      await db.query('select pg_notify($1, $2)', [db.schema, 'again']);
      await vi.waitFor(() => expect(seen).toEqual(['again']));
      await stop();
    });

    test('a statement that takes too long is ended, and that is not a lost database', async () => {
      const work = db.tx(async (sql) => {
        await sql.query('set local statement_timeout = 50');
        await sql.query('select pg_sleep(30)');
      });
      const error: unknown = await work.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: '57014' });
      expect(isUnavailable(error)).toBe(false);
    });

    test('more callers than connections wait for their turn', async () => {
      const work = Array.from({ length: 30 }, (_, n) =>
        db.tx(async (sql) => (await sql.query<{ n: number }>('select $1::int as n', [n])).rows[0]?.n),
      );
      expect(await Promise.all(work)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    });
  });

  test('a user who may not create the schema is told what to ask for', async () => {
    const admin = await serverDatabase();
    const role = freshSchema();
    await admin.query(`create role ${role} login`);
    try {
      const url = new URL(TEST_DATABASE_URL ?? '');
      url.username = role;
      await expect(openServer({ url: url.href, schema: freshSchema() })).rejects.toThrow(
        /permission denied .*Create the schema .* for this user/,
      );
    } finally {
      await admin.query(`drop role ${role}`);
      await admin.close();
    }
  });
});
