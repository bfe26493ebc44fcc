import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshHome, runCli } from '../../support/bot.ts';

it('replaces the key from a terminal, and says when the old one can go', { timeout: 300_000 }, async () => {
  const home = freshHome();
  const added = ['silence', 'add', 'DiskFull', '--for', '1h', '--why', 'noisy'];
  expect(await runCli(added, home)).toMatchObject({ code: 0 });
  const old = readFileSync(join(home, 'audit-key'), 'utf8').trim();
  const anew = Buffer.alloc(32, 9).toString('base64');
  const rekey = (SITREP_AUDIT_KEY: string) => runCli(['audit', 'rekey'], home, { SITREP_AUDIT_KEY });

  expect(await rekey('')).toMatchObject({ code: 1, output: expect.stringContaining('must hold two keys') });
  const done = await rekey(`${anew},${old}`);
  expect(done).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^1 key wrapped anew.*; 0 had been/m),
  });
  expect(done.output).not.toContain(anew);
  expect((await rekey(`${anew},${old}`)).output).toContain('not needed any more');
  const exported = await runCli(['audit', 'export'], home, { SITREP_AUDIT_KEY: anew });
  expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('noisy') });
  expect(exported.stdout).toContain('keys.rewrapped');
  expect(await runCli(['audit', 'verify'], home)).toMatchObject({
    code: 1,
    output: expect.stringContaining('not the key that this database was sealed with'),
  });
});
