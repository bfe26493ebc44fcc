import { expect, it } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import type { World } from '../../src/act/world.ts';
import { parseAction, type Action, type ToolName } from '../../src/incident/action.ts';

/** One tool on a target that it can be used on, and what a test must know of that target. */
export type Scenario = {
  action: Action;
  world: World;
  /** How many writes had an effect so far: dry runs, leases and refused requests do not count. */
  writes(): number;
  /** What the tool changes, as it is now; equal before an action and after its inverse. */
  state(): Promise<unknown>;
  /** Somebody else changes the target; a sentence says why where nobody can. */
  changeByOthers: (() => Promise<void>) | string;
  /**
   * What reading back says before anything was written; `not done` where absent. `unclear` where no sign of a write is
   * no proof that none is on its way: such an action is never sent a second time.
   */
  untouched?: 'unclear';
  /** Why it counts as reversible although it has no inverse. */
  nothingToPutBack?: string;
};

/** Sets a scenario up; what it starts ends with the test. */
export type SetUp = () => Promise<Scenario>;

const PERMIT = { key: 'one execution', approvedBy: [] };
const AROUND = { service: 'web', dependants: ['shopfront'] };

/** What the executor relies upon in every tool of the catalogue, as tests. */
export function toolContract(name: ToolName, setUp: SetUp): void {
  it('looks without writing, and says what people need to consent', async () => {
    const { action, world, writes, state } = await setUp();
    expect(action.tool).toBe(name);
    const before = await state();
    const prepared = await bind(action).prepare(world, AROUND);
    expect(writes()).toBe(0);
    expect(await state()).toEqual(before);
    expect(prepared.target).toEqual(await bind(action).observe(world));
    for (const text of [prepared.title, prepared.dryRun, prepared.expectedEffect, prepared.blastRadius.text])
      expect(text).toMatch(/\S/);
    expect(prepared.blastRadius.units).toBeGreaterThanOrEqual(0);
    expect(writes()).toBe(0);
  });

  it('says what it needs, and the worst that its arguments can make of it', async () => {
    const { action, world } = await setUp();
    const tool = bind(action);
    expect(tool.permissions.join()).toMatch(/\S/);
    const { risk, reversible, cancel } = await tool.prepare(world, AROUND);
    const order = ['low', 'medium', 'high'];
    expect(order.indexOf(risk ?? tool.risk)).toBeLessThanOrEqual(order.indexOf(tool.risk));
    if (tool.reversible) expect(reversible).not.toBe(false);
    if (tool.cancel === 'undo') expect(cancel).not.toBe('wait');
  });

  it('takes no argument too many and none too few', async () => {
    const { action } = await setUp();
    expect(parseAction(action)).toEqual(action);
    const { tool, arguments: given } = action;
    expect(() => parseAction({ tool, arguments: { ...given, force: true } })).toThrow(/force/);
    const [first = ''] = Object.keys(given);
    const rest = Object.fromEntries(Object.entries(given).filter(([key]) => key !== first));
    expect(() => parseAction({ tool, arguments: rest })).toThrow(first);
  });

  it('writes once, also when it is run again, and reads back what has become of it', async () => {
    const { action, world, writes, state, untouched = 'not done' } = await setUp();
    const tool = bind(action);
    const target = await tool.observe(world);
    expect((await tool.readBack(target, world, PERMIT)).state).toBe(untouched);
    expect(writes()).toBe(0);
    await tool.run(target, world, PERMIT);
    expect(writes()).toBe(1);
    const after = await state();
    const back = await tool.readBack(target, world, PERMIT);
    expect(back).toMatchObject({ state: 'done', text: expect.stringMatching(/\S/) });
    // A second try either finds its work done or is refused; both leave the target alone.
    await tool.run(target, world, PERMIT).catch(() => undefined);
    expect(writes()).toBe(1);
    expect(await state()).toEqual(after);
    expect((await tool.readBack(target, world, PERMIT)).state).toBe('done');
  });

  it('refuses a target that somebody else has changed, and does not take the change for its own', async () => {
    const { action, world, writes, state, changeByOthers } = await setUp();
    if (typeof changeByOthers === 'string') return expect(changeByOthers).toMatch(/\S/);
    const tool = bind(action);
    const target = await tool.observe(world);
    await changeByOthers();
    const theirs = await state();
    // Where the change makes the action pointless, looking says so instead.
    expect(await tool.observe(world).catch(String)).not.toEqual(target);
    await expect(tool.run(target, world, PERMIT)).rejects.toThrow();
    expect(writes()).toBe(0);
    expect(await state()).toEqual(theirs);
    expect((await tool.readBack(target, world, PERMIT)).state).not.toBe('done');
  });

  it('has an inverse that restores what was, or says that it has none', async () => {
    const { action, world, state, nothingToPutBack } = await setUp();
    const tool = bind(action);
    const before = await state();
    const prepared = await tool.prepare(world, AROUND);
    await tool.run(prepared.target, world, PERMIT);
    const back = await tool.readBack(prepared.target, world, PERMIT);
    const inverse = (back.state === 'done' ? back.inverse : undefined) ?? prepared.inverse;
    expect(prepared.cancel ?? tool.cancel).toBe(inverse === null ? 'wait' : 'undo');
    if (prepared.reversible ?? tool.reversible) expect(inverse ?? nothingToPutBack).not.toBeUndefined();
    if (inverse === null) return;
    const undo = bind(parseAction(inverse));
    const { target } = await undo.prepare(world, AROUND);
    const permit = { ...PERMIT, key: 'another execution' };
    await undo.run(target, world, permit);
    expect((await undo.readBack(target, world, permit)).state).toBe('done');
    expect(await state()).toEqual(before);
  });
}
