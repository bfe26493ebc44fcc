import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../src/adapters/postgres/lock.ts';
import { runCli } from '../support/bot.ts';
import { startFakeUnleash, UNLEASH_TOKEN } from '../support/fake-unleash.ts';
import { localServer } from '../support/local-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

test('tells of the knowledge: not read yet, then how much there is, then which source cannot be read', () => {
  const cwd = temporaryDirectory();
  const run = (command: string, team: string) => {
    writeFileSync(join(cwd, 'sitrep.yaml'), team);
    const env = { PATH: process.env['PATH'], SITREP_HOME: join(cwd, 'home') };
    const done = spawnSync(process.execPath, [CLI, command], { cwd, env, encoding: 'utf8' });
    return { status: done.status, lines: done.stdout.split('\n') };
  };
  mkdirSync(join(cwd, 'runbooks'));
  writeFileSync(join(cwd, 'runbooks/a.md'), '# A\n\ntext\n\n## B\n\nmore');
  const team = 'knowledge: { incidents: false }\n';
  const line = (lines: string[], name: string) => lines.find((one) => one.slice(6).startsWith(name)) ?? '';

  const before = run('doctor', team);
  expect(line(before.lines, 'knowledge')).toMatch(
    /^ok {4}knowledge: 2 sources can be read; nothing was read yet/,
  );
  expect(line(before.lines, 'approvals')).toMatch(/^NOTE {2}approvals: nobody may approve/);

  run('ingest', team);
  const after = run('doctor', `${team}people: [{ slack: U012, name: on-call, may_approve: true }]\n`);
  expect(line(after.lines, 'knowledge')).toMatch(
    /^ok {4}knowledge: 1 document and 2 passages; 2 sources can be read; each was last read at \d{4}-.* UTC or later$/,
  );
  expect(line(after.lines, 'approvals')).toBe('');

  const wrong = run('doctor', 'knowledge: { incidents: false, git: [{ path: nowhere }] }\n');
  expect(line(wrong.lines, 'knowledge')).toMatch(/^WRONG knowledge: git:.*nowhere.*correct knowledge\.git/);
  expect(wrong.status).toBe(1);
}, 240_000);

test('finds nothing wrong in a Sitrep that is running', () => {
  const cwd = temporaryDirectory();
  const home = join(cwd, 'home');
  mkdirSync(join(home, 'database'), { recursive: true });
  const lock = lockDirectory(join(home, 'database'));
  onTestFinished(() => lock.release());
  const env = { PATH: process.env['PATH'], SITREP_HOME: home, PORT: '3999' };
  const done = spawnSync(process.execPath, [CLI, 'doctor'], { cwd, env, encoding: 'utf8' });
  expect(done.stdout).toContain(
    'NOTE  database: in use by a running Sitrep; http://127.0.0.1:3999/readyz says how it is',
  );
  expect(done.stdout).not.toContain('WRONG');
  expect(done.status).toBe(0);
}, 60_000);

test('asks Unleash for its environment, and sends nothing to the hosts of templates', async () => {
  const { url } = await startFakeUnleash();
  const cwd = temporaryDirectory();
  const template = (origin: string) =>
    `{ method: POST, url: '${origin}/pause', read_back: { url: '${origin}/', expect: { status: 200 } } }`;
  const run = async (token: string, team: string) => {
    writeFileSync(join(cwd, 'sitrep.yaml'), team);
    const environment = { UNLEASH_URL: url, UNLEASH_ADMIN_TOKEN: token };
    const { output } = await runCli(['doctor'], cwd, {
      ...environment,
      SITREP_CONFIG: join(cwd, 'sitrep.yaml'),
    });
    return output;
  };
  const flags = (environment: string) =>
    `feature_flags: [{ name: unleash, unleash: { environment: ${environment} } }]\n`;
  const asked: string[] = [];
  const origin = await localServer((request) => void asked.push(request.url ?? ''));

  const right = await run(
    UNLEASH_TOKEN,
    `${flags('production')}outbound: [{ host: 127.0.0.1, allow_private: true }]\nhttp: { templates: { pause: ${template(origin)} } }\n`,
  );
  expect(right).toContain(
    'ok    flags unleash: Unleash has the environment production of the project default',
  );
  expect(right).toContain(`ok    HTTP ${origin}: leads to 127.0.0.1, which is allowed; nothing was sent`);
  expect(asked).toEqual([]);

  const wrong = await run('wrong', `${flags('prod')}http: { templates: { pause: ${template(origin)} } }\n`);
  expect(wrong).toMatch(
    /WRONG flags unleash: Unleash does not accept the token \(401\)\. Check UNLEASH_TOKEN/,
  );
  expect(wrong).toMatch(/WRONG HTTP http:\S+: 127\.0\.0\.1 leads to .*allow_private: true/);

  const elsewhere = await run(UNLEASH_TOKEN, flags('prod'));
  expect(elsewhere).toMatch(
    /WRONG flags unleash: Unleash knows no environment prod .*\(there are: development, production\)/,
  );
  const project = flags('production').replace('{ environment', '{ project: nowhere, environment');
  expect(await run(UNLEASH_TOKEN, project)).toMatch(
    /WRONG flags unleash: .*project nowhere \(there are: none\)/,
  );
}, 240_000);
