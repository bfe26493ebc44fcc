import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demoKeys, withDemoKeys } from '../../src/main/demo-keys.ts';
import { teamOf } from '../../src/main/team.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

it('the people of the demo have keys for the terminal, which stay and which nobody else can read', () => {
  const home = temporaryDirectory();
  const team = teamOf({ team: null });
  expect(team.people.map(({ keyHash }) => keyHash)).toEqual([null, null]);
  const { people } = withDemoKeys(team, home);
  for (const { name, keyHash } of people) {
    const file = join(demoKeys(home), name);
    const key = readFileSync(file, 'utf8').trim();
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(keyHash).toBe(createHash('sha256').update(key).digest('hex'));
    expect(statSync(file).mode & 0o077).toBe(0);
  }
  expect(new Set(people.map(({ keyHash }) => keyHash)).size).toBe(2);
  expect(withDemoKeys(team, home).people).toEqual(people);
});
