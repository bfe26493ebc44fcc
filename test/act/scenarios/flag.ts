import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flags } from '../../../src/act/world/flags.ts';
import { flagFile } from '../../../src/adapters/flags/flag-file.ts';
import type { FlagSource } from '../../../src/adapters/flags/flag-source.ts';
import { flagsOver } from '../../../src/adapters/flags/flags.ts';
import { unleashFlags } from '../../../src/adapters/flags/unleash.ts';
import type { Action } from '../../../src/incident/action.ts';
import { startFakeUnleash, UNLEASH_TOKEN } from '../../support/fake-unleash.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { worldOf } from '../../support/world.ts';
import type { Scenario, SetUp } from '../tool-contract.ts';

type FlagTool = Extract<Action['tool'], `flag.${string}`>;

const FLAG = 'coupons';

/** A file in which others give the flag another variant. */
const inFile = (tool: FlagTool) => async (): Promise<Scenario> => {
  const file = join(temporaryDirectory(), 'flags.json');
  const write = (variants: object) => {
    const state = tool === 'flag.disable' ? 'ENABLED' : 'DISABLED';
    writeFileSync(file, JSON.stringify({ flags: { [FLAG]: { state, variants, defaultVariant: 'on' } } }));
  };
  write({ on: true });
  return {
    ...over(tool, flagFile({ name: 'shop', environment: null, file })),
    state: async () => readFileSync(file, 'utf8'),
    changeByOthers: async () => write({ on: true, off: false }),
  };
};

/** A flag in Unleash that others switch back and forth, after which it looks as before. */
const inUnleash = (tool: FlagTool) => async (): Promise<Scenario> => {
  const { url } = await startFakeUnleash();
  const place = { url, token: UNLEASH_TOKEN, project: 'default', environment: 'production' };
  const headers = { authorization: UNLEASH_TOKEN, 'content-type': 'application/json' };
  const features = `${url}/api/admin/projects/default/features`;
  const body = JSON.stringify({ name: FLAG, type: 'kill-switch' });
  await fetch(features, { method: 'POST', headers, body });
  const [before, other] = tool === 'flag.disable' ? ['on', 'off'] : ['off', 'on'];
  const byHand = (verb = '') =>
    fetch(`${features}/${FLAG}/environments/production/${verb}`, { method: 'POST', headers });
  await byHand(before);
  const source = unleashFlags({ name: 'unleash', ...place });
  return {
    ...over(tool, source),
    state: async () => (await source.read(FLAG))?.enabled,
    async changeByOthers() {
      await byHand(other);
      await byHand(before);
    },
  };
};

export const flagFileScenarios: Record<FlagTool, SetUp> = {
  'flag.disable': inFile('flag.disable'),
  'flag.enable': inFile('flag.enable'),
};

export const unleashScenarios: Record<FlagTool, SetUp> = {
  'flag.disable': inUnleash('flag.disable'),
  'flag.enable': inUnleash('flag.enable'),
};

function over(tool: FlagTool, source: FlagSource): Pick<Scenario, 'action' | 'world' | 'writes'> {
  const flags = flagsOver([source]);
  let writes = 0;
  const counted: Flags = {
    ...flags,
    async set(...given) {
      await flags.set(...given);
      writes += 1;
    },
  };
  return {
    action: { tool, arguments: { flag: FLAG } },
    world: worldOf({ flags: counted }),
    writes: () => writes,
  };
}
