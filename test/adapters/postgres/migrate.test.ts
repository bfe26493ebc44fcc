import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, MigrationError, readMigrations } from '../../../src/adapters/postgres/migrate.ts';
import { openServer } from '../../../src/adapters/postgres/server.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { DATABASES, serverDatabase, TEST_DATABASE_URL } from '../../support/database.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sitrep-migrations-'));
  write('0001_first.sql', 'create table first (id int primary key);\ninsert into first values (1);');
  write('0002_second.sql', 'create table second (id int references first);');
});
afterEach(() => rmSync(directory, { recursive: true }));
const write = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);

describe.each(DATABASES)('migrating the %s database', (_, open) => {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  test('applies what is missing, in order, once', async () => {
    expect(await migrate(db, directory)).toEqual(['0001_first.sql', '0002_second.sql']);
    expect(await migrate(db, directory)).toEqual([]);
    write('0003_third.sql', 'insert into first values (3);');
    expect(await migrate(db, directory)).toEqual(['0003_third.sql']);
    expect((await db.query('select id from first order by id')).rows).toEqual([{ id: 1 }, { id: 3 }]);
  });

  test('leaves nothing of a file that fails, and goes on from there', async () => {
    write('0003_third.sql', 'insert into first values (3);\ninsert into first values (1);');
    await expect(migrate(db, directory)).rejects.toMatchObject({ code: '23505' });
    expect((await db.query('select id from first')).rows).toEqual([{ id: 1 }]);
    write('0003_third.sql', 'insert into first values (3);');
    expect(await migrate(db, directory)).toEqual(['0003_third.sql']);
  });

  test('refuses a file that was edited afterwards', async () => {
    await migrate(db, directory);
    write('0002_second.sql', 'create table second (id int);');
    await expect(migrate(db, directory)).rejects.toThrow(/0002_second.sql was edited .*new migration/);
  });

  test('refuses a database that is newer than the program', async () => {
    await migrate(db, directory);
    rmSync(join(directory, '0002_second.sql'));
    await expect(migrate(db, directory)).rejects.toThrow(/0002_second.sql.*newer than the program/);
  });
});

describe.skipIf(TEST_DATABASE_URL === undefined)('eight replicas at once', () => {
  test('apply each migration once', async () => {
    write('0003_third.sql', 'select pg_sleep(0.2); insert into first values (3);');
    const url = TEST_DATABASE_URL ?? '';
    const owner = await serverDatabase();
    // A schema that does not exist yet, so that they race for that too.
    const replicas = await Promise.all(
      Array.from({ length: 8 }, () => openServer({ url, schema: `${owner.schema}_jobs` })),
    );
    try {
      const applied = await Promise.all(replicas.map((replica) => migrate(replica, directory)));
      expect(applied.flat().toSorted()).toEqual(['0001_first.sql', '0002_second.sql', '0003_third.sql']);
      expect((await replicas[0]?.query('select id from first'))?.rows).toEqual([{ id: 1 }, { id: 3 }]);
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()));
      await owner.close();
    }
  });
});

describe('the migration files', () => {
  test.each([
    ['a gap', '0004_gap.sql'],
    ['a repeated number', '0002_again.sql'],
    ['no number', 'later.sql'],
  ])('with %s are refused', (_, name) => {
    write(name, 'select 1');
    expect(() => readMigrations(directory)).toThrow(MigrationError);
  });
});
