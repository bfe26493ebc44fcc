import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../src/incident/incident.ts';
import type { IncidentView } from '../src/incident/view.ts';
import { freshHome, postAlert, runCli, startBot, WEBHOOK_TOKEN, type Bot } from './support/bot.ts';

// The real program as a process: what it answers, what it refuses to start with, and what is left of it
// when it is killed.

const TEAM = `
services:
  checkout: {}
people:
  - { slack: U0ONCALL, name: on-call }
  - { slack: U0APPROVER, name: approver, may_approve: true }
timing: { correlation_seconds: 600 }
`;

function home(team: string = TEAM): { home: string; config: string } {
  const folder = freshHome();
  const config = join(folder, 'sitrep.yaml');
  writeFileSync(config, team);
  mkdirSync(join(folder, 'runbooks'));
  return { home: folder, config };
}

/** What a browser gets for a page whose own name was made to lead to this machine. */
const statusUnderName = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });

const running: Bot[] = [];
async function start(
  at: { home: string; config: string },
  environment: Record<string, string> = {},
): Promise<Bot> {
  const bot = await startBot(at.home, { SITREP_CONFIG: at.config, ...environment });
  running.push(bot);
  return bot;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((bot) => bot.kill('SIGKILL')));
});

async function incidents(at: { home: string; config: string }): Promise<IncidentView[]> {
  const list = await runCli(['incidents', '--json'], at.home, { SITREP_CONFIG: at.config });
  const views = [];
  for (const { id } of JSON.parse(list.stdout) as Incident[]) {
    const one = await runCli(['incidents', `INC-${id}`, '--json'], at.home, { SITREP_CONFIG: at.config });
    views.push(JSON.parse(one.stdout) as IncidentView);
  }
  return views;
}

/** Waits until every alert has its incident and nothing is left to be shown in Slack. */
const allShown = (bot: Bot) =>
  vi.waitFor(
    async () => {
      const metrics = await (await fetch(`${bot.url}/metrics`)).text();
      expect(metrics).toMatch(/^sitrep_alerts_waiting 0$/m);
      expect(metrics).toMatch(/^sitrep_messages_waiting 0$/m);
      expect(metrics).toMatch(/^sitrep_incidents\{state="awaiting"\} [1-9]/m);
    },
    { timeout: 45_000, interval: 100 },
  );

