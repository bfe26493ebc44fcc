import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshHome, runCli } from '../support/bot.ts';

const TEAM = `
services:
  checkout: { depends_on: [pricing] }
  pricing: { environment: staging }
policy:
  - { name: not in the sale, when: { during: [sale] }, then: 'off' }
  - name: by itself
    when: { tools: [kubernetes.scale], services: [pricing], units_at_most: 3, budget: { runs: 1, hours: 24 } }
    then: auto
  - { name: people decide, then: approve }
windows:
  - { name: sale, from: 2026-11-27T00:00:00Z, to: 2026-12-01T00:00:00Z }
`;

it('says which rule decides, and why the others do not', { timeout: 120_000 }, async () => {
  const home = freshHome();
  const file = join(home, 'sitrep.yaml');
  writeFileSync(file, TEAM);
  const explain = (...args: string[]) =>
    runCli(['policy', 'explain', ...args], home, { SITREP_CONFIG: file });

  const scale = await explain('kubernetes.scale', '--service', 'pricing', '--at', '2027-01-01T00:00:00Z');
  expect(scale).toMatchObject({ code: 0 });
  expect(scale.stdout).toContain('1. “not in the sale” no: none of sale is open');
  expect(scale.stdout).toContain('2. “by itself” decides: auto');
  expect(scale.stdout).toContain('but its record here is 0 verified successes on end');
  expect(scale.stdout).toContain('Answer: approve, 1 to approve, by click (by itself)');

  const json = await explain(
    'kubernetes.scale',
    '--service',
    'pricing',
    '--units',
    '4',
    '--json',
    '--at',
    '2026-11-28',
  );
  expect(JSON.parse(json.stdout)).toMatchObject({
    verdict: { autonomy: 'off', rule: 'not in the sale' },
    rules: [{ unmet: [] }, { unmet: ['4 units may be touched, more than 3'] }, { unmet: [] }],
  });

  expect(await explain('kubernetes.scale', '--service', 'nope')).toMatchObject({
    code: 1,
    output: expect.stringContaining('“nope” is not declared. Declared are: checkout, pricing.'),
  });
  expect(await explain('shell.run')).toMatchObject({
    code: 1,
    output: expect.stringContaining('There is no tool “shell.run”. There are: kubernetes.rollback'),
  });
  expect(await explain('kubernetes.restart', '--at', 'soon')).toMatchObject({
    code: 1,
    output: expect.stringContaining('--at is no time'),
  });
});
