import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshHome, runCli, startBot, type Bot } from '../support/bot.ts';
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
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.drop());

function place() {
  const home = freshHome();
  const config = join(home, 'sitrep.yaml');
  writeFileSync(config, TEAM);
  const environment = { SITREP_CONFIG: config, ...database.environment };
  const file = join(home, 'STOPPED');
  return { home, environment, file };
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
    expect(readFileSync(at.file, 'utf8')).toMatch(/^too risky\nundo order [0-9a-f-]{36}\n$/);
  });

  it('stops first and complains about a time afterwards', async () => {
    const at = place();
    const told = await runCli(['stop', '--undo-last', 'soon'], at.home, at.environment);
    expect(told).toMatchObject({ code: 1, output: expect.stringContaining('“soon” is no time') });
    expect(readFileSync(at.file, 'utf8')).toBe('stopped from the command line\n');
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
    if (!hasServer()) return test.skip();
    const at = place();
    const stop = await runCli(['stop', '--undo-last', '15'], at.home, at.environment);
    expect(stop).toMatchObject({ code: 0, stdout: expect.stringContaining('in the last 15 minutes') });
    const resume = await runCli(['resume'], at.home, at.environment);
    expect(resume).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The switch in the database is off.'),
    });
  });
});
