import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { start } from '../../src/main.ts';
import type { Role } from '../../src/main/role.ts';
import { assertSeparate, saidOfWriting } from '../../src/main/separation.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { WRITING } from '../support/write-variables.ts';

const PIN = 'a'.repeat(64);
const TEAM = `
kubernetes: { url: https://cluster.example }
services: { shop: { fly: { app: shop }, github: { repo: acme/shop } } }
feature_flags: [{ name: unleash, unleash: { environment: production } }]
http:
  templates:
    pause:
      method: POST
      url: https://broker.example/pause
      headers: { Authorization: { env: BROKER_TOKEN } }
      read_back: { url: https://broker.example/, headers: { Authorization: { env: BROKER_READ } }, expect: { status: 200 } }
mcp:
  queue:
    command: [queue]
    env: [PATH, QUEUE_TOKEN]
    read_env: { QUEUE_TOKEN: QUEUE_READ }
    tools: { get: { pin: ${PIN} }, set: { pin: ${PIN}, writes: true } }
  metrics: { command: [metrics], env: [METRICS_TOKEN], tools: { get: { pin: ${PIN} } } }
`;
const SHARED = {
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  SITREP_AUDIT_KEY: Buffer.alloc(32).toString('base64'),
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 's',
  SLACK_CHANNEL: 'C1',
  GITHUB_REPOS: 'acme/shop',
  UNLEASH_URL: 'https://unleash.example',
};
const READING = {
  ...SHARED,
  KUBERNETES_TOKEN: 'reads',
  GITHUB_TOKEN: 'reads',
  FLY_API_TOKEN: 'reads',
  UNLEASH_TOKEN: 'reads',
  BROKER_READ: 'reads',
  QUEUE_READ: 'reads',
  METRICS_TOKEN: 'reads',
};
const READERS = ['web', 'intake', 'worker'] as const;

function configOf(environment: Record<string, string>, team = TEAM) {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'sitrep.yaml'), team);
  return readConfig({ ...environment, SITREP_HOME: join(folder, 'home') }, folder);
}

function without<T extends object>(all: T, name: keyof T): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
}

const starting = (role: Role, environment: Record<string, string>) =>
  start({
    config: configOf(environment),
    role,
    log: pino({ level: 'silent' }),
    onProgress: () => {},
  });

describe('write credentials', () => {
  it.each(READERS.flatMap((role) => Object.keys(WRITING).map((variable) => [role, variable] as const)))(
    'keep %s from starting that has %s, which says what to do without the value',
    async (role, variable) => {
      const refused = starting(role, { ...READING, [variable]: 'a-secret' });
      await expect(refused).rejects.toThrow(
        new RegExp(`role ${role} must not hold ${variable}: .*Unset it here .*--role executor`),
      );
      await expect(refused).rejects.not.toThrow('a-secret');
    },
  );

  it.each(READERS)('that are not there are no hindrance to %s', (role) => {
    assertSeparate(role, configOf(READING));
    expect(saidOfWriting(role, configOf(READING))).toBeNull();
  });

  it('are all that the executor needs, besides what its read-backs are sent with', () => {
    assertSeparate('executor', configOf({ ...SHARED, ...WRITING, BROKER_READ: 'reads' }));
  });

  it.each(['KUBERNETES_WRITE_TOKEN', 'UNLEASH_ADMIN_TOKEN', 'BROKER_TOKEN', 'QUEUE_TOKEN'] as const)(
    'that sitrep.yaml asks for are missed at the start of the executor: %s',
    (variable) => {
      const config = configOf({ ...READING, ...without(WRITING, variable) });
      expect(() => assertSeparate('executor', config)).toThrow(new RegExp(`${variable}.*Set it and start`));
    },
  );

  it.each(['GITHUB_WRITE_TOKEN', 'FLY_WRITE_TOKEN'] as const)(
    'that nothing insists on are missed in what the executor says: %s',
    (variable) => {
      const said = saidOfWriting('executor', configOf({ ...READING, ...without(WRITING, variable) }));
      expect(said).toMatch(
        new RegExp(
          `^${variable} is missing, which an executor .* will be refused\\. Where you want them, set a .*token`,
        ),
      );
      const neither = configOf({ ...SHARED, ...without(WRITING, variable) });
      expect(saidOfWriting('executor', neither)).toBe(said);
    },
  );

  it('and the other ones are named by a process that holds both', () => {
    expect(saidOfWriting('all', configOf({ ...READING, ...WRITING }))).toContain(
      Object.keys(WRITING).join(' and '),
    );
    const single = configOf({ ...READING, BROKER_TOKEN: 'writes', QUEUE_TOKEN: 'writes' });
    expect(saidOfWriting('all', single)).toContain(
      'BROKER_TOKEN and QUEUE_TOKEN and KUBERNETES_TOKEN and GITHUB_TOKEN and FLY_API_TOKEN and UNLEASH_TOKEN',
    );
  });

  it('are told by the command line, in the words of the start', () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'sitrep.yaml'), TEAM);
    const cli = resolve(import.meta.dirname, '../../src/cli.ts');
    const env = { ...READING, QUEUE_TOKEN: 'a-secret', SITREP_HOME: join(folder, 'home') };
    const { status, stderr } = spawnSync(process.execPath, [cli, 'start', '--role', 'worker'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'must not hold QUEUE_TOKEN: only the executor writes (QUEUE_TOKEN is what mcp.queue writes with)',
    );
    expect(stderr).not.toContain('a-secret');
  }, 60_000);
});

describe('what reads', () => {
  it.each(['BROKER_READ', 'QUEUE_READ', 'METRICS_TOKEN'] as const)(
    'is missed by the worker: %s',
    (variable) => {
      expect(() => assertSeparate('worker', configOf(without(READING, variable)))).toThrow(
        new RegExp(`${variable} is missing, but .* in sitrep.yaml names it`),
      );
      assertSeparate('intake', configOf(without(READING, variable)));
    },
  );

  it('with a variable that writes elsewhere takes one of its own', () => {
    const team = TEAM.replace('METRICS_TOKEN', 'QUEUE_TOKEN');
    expect(() => assertSeparate('worker', configOf(READING, team))).toThrow(
      'mcp.queue writes with it, so only the executor may hold it: give mcp.metrics a variable of its own',
    );
  });
});
