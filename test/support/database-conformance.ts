import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DatabaseError, isUnavailable } from '../../src/adapters/postgres/database-error.ts';
import type { Database, Sql } from '../../src/adapters/postgres/sql.ts';

/** What every database must do alike. `open` gives an empty schema each time; the suite closes it. */
export function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(() => db.close());

    const one = async (text: string, params?: readonly unknown[]): Promise<unknown> => {
      const { rows } = await db.query<{ value: unknown }>(text, params);
      return rows[0]?.value;
    };
    const failure = async (work: Promise<unknown>): Promise<DatabaseError> => {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DatabaseError);
      return error as DatabaseError;
    };

    describe('values', () => {
      const bytes = Buffer.from([0, 1, 2, 250, 255]);
      const date = new Date('2026-03-29T01:30:00.123Z');
      test.each<[string, string, unknown, unknown]>([
        ['int', '$1::int', 42, 42],
        ['bigint', '$1::bigint', 9_007_199_254_740_991, 9_007_199_254_740_991],
        ['numeric stays exact', '$1::numeric', '0.10000000000000000001', '0.10000000000000000001'],
        ['double', '$1::float8', 0.1 + 0.2, 0.1 + 0.2],
        ['boolean', '$1::boolean', true, true],
        ['text', '$1::text', 'a "quoted" \\ line\nand 漢字 🚒', 'a "quoted" \\ line\nand 漢字 🚒'],
        ['empty text', '$1::text', '', ''],
        ['null', '$1::text', null, null],
        ['undefined is null', '$1::text', undefined, null],
        ['timestamptz', '$1::timestamptz', date, date],
        ['interval as object', `($1::text::interval)::text`, '1 day 02:00', '1 day 02:00:00'],
        ['uuid', '$1::uuid', '0190b5a0-0000-7000-8000-000000000001', '0190b5a0-0000-7000-8000-000000000001'],
        ['bytea', '$1::bytea', bytes, bytes],
        ['bytea from Uint8Array', '$1::bytea', new Uint8Array(bytes), bytes],
        ['jsonb', '$1::jsonb', { a: [1, 'x', null, { b: true }] }, { a: [1, 'x', null, { b: true }] }],
        ['text array', '$1::text[]', ['a', 'b,"c"', null, ''], ['a', 'b,"c"', null, '']],
        ['int array', '$1::int[]', [1, 2, 3], [1, 2, 3]],
        ['bigint array', '$1::bigint[]', [1, null, 3], [1, null, 3]],
        ['jsonb array', '$1::jsonb[]', ['{"a":1}'], [{ a: 1 }]],
        ['vector as text', '$1::vector', '[1,2.5,-3]', '[1,2.5,-3]'],
      ])('%s', async (_, expression, value, expected) => {
        expect(await one(`select ${expression} as value`, [value])).toEqual(expected);
      });

      test('a bigint that a number cannot hold is an error and not another number', async () => {
        await expect(one('select 9007199254740993::bigint as value')).rejects.toThrow('2^53');
        expect(await one('select 1 as value')).toBe(1);
      });

      test('a value that cannot be sent fails and leaves the database usable', async () => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        await expect(db.query('select $1::jsonb', [circle])).rejects.toThrow(TypeError);
        expect(await one('select 1 as value')).toBe(1);
      });

      test('timestamps cast to text read the same everywhere', async () => {
        expect(await one(`select '2026-01-02 03:04:05.678901+02'::timestamptz::text as value`)).toBe(
          '2026-01-02 01:04:05.678901+00',
        );
      });

      test('nearest vectors are found by an index', async () => {
        await db.query(`create table vectors (id int, v vector(3));
          insert into vectors select i, array[i, i % 7, 1]::real[]::vector from generate_series(1, 200) i;
          create index on vectors using hnsw (v vector_l2_ops)`);
        const { rows } = await db.query('select id from vectors order by v <-> $1 limit 3', ['[50,1,1]']);
        expect(rows).toEqual([{ id: 50 }, { id: expect.any(Number) }, { id: expect.any(Number) }]);
      });
    });

    describe('counting rows', () => {
      test('of every kind of command', async () => {
        await db.query('create table counted (id int primary key)');
        const counts: number[] = [];
        for (const text of [
          'insert into counted select generate_series(1, 5)',
          'update counted set id = id + 10 where id > 3',
          'delete from counted where id > 10',
          'select * from counted',
          'create table counted_too (id int)',
        ]) {
          counts.push((await db.query(text)).rowCount);
        }
        expect(counts).toEqual([5, 2, 2, 3, 0]);
      });

      test('several statements give all their rows', async () => {
        const { rows, rowCount } = await db.query('select 1 as a; select 2 as b, 3 as c');
        expect(rows).toEqual([{ a: 1 }, { b: 2, c: 3 }]);
        expect(rowCount).toBe(2);
      });
    });

    describe('transactions', () => {
      beforeAll(async () => {
        await db.query('create table accounts (id int primary key, amount int not null check (amount >= 0))');
      });
      const amount = (id: number): Promise<unknown> =>
        one('select amount as value from accounts where id = $1', [id]);

      test('commit together', async () => {
        const result = await db.tx(async (sql) => {
          await sql.query('insert into accounts values (1, 10)');
          await sql.query('insert into accounts values (2, 20)');
          return 'done';
        });
        expect(result).toBe('done');
        expect([await amount(1), await amount(2)]).toEqual([10, 20]);
      });

      test('roll back together, and pass the error on', async () => {
        const work = db.tx(async (sql) => {
          await sql.query('insert into accounts values (3, 30)');
          throw new Error('changed my mind');
        });
        await expect(work).rejects.toThrow('changed my mind');
        expect(await amount(3)).toBeUndefined();
      });

      test('a failed statement inside rolls back all', async () => {
        const work = db.tx(async (sql) => {
          await sql.query('insert into accounts values (4, 40)');
          await sql.query('insert into accounts values (5, -1)');
        });
        expect((await failure(work)).code).toBe('23514');
        expect(await amount(4)).toBeUndefined();
      });

      test('a swallowed failure cannot pass as a commit', async () => {
        const work = db.tx(async (sql) => {
          await sql.query('insert into accounts values (6, 60)');
          await sql.query('insert into accounts values (1, 0)').catch(() => {});
        });
        expect((await failure(work)).code).toBe('25P02');
        expect(await amount(6)).toBeUndefined();
      });

      test('changes nobody sees before the commit', async () => {
        const inside = Promise.withResolvers<void>();
        const goOn = Promise.withResolvers<void>();
        const tx = db.tx(async (sql) => {
          await sql.query('insert into accounts values (7, 70)');
          inside.resolve();
          await goOn.promise;
        });
        await inside.promise;
        // The server answers at once that it sees nothing; the embedded one answers after the commit.
        const seen = amount(7);
        if (db.kind === 'server') expect(await seen).toBeUndefined();
        goOn.resolve();
        await tx;
        expect(await amount(7)).toBe(70);
        if (db.kind === 'embedded') expect(await seen).toBe(70);
      });

      test('many at once lose no update', async () => {
        await db.query('insert into accounts values (8, 0)');
        const add = (): Promise<void> =>
          db.tx(async (sql) => {
            const { rows } = await sql.query<{ amount: number }>(
              'select amount from accounts where id = 8 for update',
            );
            await sql.query('update accounts set amount = $1 where id = 8', [(rows[0]?.amount ?? 0) + 1]);
          });
        await Promise.all(Array.from({ length: 40 }, add));
        expect(await amount(8)).toBe(40);
      });

      test('queries of one transaction may be sent without waiting for each other', async () => {
        const values = await db.tx((sql) =>
          Promise.all([1, 2, 3].map(async (n) => (await sql.query('select $1::int as n', [n])).rows[0])),
        );
        expect(values).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      });

      test('refuse the database itself inside, at once', async () => {
        const attempts: [string, () => Promise<unknown>][] = [
          ['query', () => db.query('select 1')],
          ['tx', () => db.tx((sql) => sql.query('select 1'))],
          ['listen', () => db.listen('anything', () => {})],
        ];
        for (const [what, attempt] of attempts) {
          const error = await failure(db.tx(attempt));
          expect(error.message, what).toContain('use the sql that tx() handed');
        }
        expect(await one('select 1 as value')).toBe(1);
      });

      test('leave the database free again for whoever was called from inside', async () => {
        let later: Promise<unknown> | undefined;
        const over = Promise.withResolvers<void>();
        await db.tx(async (sql) => {
          await sql.query('select 1');
          later = over.promise.then(() => one('select 2 as value'));
        });
        over.resolve();
        expect(await later).toBe(2);
      });

      test('a leaked sql is of no use after the end', async () => {
        let leaked: Sql | undefined;
        await db.tx(async (sql) => {
          leaked = sql;
          await sql.query('select 1');
        });
        expect((await failure(leaked?.query('select 1') ?? Promise.resolve())).code).toBe('25000');
      });

      test('statements that open one by themselves and fail leave nothing open', async () => {
        await failure(db.query('begin; insert into accounts values (9, 90); select 1/0; commit'));
        expect(await amount(9)).toBeUndefined();
        await db.query('insert into accounts values (9, 91)');
        expect(await amount(9)).toBe(91);
      });
    });

    describe('errors', () => {
      const secret = 'xoxb-very-secret';
      beforeAll(async () => {
        await db.query('create table guarded (id int primary key, token text unique, n int)');
        await db.query('insert into guarded values (1, $1, 1)', [secret]);
      });

      test.each([
        ['a unique violation', 'insert into guarded values ($1, $2, 2)', [2, secret], '23505'],
        ['a wrong number', 'select $1::int', [secret], '22P02'],
        ['a wrong date', 'select $1::timestamptz', [secret], '22007'],
        ['a wrong document', 'select $1::jsonb', [`{"token": ${secret}}`], '22P02'],
        ['a row that breaks a rule', 'insert into guarded values (null, $1)', [secret], '23502'],
        ['an unknown column', 'select nothing from guarded where token = $1', [secret], '42703'],
        ['a wrong vector', 'select $1::vector', [secret], '22P02'],
      ])('%s tells its code and no values', async (_, text, params, code) => {
        const error = await failure(db.query(text, params));
        expect(error.code).toBe(code);
        expect(isUnavailable(error)).toBe(false);
        expect(error.statement).toBe(text);
        const shown = [
          error.message,
          error.stack,
          error.statement,
          JSON.stringify(error),
          ...Object.values(error),
        ];
        expect(shown.join('\n')).not.toContain(secret);
        expect(error.cause).toBeUndefined();
      });

      test('name the constraint', async () => {
        const error = await failure(db.query('insert into guarded values (1)'));
        expect(error.constraint).toBe('guarded_pkey');
      });

      test('keep only the first line of the statement', async () => {
        const error = await failure(db.query(`select nothing\nfrom guarded\nwhere token = '${secret}'`));
        expect(error.statement).toBe('select nothing');
      });
    });

    describe('notifications', () => {
      test('arrive from outside and inside a transaction, in order', async () => {
        const seen: string[] = [];
        const stop = await db.listen('news', (payload) => seen.push(payload));
        await db.query('select pg_notify($1, $2)', ['news', 'first']);
        await db.tx(async (sql) => {
          await sql.query('select pg_notify($1, $2)', ['news', 'second']);
        });
        await vi.waitFor(() => expect(seen).toEqual(['first', 'second']));
        await stop();
      });

      test('of a transaction arrive after its commit, or never', async () => {
        const seen: string[] = [];
        const stop = await db.listen('decisions', (payload) => seen.push(payload));
        const rolledBack = db.tx(async (sql) => {
          await sql.query('select pg_notify($1, $2)', ['decisions', 'never']);
          throw new Error('no');
        });
        await expect(rolledBack).rejects.toThrow('no');
        await db.tx(async (sql) => {
          await sql.query('select pg_notify($1, $2)', ['decisions', 'yes']);
          await sql.query('select 1');
          expect(seen).toEqual([]);
        });
        await vi.waitFor(() => expect(seen).toEqual(['yes']));
        await stop();
      });

      test('stop when told, and only for the one who stopped', async () => {
        const seen: string[] = [];
        const stopA = await db.listen('Channel "x"', (payload) => seen.push(`a ${payload}`));
        const stopB = await db.listen('Channel "x"', (payload) => seen.push(`b ${payload}`));
        await stopA();
        await db.query('select pg_notify($1, $2)', ['Channel "x"', 'hello']);
        await vi.waitFor(() => expect(seen).toEqual(['b hello']));
        await stopB();
        await db.query('select pg_notify($1, $2)', ['Channel "x"', 'anybody?']);
        await db.query('select 1');
        expect(seen).toEqual(['b hello']);
      });

      test('may use the database in their turn', async () => {
        const answer = Promise.withResolvers<unknown>();
        const stop = await db.listen('ask', () => answer.resolve(one('select 5 as value')));
        await db.tx(async (sql) => {
          await sql.query(`notify ask`);
        });
        expect(await answer.promise).toBe(5);
        await stop();
      });
    });

    describe('the schema', () => {
      test('is where tables go', async () => {
        await db.query('create table placed (id int)');
        expect(await one(`select schemaname as value from pg_tables where tablename = 'placed'`)).toBe(
          db.schema,
        );
      });
    });

    test('closing waits for what runs, and afterwards every query says that it is closed', async () => {
      const other = await open();
      const running = other.query('select count(*)::int as n from generate_series(1, 300000)');
      const closing = other.close();
      expect((await running).rows).toEqual([{ n: 300_000 }]);
      await closing;
      await other.close();
      expect(isUnavailable(await failure(other.query('select 1')))).toBe(true);
    });
  });
}
