import { expect, it } from 'vitest';
import type { Silence } from '../../src/incident/silence.ts';
import { freshHome, runCli } from '../support/bot.ts';

it('silences from a terminal, lists and ends', { timeout: 120_000 }, async () => {
  const home = freshHome();
  const sitrep = (...args: string[]) => runCli(['silence', ...args], home);

  const added = await sitrep(
    'add',
    'rule=High error rate',
    'service=check*',
    '--for',
    '90m',
    '--why',
    'deploying',
  );
  expect(added).toMatchObject({ code: 0 });
  expect(added.stdout).toContain('rule="High error rate" service=check*');
  expect(added.stdout).toContain('“sitrep silence end 1” ends it early.');

  const list = async () => JSON.parse((await sitrep('list', '--json')).stdout) as Silence[];
  expect(await list()).toMatchObject([
    { id: 1, why: 'deploying', critical: false, createdBy: expect.stringMatching(/^cli/) },
  ]);
  expect((await sitrep('list')).stdout).toMatch(
    /1  until .* UTC  rule="High error rate" service=check\*  deploying/,
  );

  const wrong = await sitrep('add', 'region!=eu', '--for', '2h', '--why', 'x');
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('“region!=eu”: write name=value') });
  const endless = await sitrep('add', 'A', '--for', 'ever', '--why', 'x');
  expect(endless).toMatchObject({ code: 1, output: expect.stringContaining('Say for how long') });

  expect(await sitrep('end', '1')).toMatchObject({ code: 0, stdout: expect.stringContaining('has ended') });
  expect(await sitrep('end', '1')).toMatchObject({
    code: 1,
    output: expect.stringContaining('No silence 1 is in force; “sitrep silence list” lists those that are.'),
  });
  expect(await list()).toEqual([]);
});
