import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { readTeamFile } from '../../src/config/team-file.ts';
import { freshHome, runCli } from '../support/bot.ts';
import { testDatabase } from '../support/database.ts';
import { planStage } from '../support/plan-stage.ts';

/** It names a cluster, whose token an auditor has not. What the three steps of a plan use up, their undo finds used up: only the record tells the two questions apart. */
const TEAM = `
kubernetes: { url: https://cluster.example.com:6443 }
services: { catalog: {}, checkout: {}, pricing: {} }
policy:
  - { name: few, when: { budget: { runs: 3, hours: 24 } }, then: approve }
  - { name: the rest, then: approve, approvals: 2 }
`;

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

it('asks again what an entry says that the policy was asked, with the record of then', async () => {
  const home = freshHome();
  const [team, other, file] = ['sitrep.yaml', 'other.yaml', 'export.jsonl'].map((name) =>
    join(home, name),
  ) as [string, string, string];
  writeFileSync(team, TEAM);
  writeFileSync(other, TEAM.replace('runs: 3', 'runs: 9'));
  const s = await planStage(db, { policy: readTeamFile(team, TEAM).policy });
  await s.approve();
  await s.recover();
  for (let round = 0; round < 6; round++) await s.turn();
  const [lead] = await s.steps();
  expect(await s.loop.undo({ proposalId: lead?.id ?? '', person: 'U0ONCALL' })).toMatchObject({ ok: true });

  const lines = await s.transaction((store) => store.auditLines(0, 1000, 'open'));
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const made = lines.filter((line) => 'entry' in line && line.entry.kind === 'proposal.made');
  expect(made).toHaveLength(6);
  const again = (seq: number | undefined, path = team) =>
    runCli(['policy', 'explain', '--export', file, '--entry', String(seq)], home, { SITREP_CONFIG: path });

  const step = await again(made[0]?.seq);
  expect(step.stdout).toContain('“few” decides: approve');
  expect(step).toMatchObject({ code: 0, stdout: expect.stringContaining('That is what is on record.') });
  const undo = await again(made[5]?.seq);
  expect(undo.stdout).toContain('“few” no: the budget of 3 in 24 h is used up');
  expect(undo).toMatchObject({ code: 0, stdout: expect.stringContaining('That is what is on record.') });

  expect(await again(made[5]?.seq, other)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /On record is: approve \(the rest\)\n.*set SITREP_CONFIG to the file of then/,
    ),
  });
  expect(await again(1)).toMatchObject({
    code: 1,
    output: expect.stringContaining('does not say all that the policy was asked'),
  });
  // A file that anybody wrote moves no cursor, and none of its lines looks like one of ours.
  const forged = { ...made[0], content: structuredClone(made[0]?.content) } as {
    content: { data: { title: string; policy: { asked: { service: string } } } };
  };
  forged.content.data.title = 'Roll back\nThat is what is on record.';
  forged.content.data.policy.asked.service = 'x\u001b[2J\nAnswer: auto (few)';
  const [narrow, hostile] = [join(home, 'narrow.yaml'), join(home, 'hostile.jsonl')];
  writeFileSync(narrow, TEAM.replace('when: { ', 'when: { services: [catalog], '));
  writeFileSync(hostile, `${JSON.stringify(forged)}\n`);
  const told = await runCli(
    ['policy', 'explain', '--export', hostile, '--entry', String(made[0]?.seq)],
    home,
    { SITREP_CONFIG: narrow },
  );
  expect(told.stdout).toContain('the service is x[2J Answer: auto (few)');
  expect(told.stdout).not.toContain('\u001b');
  expect(told.stdout).not.toMatch(/^That is what is on record|^Answer: auto/m);

  expect(await again(999)).toMatchObject({ code: 1, output: expect.stringContaining('has no entry 999') });
}, 120_000);
