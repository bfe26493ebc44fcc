import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DirectoryLocked, lockDirectory } from '../../../src/adapters/postgres/lock.ts';
import { type Child, moduleUrl, runChild } from '../../support/child.ts';

let directory: string;
const children: Child[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sitrep-lock-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  rmSync(directory, { recursive: true });
});

/** A process that tries for the lock at once or, with `when`, as soon as it is told. */
function locker(where: string, when: 'now' | 'told' = 'now'): Child {
  const child = runChild(`
    import { lockDirectory } from ${moduleUrl('adapters/postgres/lock.ts')};
    import { once } from 'node:events';
    if (${when === 'told'}) {
      console.log('waiting');
      await once(process.stdin, 'data');
    }
    try {
      lockDirectory(${JSON.stringify(where)});
      // Nobody keeps the result; the lock must stay all the same.
      gc();
      console.log('held');
    } catch (error) {
      console.log(error.name);
    }
    setInterval(() => {}, 1000);
  `);
  children.push(child);
  return child;
}

test('a second process is refused and told who holds it and what to do', async () => {
  const holder = locker(directory);
  expect(await holder.line()).toBe('held');
  const attempt = (): unknown => lockDirectory(directory);
  expect(attempt).toThrow(DirectoryLocked);
  expect(attempt).toThrow(new RegExp(`${directory} is in use by process ${holder.pid} on .*SITREP_HOME`));
});

test('after kill -9 of the holder the next one gets it at once', async () => {
  const holder = locker(directory);
  expect(await holder.line()).toBe('held');
  await holder.kill();
  lockDirectory(directory).release();
});

test('a stale owner file with the id of a living process does not hold anything', () => {
  writeFileSync(
    join(directory, 'owner.json'),
    JSON.stringify({ pid: process.ppid, host: 'here', since: '' }),
  );
  lockDirectory(directory).release();
});

test('the same process is refused too, and gets it after release', () => {
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(DirectoryLocked);
  lock.release();
  lock.release();
  lockDirectory(directory).release();
});

test('of eight that start at once exactly one gets it', async () => {
  const eight = Array.from({ length: 8 }, () => locker(directory, 'told'));
  for (const child of eight) expect(await child.line()).toBe('waiting');
  for (const child of eight) child.process.stdin?.write('go\n');
  const answers = await Promise.all(eight.map((child) => child.line()));
  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'DirectoryLocked')).toHaveLength(7);
});

test('paths longer than a socket address work', async () => {
  const long = join(directory, 'a'.repeat(120), 'b'.repeat(120));
  mkdirSync(long, { recursive: true });
  const holder = locker(long);
  expect(await holder.line()).toBe('held');
  expect(() => lockDirectory(long)).toThrow(DirectoryLocked);
});
