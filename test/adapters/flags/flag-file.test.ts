import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bind } from '../../../src/act/catalogue.ts';
import { flagFile } from '../../../src/adapters/flags/flag-file.ts';
import { flagsOver } from '../../../src/adapters/flags/flags.ts';
import { parseAction } from '../../../src/incident/action.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { worldOf } from '../../support/world.ts';

const TEXT = `{
\t"$schema": "https://flagd.dev/schema/v0/flags.json",
\t"flags": {
\t\t"new-coupons": {"state":"ENABLED", "variants": { "on": true, "off":   false },
\t\t\t"defaultVariant": "on", "metadata": { "owner": "pricing – team" }, "state2": "ENABLED" },
\t\t"other.flag": { "variants": {"on": true}, "defaultVariant": "on", "state" : "DISABLED" }
\t}
}
`;
const PERMIT = { key: 'a proposal', approvedBy: [] };
const AROUND = { service: '', dependants: [] };

function opened(text = TEXT, name = 'flags.json') {
  const directory = temporaryDirectory();
  const file = join(directory, name);
  writeFileSync(file, text);
  const source = flagFile({ name: 'shop', environment: null, file });
  return { directory, file, source, world: worldOf({ flags: flagsOver([source]) }) };
}

test('only the state of the flag changes; every other byte stays', async () => {
  const { file, source, world } = opened();
  const tool = bind({ tool: 'flag.disable', arguments: { flag: 'new-coupons' } });
  const { target, inverse } = await tool.prepare(world, AROUND);
  await tool.run(target, world, PERMIT);
  expect(readFileSync(file, 'utf8')).toBe(TEXT.replace('"state":"ENABLED"', '"state":"DISABLED"'));
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'done' });
  expect(await source.read('other.flag')).toMatchObject({ enabled: false });
  const undo = bind(parseAction(inverse));
  await undo.run((await undo.prepare(world, AROUND)).target, world, PERMIT);
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
});

test('YAML is read and kept too', async () => {
  const text = `# Owned by pricing.\nflags:\n  coupons: # since May\n    state: ENABLED # for all\n    variants: { on: true }\n    defaultVariant: on\n`;
  const { file, source } = opened(text, 'flags.yaml');
  const { version } = (await source.read('coupons'))!;
  await source.set('coupons', version, false);
  expect(readFileSync(file, 'utf8')).toBe(text.replace('state: ENABLED', 'state: DISABLED'));
});

test('a flag that was changed meanwhile is left alone; one beside it may change', async () => {
  const { file, world } = opened();
  const tool = bind({ tool: 'flag.disable', arguments: { flag: 'new-coupons' } });
  const { target } = await tool.prepare(world, AROUND);
  writeFileSync(file, TEXT.replace('"off":   false', '"off": 0'));
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at/);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'unclear' });
  writeFileSync(file, TEXT.replace('DISABLED', 'ENABLED'));
  await tool.run(target, world, PERMIT);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'done' });
});

test('a link stays a link, the mode stays, and nothing is left beside the file', async () => {
  const { directory, file } = opened();
  chmodSync(file, 0o640);
  mkdirSync(join(directory, 'links'));
  const link = join(directory, 'links', 'current.json');
  symlinkSync(file, link);
  const source = flagFile({ name: 'shop', environment: null, file: link });
  await source.set('new-coupons', (await source.read('new-coupons'))!.version, false);
  expect(readFileSync(file, 'utf8')).toContain('"state":"DISABLED"');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(directory).toSorted()).toEqual(['flags.json', 'links']);
  expect(readdirSync(join(directory, 'links'))).toEqual(['current.json']);
});

test.each([
  ['no flags', '{}', /no object “flags”/],
  ['no state', '{"flags":{"new-coupons":{"variants":{}}}}', /no state of ENABLED or DISABLED/],
  ['another state', '{"flags":{"new-coupons":{"state":"MAYBE"}}}', /no state of ENABLED or DISABLED/],
  [
    'a flag twice',
    '{"flags":{"new-coupons":{"state":"ENABLED"},"new-coupons":{"state":"DISABLED"}}}',
    /cannot be read/,
  ],
  ['half a file', TEXT.slice(0, 200), /cannot be read/],
])('%s is told, and nothing is written', async (_what, text, message) => {
  const { file, source } = opened(text);
  await expect(source.read('new-coupons')).rejects.toThrow(message);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a flag or a file that is not there', async () => {
  const { source, world, directory } = opened();
  expect(await source.read('toString')).toBeNull();
  const action = parseAction({ tool: 'flag.enable', arguments: { flag: 'nope' } });
  await expect(bind(action).prepare(world, AROUND)).rejects.toThrow(
    /No source in sitrep.yaml has the flag nope/,
  );
  const missing = flagFile({ name: 'x', environment: null, file: join(directory, 'missing.json') });
  await expect(missing.read('a')).rejects.toThrow(/missing\.json cannot be read: ENOENT/);
});
