import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import type { Team } from '../config/team-file.ts';

/** Where the demo's people have their keys, one file each by their name. */
export function demoKeys(home: string): string {
  return join(home, 'demo-keys');
}

/**
 * The demo's people with keys, so that the terminal can be tried on it. They are made once and kept where only this user of
 * the machine can read them, who can press every button of the console anyway.
 */
export function withDemoKeys(team: Team, home: string): Team {
  const folder = demoKeys(home);
  makeDirectory(folder);
  const people = team.people.map((person) => {
    const key = keyIn(join(folder, person.name));
    return { ...person, keyHash: createHash('sha256').update(key).digest('hex') };
  });
  return { ...team, people };
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const key = randomBytes(32).toString('base64url');
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    return key;
  }
}
