import { vi, type Mock } from 'vitest';
import type { Log } from '../../src/adapters/slack/log.ts';

/** A logger that writes down its calls. */
export function fakeLog(): { [level in keyof Log]: Mock<Log[level]> } {
  return { info: vi.fn<Log['info']>(), warn: vi.fn<Log['warn']>(), error: vi.fn<Log['error']>() };
}
