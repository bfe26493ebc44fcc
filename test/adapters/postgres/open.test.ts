import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseError } from '../../../src/adapters/postgres/database-error.ts';
import { DirectoryLocked } from '../../../src/adapters/postgres/lock.ts';
import { openDatabase } from '../../../src/adapters/postgres/open.ts';
import { moduleUrl, runChild } from '../../support/child.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sitrep-open-'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the embedded database', () => {
  test('is made below a home that does not exist yet, and found again', async () => {
    const home = join(root, 'a', 'b');
    const progress: string[] = [];
    const first = await openDatabase({ home, onProgress: (text) => progress.push(text) });
    await first.query('create table kept (id int); insert into kept values (7)');
    await first.close();
    const second = await openDatabase({ home, onProgress: (text) => progress.push(text) });
    expect((await second.query('select id from kept')).rows).toEqual([{ id: 7 }]);
    await second.close();
    expect(progress).toHaveLength(2);
  });

  test('refuses a second one on the same home, and frees it when closed', async () => {
    const home = join(root, 'twice');
    const first = await openDatabase({ home });
    await expect(openDatabase({ home })).rejects.toThrow(DirectoryLocked);
    expect((await first.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await first.close();
    await (await openDatabase({ home })).close();
  });

  test('survives kill -9 under writes with every acknowledged row, and one row for each', async () => {
    const home = join(root, 'twice');
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const child = runChild(`
        import { openDatabase } from ${moduleUrl('adapters/postgres/open.ts')};
        const db = await openDatabase({ home: ${JSON.stringify(home)} });
        await db.query('create table if not exists written (id int primary key, half text); create table if not exists halves (id int)');
        const { rows } = await db.query('select coalesce(max(id), 0) as last from written');
        for (let id = rows[0].last + 1; ; id += 1) {
          await db.tx(async (sql) => {
            await sql.query('insert into written values ($1, $2)', [id, 'x'.repeat(500)]);
            await sql.query('insert into halves values ($1)', [id]);
          });
          console.log(id);
        }
      `);
      const goal = acknowledged + 100;
      while (acknowledged < goal) acknowledged = Number(await child.line());
      await child.kill();
      // What it had printed before dying was acknowledged too.
      for (;;) {
        const line = await child.line().catch(() => undefined);
        if (line === undefined) break;
        acknowledged = Number(line);
      }
      const db = await openDatabase({ home });
      const { rows } = await db.query<{ heap: number; index: number; halves: number }>(`
        select (select count(*) from written) as heap, (select count(*) from halves) as halves,
               (select count(*) from generate_series(1, (select max(id) from written)) i
                 where exists (select 1 from written where id = i)) as index`);
      const counts = rows[0];
      await db.close();
      expect(counts?.heap).toBeGreaterThanOrEqual(acknowledged);
      expect(counts?.heap).toBeLessThanOrEqual(acknowledged + 1);
      expect(counts?.halves).toBe(counts?.heap);
      expect(counts?.index).toBe(counts?.heap);
    }
  }, 60_000);

  test('killed while it was being made, it is made anew', async () => {
    const home = join(root, 'unfinished');
    const child = runChild(`
      import { openDatabase } from ${moduleUrl('adapters/postgres/open.ts')};
      await openDatabase({ home: ${JSON.stringify(home)}, onProgress: () => {
        console.log('making');
      }});
    `);
    await child.line();
    // PG_VERSION is among the first files; from then on the directory looks like a database.
    await expect
      .poll(() => execFileSync('find', [home, '-name', 'PG_VERSION']).toString(), {
        timeout: 15_000,
        interval: 1,
      })
      .not.toBe('');
    await child.kill();
    const db = await openDatabase({ home });
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await db.close();
  }, 60_000);

  test('of another major version is left alone and explained', async () => {
    const data = join(root, 'old', 'database', 'data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'PG_VERSION'), '17\n');
    const opening = openDatabase({ home: join(root, 'old') });
    await expect(opening).rejects.toThrow(/version 17 .*sitrep migrate --to/);
    // The lock is free again.
    await expect(openDatabase({ home: join(root, 'old') })).rejects.toThrow(DatabaseError);
  });

  test('in a home that is a file says what to do', async () => {
    const home = join(root, 'file');
    writeFileSync(home, '');
    await expect(openDatabase({ home })).rejects.toThrow(/cannot be used .*set SITREP_HOME/);
  });

  test('in a place where nobody may write says what to do', async () => {
    // Not below /proc: there Node's recursive mkdir never returns.
    await expect(openDatabase({ home: '/sys/sitrep' })).rejects.toThrow(/cannot be used .*set SITREP_HOME/);
  });
});

describe('a server', () => {
  test('that is not there says so and not its password', async () => {
    const opening = openDatabase({ home: root, url: 'postgres://user:hunter2@127.0.0.1:1/none' });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toContain('cannot be reached');
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  test.each(['mysql://user:hunter2@host/db', 'postgres://user:hunter2 x@host:notaport/db', 'hunter2'])(
    'with the address %s is refused with an example and without repeating it',
    async (url) => {
      const error: unknown = await openDatabase({ home: root, url }).catch((reason: unknown) => reason);
      expect(String(error)).toContain('postgres://user:password@host:5432/database');
      expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
    },
  );
});
