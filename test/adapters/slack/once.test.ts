import { expect, it, vi } from 'vitest';
import { isNew } from '../../../src/adapters/slack/once.ts';
import { sha256 } from '../../../src/incident/canonical.ts';
import { fakeLog } from '../../support/fake-log.ts';

it.each([
  [{ event_id: 'E1', trigger_id: 't1' }, 'event:E1'],
  [{ trigger_id: 't1' }, 'trigger:t1'],
  [{ event_id: 7, trigger_id: 't1' }, 'trigger:t1'],
])('knows %j by %s', async (payload, id) => {
  const isFirst = vi.fn(async (_: string) => false);
  expect(await isNew({ isFirst }, fakeLog(), payload)).toBe(false);
  expect(isFirst.mock.calls).toEqual([[sha256(id)]]);
  isFirst.mockResolvedValue(true);
  expect(await isNew({ isFirst }, fakeLog(), payload)).toBe(true);
});

it.each([{}, { trigger_id: 7 }])('takes %j, which has no id, for new', async (payload) => {
  const isFirst = vi.fn(async (_: string) => false);
  const log = fakeLog();
  expect(await isNew({ isFirst }, log, payload)).toBe(true);
  expect(log.warn).not.toHaveBeenCalled();
  expect(isFirst).not.toHaveBeenCalled();
});

it.each([
  [new Error('no database'), 'no database'],
  ['no error', 'unknown'],
])('takes for new what nobody can look up, and says so: %s', async (thrown, error) => {
  const log = fakeLog();
  const isFirst = vi.fn<(hash: string) => Promise<boolean>>().mockRejectedValue(thrown);
  expect(await isNew({ isFirst }, log, { event_id: 'E1' })).toBe(true);
  expect(log.warn.mock.calls).toEqual([[{ error }, 'Could not look whether a payload came before']]);
});
