import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJobs } from '../../src/adapters/postgres/jobs.ts';
import { openServer } from '../../src/adapters/postgres/server.ts';
import type { Step } from '../../src/incident/step.ts';
import { APPROVER, stage } from '../support/loop.ts';
import { freshHome, runCli, startBot, type Bot } from '../support/bot.ts';
import { fakeLog } from '../support/fake-log.ts';
import { ownDatabase, type OwnDatabase } from '../support/own-database.ts';

const KEY = 'k'.repeat(43);
const TEAM = `
services:
  checkout: {}
people:
  - { slack: U0ONCALL, name: on-call }
  - { slack: U0APPROVER, name: approver, may_approve: true, key_sha256: ${createHash('sha256').update(KEY).digest('hex')} }
`;

let database: OwnDatabase;
beforeEach(async () => {
  database = await ownDatabase();
});
afterEach(() => database.drop());

function place() {
  const home = freshHome();
  const config = join(home, 'sitrep.yaml');
  writeFileSync(config, TEAM);
  const environment: { SITREP_CONFIG: string; DATABASE_URL?: string } = {
    SITREP_CONFIG: config,
    ...database.environment,
  };
  const file = join(home, 'STOPPED');
  return { home, environment, file };
}

async function switchIn(url: string): Promise<unknown> {
  const db = await openServer({ url, schema: 'sitrep' });
  try {
    const { rows } = await db.query<{ value: unknown }>(`select value from setting where name = 'stopped'`);
    return rows[0]?.value;
  } finally {
    await db.close();
  }
}

const hasServer = () => 'DATABASE_URL' in database.environment;

