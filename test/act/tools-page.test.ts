import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { toolNames } from '../../src/incident/action.ts';
import { allScenarios } from './scenarios/all.ts';

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

test.each(allScenarios)('%s: the row says what the catalogue says', async (name, setUp) => {
  const { action, world } = await setUp();
  const tool = bind(action);
  const prepared = await tool.prepare(world, { service: '', dependants: [] });
  let { inverse } = prepared;
  if (tool.cancel === 'undo' && inverse === null) {
    const permit = { key: 'one execution', approvedBy: [] };
    await tool.run(prepared.target, world, permit);
    const back = await tool.readBack(prepared.target, world, permit);
    inverse = (back.state === 'done' ? back.inverse : null) ?? null;
  }
  const [risk, takenBackBy, needs, refusedUnless] = rows.get(name) ?? [];
  expect(risk).toBe(tool.risk);
  expect(takenBackBy).toBe(inverse === null ? 'nothing' : `\`${inverse.tool}\``);
  expect(needs).toBe(tool.permissions.join('; '));
  expect(refusedUnless).toMatch(/\S/);
});
