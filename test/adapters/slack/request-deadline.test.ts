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