describe('sitrep stop', { timeout: 120_000 }, () => {
  let bot: Bot | null = null;
  afterEach(async () => {
    await bot?.kill('SIGKILL');
    bot = null;
  });

  it('stops at once, and says what it could not do and what to do, where nobody can be told', async () => {
    const at = place();
    const away = hasServer() ? { DATABASE_URL: 'postgres://127.0.0.1:1/none' } : {};
    const told = await runCli(['stop', 'too', 'risky', '--undo-last', '15m'], at.home, {
      ...at.environment,
      ...away,
    });
    expect(told.code).toBe(1);
    expect(told.stdout).toContain('STOPPED holds');
    expect(told.output).toContain('Nothing is offered to be undone: ');
    if (!hasServer()) expect(told.output).toContain('no undo may pass. Run it again with --as');
    expect(readFileSync(at.file, 'utf8')).toMatch(/^too risky\nundo order [0-9a-f-]{36}\nby cli.*\n$/);
  });

  it('stops first and complains about a time afterwards', async () => {
    const at = place();
    const told = await runCli(['stop', '--undo-last', 'soon'], at.home, at.environment);
    expect(told).toMatchObject({ code: 1, output: expect.stringContaining('“soon” is no time') });
    expect(readFileSync(at.file, 'utf8')).toMatch(/^stopped from the command line\n\nby cli.*\n$/);
  });

  it('writes the file though nothing else of the settings can be read', async () => {
    const at = place();
    writeFileSync(at.environment.SITREP_CONFIG, 'peeple: [');
    const { DATABASE_URL: _, ...embedded } = at.environment;
    await runCli(['stop', 'too', 'risky'], at.home, { ...embedded, PORT: 'none' });
    expect(readFileSync(at.file, 'utf8')).toMatch(/^too risky\n/);
  });

  it('says that nothing is stopped where neither the file can be written nor anybody told', async () => {
    const at = place();
    const { DATABASE_URL: _, ...embedded } = at.environment;
    const told = await runCli(['stop', 'too', 'risky'], '/dev/null/nowhere', embedded);
    expect(told).toMatchObject({ code: 1, output: expect.stringContaining('Nothing is stopped. ') });
    expect(told.output).toContain('cannot be written');
    expect(told.stdout).not.toContain('holds');
  });

  it('pulls the switch on the server though the file cannot be written and the time is none', async (test) => {
    if (!hasServer()) return test.skip('needs a PostgreSQL server: TEST_DATABASE_URL');
    const at = place();
    const key = { SITREP_AUDIT_KEY: Buffer.alloc(32, 7).toString('base64') };
    expect(await runCli(['migrate'], at.home, { ...at.environment, ...key })).toMatchObject({ code: 0 });
    const told = await runCli(['stop', 'too', 'risky', '--undo-last', 'soon'], '/dev/null/nowhere', {
      ...at.environment,
      ...key,
    });
    expect(told.code).toBe(1);
    expect(told.output).toContain('“soon” is no time');
    expect(told.output).toContain('All is stopped for every host on this database');
    expect(await switchIn(at.environment.DATABASE_URL ?? '')).toMatchObject({
      why: 'too risky',
      order: null,
    });
  });

  it('is not satisfied with an answer of something else that listens there', async () => {
    const at = place();
    const other = createServer((_, response) => response.end('{"status":"up"}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { DATABASE_URL: _, ...embedded } = at.environment;
    const told = await runCli(['stop', 'too', 'risky', '--as', 'approver', '--undo-last', '15m'], at.home, {
      ...embedded,
      PORT: String((other.address() as AddressInfo).port),
      SITREP_KEY: KEY,
    }).finally(() => other.close());
    expect(told).toMatchObject({ code: 1, output: expect.stringContaining('is no Sitrep') });
  });

  it('pulls the switch on the server without the key of the record, and says what is missing', async (test) => {
    if (!hasServer()) return test.skip('needs a PostgreSQL server: TEST_DATABASE_URL');
    const at = place();
    const key = { SITREP_AUDIT_KEY: Buffer.alloc(32, 7).toString('base64') };
    expect(await runCli(['migrate'], at.home, { ...at.environment, ...key })).toMatchObject({ code: 0 });
    const told = await runCli(['stop', 'too', 'risky'], at.home, {
      ...at.environment,
      SITREP_AUDIT_KEY: '',
    });
    expect(told).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /All is stopped for every host on this database, but this command could not put it on record\. .*SITREP_AUDIT_KEY is missing/,
      ) as string,
    });
    expect(existsSync(at.file)).toBe(true);
    expect(await switchIn(at.environment.DATABASE_URL ?? '')).toEqual({
      by: expect.stringMatching(/^cli/) as string,
      why: 'too risky',
      order: null,
    });
  });

  it('lifts the file alone where the database is away, says so, and fails', async () => {
    const at = place();
    const away = {
      ...at.environment,
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      PORT: '1',
      SITREP_KEY: KEY,
    };
    for (const as of [[], ['--as', 'approver']]) {
      writeFileSync(at.file, 'too risky\n');
      const told = await runCli(['resume', ...as], at.home, away);
      expect(told).toMatchObject({
        code: 1,
        output: expect.stringMatching(
          /The file is gone\. The switch in the database was not lifted, and where it is on it stays on: .*Run “sitrep resume” again/,
        ) as string,
      });
      expect(told.stdout).not.toContain('allowed again');
      expect(existsSync(at.file)).toBe(false);
    }
  });

  it('lifts the file alone where no Sitrep answers that could lift its own stop, says so, and fails', async () => {
    const at = place();
    writeFileSync(at.file, 'too risky\n');
    const { DATABASE_URL: _, ...embedded } = at.environment;
    const told = await runCli(['resume', '--as', 'approver'], at.home, {
      ...embedded,
      PORT: '1',
      SITREP_KEY: KEY,
    });
    expect(told).toMatchObject({
      code: 1,
      output: expect.stringContaining(
        'What was stopped in Sitrep itself, if it was, stays stopped: ',
      ) as string,
    });
    expect(existsSync(at.file)).toBe(false);
  });

  it('tells the running Sitrep as the person whose key it is, and lifts it again', async () => {
    const at = place();
    bot = await startBot(at.home, at.environment);
    const known = { ...at.environment, PORT: new URL(bot.url).port, SITREP_KEY: KEY };
    const stop = await runCli(['stop', '--as', 'approver', '--undo-last', '15m'], at.home, known);
    expect(stop).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to undo: ') });
    expect(stop.stdout).not.toContain('something else');
    const resume = await runCli(['resume', '--as', 'approver'], at.home, known);
    expect(resume).toMatchObject({ code: 0, stdout: expect.stringContaining('Actions are allowed again.') });
    expect(existsSync(at.file)).toBe(false);
  });

  it('tells the server where there is one, without a key', async (test) => {
    if (!hasServer()) return test.skip('needs a PostgreSQL server: TEST_DATABASE_URL');
    const at = place();
    // The key of the vault that the loop of the tests seals with.
    const own = { ...at.environment, SITREP_AUDIT_KEY: Buffer.alloc(32, 7).toString('base64') };
    expect(await runCli(['migrate'], at.home, own)).toMatchObject({ code: 0 });
    const db = await openServer({ url: own.DATABASE_URL ?? '', schema: 'sitrep' });
    try {
      // As a Sitrep that has run here once has left it.
      await (await openJobs(db, { log: fakeLog() })).drain();
      const s = await stage(db);
      await s.fire();
      await s.turn();
      const [action] = (await s.view()).proposals;
      if (!action) throw new Error('nothing is proposed');
      await s.loop.approve({ proposalId: action.id, digest: action.digest, person: APPROVER });
      await s.turn();
      const stop = await runCli(['stop', '--undo-last', '15', '--as', 'on-call'], at.home, own);
      expect(stop).toMatchObject({ code: 0, stdout: expect.stringContaining('Except undoing “') });
      const { rows } = await db.query<{ data: Step }>(`select data from sitrep_jobs.job where name = 'undo'`);
      expect(rows).toHaveLength(1);
      if (rows[0]) await s.loop.run(rows[0].data);
      const undo = (await s.view()).proposals.find((one) => one.undoes === action.id);
      expect(undo?.requestedBy).toMatch(/^cli.* \(says it is U0ONCALL\)$/);
      const stopped = await s.transaction((store) => store.stopped());
      expect(stopped?.by).toBe(undo?.requestedBy);
      const asked = { proposalId: undo?.id ?? '', digest: undo?.digest ?? '', person: APPROVER };
      expect(await s.loop.approve(asked)).toMatchObject({ ok: true });
      await s.turn();
      expect(s.cluster.running()).toBe('shop/pricing:bad');
    } finally {
      await db.close();
    }
    const off = expect.stringContaining('The switch in the database is off.') as string;
    const asks = expect.stringContaining('--as YOUR-NAME and SITREP_KEY') as string;
    expect(await runCli(['resume'], at.home, own)).toMatchObject({ code: 1, output: asks });
    for (const [as, key] of [
      ['approver', 'x'.repeat(43)],
      ['on-call', KEY],
    ] as const)
      expect(
        await runCli(['resume', '--as', as], at.home, { ...own, PORT: '1', SITREP_KEY: key }),
      ).toMatchObject({
        code: 1,
        output: expect.stringContaining('stays on') as string,
      });
    const known = { ...own, PORT: '1', SITREP_KEY: KEY };
    expect(await runCli(['resume', '--as', 'approver'], at.home, known)).toMatchObject({
      code: 0,
      stdout: off,
    });
    expect(await runCli(['resume'], at.home, own)).toMatchObject({ code: 0, stdout: off });
  });
});
