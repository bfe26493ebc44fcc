import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { openDatabase } from '../../../src/adapters/postgres/open.ts';
import { freshHome, runCli } from '../../support/bot.ts';
import { MIGRATIONS } from '../../support/migrations.ts';

const WORD = 'canary4711';

it(
  'exports, erases and verifies from a terminal, and checks an export by itself',
  { timeout: 180_000 },
  async () => {
    const home = freshHome();
    // A directory that is not the one meant has an empty record, which is no good news.
    expect(await runCli(['audit', 'verify'], home)).toMatchObject({
      code: 1,
      output: expect.stringContaining('no entry is no intact chain'),
    });
    const silence = (why: string) =>
      runCli(['silence', 'add', 'DiskFull', '--for', '1h', '--why', why], home);
    expect(await silence('noisy')).toMatchObject({ code: 0 });
    const db = await openDatabase({ home });
    await migrate(db, MIGRATIONS);
    await db.query(`insert into incident (state, title, severity) values ('closed', '${WORD}', 'info')`);
    await db.close();

    const exported = await runCli(['audit', 'export'], home);
    const file = join(home, 'export.jsonl');
    writeFileSync(file, exported.stdout);
    const verify = (...more: string[]) => runCli(['audit', 'verify', ...more], home);
    expect(await verify(file)).toMatchObject({ code: 0, output: expect.stringContaining('intact: 1 entry') });
    const sealed = await runCli(['audit', 'export', '--sealed'], home);
    expect(sealed.stdout).not.toContain('noisy');
    expect(exported.stdout).toContain('noisy');
    writeFileSync(file, exported.stdout.replace('noisy', 'quiet'));
    expect(await verify(file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('broken at entry 1: its content was changed'),
    });

    const erase = () => runCli(['audit', 'erase', '--incident', '1', '--why', 'asked for'], home);
    expect(await erase()).toMatchObject({ code: 0, output: expect.stringContaining('INC-1') });
    expect(await erase()).toMatchObject({ code: 1, output: expect.stringContaining('erased before') });
    expect((await runCli(['incidents'], home)).output).not.toContain(WORD);
    expect(await verify()).toMatchObject({ code: 0, output: expect.stringContaining('2 entries') });

    writeFileSync(file, (await runCli(['audit', 'export', '--from', '2'], home)).stdout);
    expect(await verify(file, '--from', '2')).toMatchObject({ code: 0 });
    expect(await verify(file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('entry 1: it is missing'),
    });
  },
);
