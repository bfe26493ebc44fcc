import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/main/outside.ts';
import { assertSeparate, ROLES, saidOfWriting } from '../../src/main/role.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const READING = { KUBERNETES_TOKEN: 'reads', GITHUB_TOKEN: 'reads', GITHUB_REPOS: 'acme/shop' };
const WRITING = { KUBERNETES_WRITE_TOKEN: 'writes', GITHUB_WRITE_TOKEN: 'writes' };

function configOf(environment: Record<string, string>) {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'sitrep.yaml'), 'kubernetes: { url: https://cluster.example }\n');
  return readConfig(environment, folder);
}

describe('a process of a role', () => {
  it.each(['web', 'intake', 'worker'] as const)(
    'that is %s does not start with a write credential, and says what to do without its value',
    (role) => {
      for (const [name, value] of Object.entries(WRITING)) {
        const refused = () => assertSeparate(role, configOf({ ...READING, [name]: value }));
        expect(refused).toThrow(new RegExp(`must not hold ${name}: .*--role executor`));
        expect(refused).not.toThrow(/: writes/);
      }
      assertSeparate(role, configOf(READING));
    },
  );

  it('that is executor needs the credential to write, and no other', () => {
    expect(() => assertSeparate('executor', configOf(READING))).toThrow('KUBERNETES_WRITE_TOKEN');
    assertSeparate('executor', configOf({ ...WRITING, GITHUB_REPOS: 'acme/shop' }));
  });

  it('that does everything writes with the one token that it has, and says so', () => {
    expect(saidOfWriting('all', configOf(READING))).toContain('KUBERNETES_TOKEN and GITHUB_TOKEN');
    expect(saidOfWriting('all', configOf({ ...READING, ...WRITING }))).toContain(
      'KUBERNETES_WRITE_TOKEN and GITHUB_WRITE_TOKEN',
    );
    expect(saidOfWriting('worker', configOf(READING))).toBeNull();
  });

  it.each(ROLES)('that is %s can write only where it executes', (role) => {
    const { world, writable } = connect(configOf(READING), null, role, pino({ level: 'silent' }));
    expect(world.cluster).not.toHaveProperty('patch');
    expect(world.codeHost).not.toHaveProperty('openRevert');
    expect(world.codeHost).not.toHaveProperty('closePullRequest');
    expect(writable === null).toBe(role !== 'all' && role !== 'executor');
    // The executor never writes with what it was given to read with.
    expect(writable?.cluster !== undefined && writable.cluster !== null).toBe(role === 'all');
  });
});
