import { expect, it } from 'vitest';
import { withDeadline } from '../../../src/adapters/slack/request-deadline.ts';

it('passes on what the log says in time', async () => {
  expect(await withDeadline({ isFirst: async () => false }).isFirst('h')).toBe(false);
  await expect(
    withDeadline({ isFirst: () => Promise.reject(new Error('gone')) }).isFirst('h'),
  ).rejects.toThrow('gone');
});

it('does not wait for a database that does not answer', async () => {
  const frozen = { isFirst: () => new Promise<boolean>(() => {}) };
  await expect(withDeadline(frozen, 5).isFirst('h')).rejects.toThrow('within 5 ms');
});

it('takes no harm where the database fails afterwards, and keeps no process from ending', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const { promise, reject } = Promise.withResolvers<boolean>();
  const before = timers();
  const asked = withDeadline({ isFirst: () => promise }, 5).isFirst('h');
  expect(timers()).toBe(before);
  await expect(asked).rejects.toThrow('within 5 ms');
  reject(new Error('gone'));
  await expect(promise).rejects.toThrow('gone');
});
