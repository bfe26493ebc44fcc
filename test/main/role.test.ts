import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/main/outside.ts';
import { ROLES } from '../../src/main/role.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const READING = { KUBERNETES_TOKEN: 'reads', GITHUB_TOKEN: 'reads', GITHUB_REPOS: 'acme/shop' };

function configOf(environment: Record<string, string>) {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'sitrep.yaml'), 'kubernetes: { url: https://cluster.example }\n');
  return readConfig(environment, folder);
}

describe('a process of a role', () => {
  it.each(ROLES)('that is %s can write only where it executes', (role) => {
    const { world, writable } = connect(configOf(READING), null, role, pino({ level: 'silent' }));
    expect(world.cluster).not.toHaveProperty('patch');
    expect(world.codeHost).not.toHaveProperty('openRevert');
    expect(world.codeHost).not.toHaveProperty('closePullRequest');
    expect(writable === null).toBe(role !== 'all' && role !== 'executor');
    // The executor never writes with what it was given to read with.
    expect(Boolean(writable?.(1).cluster)).toBe(role === 'all');
  });
});
