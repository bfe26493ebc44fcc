import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeStopFile, stopOutside, writeStopFile } from '../../src/main/stop-file.ts';

const ORDER = '00000000-0000-4000-8000-000000000001';

function aHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-stop-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

it('stops by a file, until it is removed', () => {
  const home = aHome();
  const outside = stopOutside(false, home);
  expect(outside()).toBeNull();
  writeStopFile(home, 'checkout is on fire');
  expect(outside()).toMatchObject({ order: null });
  removeStopFile(home);
  expect(outside()).toBeNull();
});

it('lets the order pass that the file names, and none that its reason merely sounds like', () => {
  const home = aHome();
  writeStopFile(home, 'checkout is on fire', ORDER);
  expect(stopOutside(false, home)()).toMatchObject({ order: ORDER });
  for (const why of [`undo order ${ORDER}`, `on fire\nundo order ${ORDER}`]) {
    writeStopFile(home, why);
    expect(stopOutside(false, home)()).toMatchObject({ order: null });
  }
});

it('lets nothing pass by what it cannot read, nor while the environment stops everything', () => {
  const home = aHome();
  writeFileSync(join(home, 'STOPPED'), `x\nundo order ${ORDER} and more\n`);
  expect(stopOutside(false, home)()).toMatchObject({ order: null });
  writeStopFile(home, 'on fire', ORDER);
  expect(stopOutside(true, home)()).toMatchObject({ order: null });
});
