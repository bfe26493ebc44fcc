import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bind, traitsOf } from '../../src/act/catalogue.ts';
import { toolNames } from '../../src/incident/action.ts';
import { allScenarios } from './scenarios/all.ts';
import type { Scenario } from './tool-contract.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/tools.md'), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `(\w+\.\w+)` \|(.*)\|$/gm)].map(([, tool = '', rest = '']) => [
    tool,
    rest.split('|').map((cell) => cell.trim()),
  ]),
);

test('docs/tools.md has a row for every tool, and no other', () => {
  expect([...rows.keys()].toSorted()).toEqual(toolNames.toSorted());
});

test.each(toolNames)('%s: the row says what the catalogue says', async (name) => {
  const { risk, permissions } = traitsOf(name);
  const [rowRisk, takenBackBy, needs, refusedUnless] = rows.get(name) ?? [];
  expect(rowRisk).toBe(risk);
  expect(needs).toBe(permissions.join('; '));
  expect(refusedUnless).toMatch(/\S/);
  const inverses = [];
  for (const [, , setUp] of allScenarios.filter(([tool]) => tool === name))
    inverses.push(await inverseOf(await setUp()));
  // Where it depends on the arguments, the row names all that there are.
  expect(takenBackBy).toBe([...new Set(inverses)].join(' or '));
});

async function inverseOf({ action, world }: Scenario): Promise<string> {
  const tool = bind(action);
  const prepared = await tool.prepare(world, { service: '', dependants: [] });
  let { inverse } = prepared;
  if ((prepared.cancel ?? tool.cancel) === 'undo' && inverse === null) {
    const permit = { key: 'one execution', approvedBy: [] };
    await tool.run(prepared.target, world, permit);
    const back = await tool.readBack(prepared.target, world, permit);
    inverse = (back.state === 'done' ? back.inverse : null) ?? null;
  }
  return inverse === null ? 'nothing' : `\`${inverse.tool}\``;
}