describe('sitrep start', { timeout: 120_000 }, () => {
  it('answers health, alerts and wrong requests, and drains on an interrupt', async () => {
    const at = home();
    const bot = await start(at);
    expect((await fetch(`${bot.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${bot.url}/readyz`)).json()).toEqual({ status: 'ready', down: [] });
    expect(await postAlert(bot.url, { fingerprint: 'a', service: 'checkout' })).toBe(200);

    const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
      fetch(`${bot.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${WEBHOOK_TOKEN}`, ...headers },
        body: body ?? null,
      });
    expect((await post('{}', { Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post('{')).status).toBe(400);
    expect((await post('{}', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post(new Uint8Array(10), { 'Content-Encoding': 'gzip' })).status).toBe(400);
    const huge = await post('x'.repeat(4 * 1024 * 1024 + 1)).catch(() => null);
    expect(huge === null || huge.status === 413).toBe(true);
    expect((await fetch(`${bot.url}/hooks/`, { method: 'POST', body: '{}' })).status).toBe(404);
    const unknown = await fetch(`${bot.url}/hooks/nagios`, { method: 'POST', body: '{}' });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({
      error: expect.any(String),
      fix: expect.stringMatching(/alertmanager.*json/),
    });
    expect((await fetch(`${bot.url}/hooks/alertmanager`)).status).toBe(405);
    // The console is for this machine under its own name only.
    expect((await fetch(bot.url)).status).toBe(200);
    expect(await statusUnderName(bot.url, 'rebound.example')).toBe(403);

    await allShown(bot);
    expect(await bot.kill('SIGINT')).toBe(0);
    expect(bot.output()).toContain('Nothing is left running');
    expect((await incidents(at))[0]?.alerts).toHaveLength(1);
    const audit = await runCli(['audit', 'verify'], at.home, { SITREP_CONFIG: at.config });
    expect(audit).toMatchObject({ code: 0, output: expect.stringContaining('The chain is intact') });
    // What is checked elsewhere needs nothing but files: the export, and the checkpoints that were kept apart.
    const exported = await runCli(['audit', 'export'], at.home, { SITREP_CONFIG: at.config });
    const [file, checkpoints] = [join(at.home, 'export.jsonl'), join(at.home, 'audit-checkpoints.jsonl')];
    writeFileSync(file, exported.stdout);
    const { stdout: key } = await runCli(['audit', 'key'], at.home);
    const check = () =>
      runCli(['audit', 'verify', file, '--checkpoints', checkpoints, '--key', key.trim()], at.home);
    expect(await check()).toMatchObject({
      code: 0,
      output: expect.stringContaining('0 after them are not yet'),
    });
    const lines = exported.stdout.trimEnd().split('\n');
    writeFileSync(file, `${lines.slice(0, -1).join('\n')}\n`);
    expect(await check()).toMatchObject({
      code: 1,
      output: expect.stringContaining(`broken at entry ${lines.length}: it was cut off`),
    });
  });

  it('loses no acknowledged alert when it is killed again and again', async () => {
    const at = home();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const bot = await start(at);
      // Posts run on while the process is killed under them, a little later in every round.
      const posts = Array.from({ length: 12 }, async (_, i) => {
        const fingerprint = `r${round}-${i}`;
        if ((await postAlert(bot.url, { fingerprint, service: 'checkout' })) === 200)
          acknowledged.add(fingerprint);
      });
      await Promise.all(posts.slice(0, round * 2 + 1));
      await bot.kill('SIGKILL');
      await Promise.all(posts);
    }
    expect(acknowledged.size).toBeGreaterThan(10);
    const bot = await start(at);
    await allShown(bot);
    expect(await bot.kill('SIGTERM')).toBe(0);
    const views = await incidents(at);
    const stored = views.flatMap((view) => view.alerts.map((alert) => alert.fingerprint));
    expect(stored).toEqual(expect.arrayContaining([...acknowledged]));
    expect(new Set(stored).size).toBe(stored.length);
    expect(views).toHaveLength(1);
  });

  it.each([
    [
      'a mistake in sitrep.yaml',
      'services:\n  checkout: { depends: [x] }\n',
      {},
      /sitrep\.yaml:2: services\.checkout: .*depends/,
    ],
    ['a wrong variable', TEAM, { PORT: '99999' }, /^sitrep: PORT: /],
    [
      'a home that cannot be written',
      TEAM,
      { SITREP_HOME: '/proc/sitrep' },
      /SITREP_HOME: \/proc\/sitrep cannot be used/,
    ],
    [
      'a database that does not answer',
      TEAM,
      {
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64'),
      },
      /DATABASE_URL|database/,
    ],
    [
      'a server and no key for the record',
      TEAM,
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      /SITREP_AUDIT_KEY is missing/,
    ],
  ])('does not start with %s, and says what to do', async (_, team, environment, message) => {
    const at = home(team);
    const ended = await runCli(['start'], at.home, { SITREP_CONFIG: at.config, ...environment });
    expect(ended.code).toBe(1);
    expect(ended.output).toMatch(message);
    expect(ended.output).not.toMatch(/\n\s+at .*\.ts:/);
  });

  it('does not start as one of several processes on a database that they cannot share', async () => {
    const at = home();
    const ended = await runCli(['start', '--role', 'intake'], at.home, {
      SITREP_CONFIG: at.config,
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'secret',
      SLACK_CHANNEL: 'C0INCIDENTS',
    });
    expect(ended).toMatchObject({
      code: 1,
      output: expect.stringContaining('The role intake needs a PostgreSQL server'),
    });
  });

  it('does not start as one of several processes without real Slack, and ends', async () => {
    const at = home();
    const ended = await runCli(['start', '--role', 'web'], at.home, { SITREP_CONFIG: at.config });
    expect(ended).toMatchObject({
      code: 1,
      output: expect.stringContaining('The role web needs real Slack'),
    });
  });

  it('does not take a port or a database that another process has', async () => {
    const at = home();
    await start(at);
    const second = await runCli(['start'], at.home, { SITREP_CONFIG: at.config });
    expect(second).toMatchObject({ code: 1, output: expect.stringMatching(/in use by process \d+/) });
    const reading = await runCli(['incidents'], at.home, { SITREP_CONFIG: at.config });
    expect(reading).toMatchObject({ code: 1, output: expect.stringMatching(/Run this when that one has/) });

    const server = createServer().listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as AddressInfo;
    const third = await runCli(['start'], home().home, { PORT: String(port) });
    expect(third).toMatchObject({
      code: 1,
      output: expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`),
    });
    server.close();
  });

  it('goes on without runbooks, and says so on the card', async () => {
    const at = home(`${TEAM}runbooks: nowhere\n`);
    const bot = await start(at);
    expect(bot.output()).toMatch(/nowhere/);
    expect(await postAlert(bot.url, { fingerprint: 'a', service: 'checkout' })).toBe(200);
    await allShown(bot);
    await bot.kill('SIGTERM');
    const [view] = await incidents(at);
    expect(view?.journal).toContainEqual(
      expect.objectContaining({ kind: 'evidence.missing', what: 'No runbook matches these alerts.' }),
    );
  });
});

describe('the kill switch on the command line', { timeout: 60_000 }, () => {
  it('stops and allows actions without a database', async () => {
    const at = home();
    const stopped = await runCli(['stop', 'too', 'risky'], at.home, { SITREP_CONFIG: at.config });
    expect(stopped).toMatchObject({ code: 0, output: expect.stringContaining('STOPPED holds') });
    const resumed = await runCli(['resume'], at.home, { SITREP_CONFIG: at.config });
    expect(resumed).toMatchObject({ code: 0, output: expect.stringContaining('allowed again') });
  });
});
