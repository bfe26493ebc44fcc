import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDoorRefusals } from '../../../src/adapters/slack/door-refusals.ts';
import { fakeLog } from '../../support/fake-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function refusals() {
  const written: string[] = [];
  const state = { isAway: false };
  const record = async (why: string) => {
    if (state.isAway) throw new Error('the database is away');
    written.push(why);
  };
  const log = fakeLog();
  return { written, state, log, door: createDoorRefusals(record, log) };
}

const minute = () => vi.advanceTimersByTimeAsync(60_000);

describe('requests that are turned away at the door of Slack', () => {
  it('are on record at once, with why and from where', async () => {
    const { written, door } = refusals();
    door.note('unsigned', '203.0.113.9');
    door.note('stale', undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toEqual([
      'no valid signature of Slack; 1 request, the last from 203.0.113.9',
      'signed for another time than now; 1 request, the last from an unknown address',
    ]);
  });

  it('make one entry of a kind a minute, with their number, however many there are', async () => {
    const { written, door } = refusals();
    for (let n = 0; n < 10_000; n += 1) door.note('unsigned', `203.0.113.${n % 256}`);
    await minute();
    expect(written).toHaveLength(2);
    expect(written[1]).toBe('no valid signature of Slack; 9999 requests, the last from 203.0.113.15');
    door.note('unsigned', '203.0.113.1');
    expect(written).toHaveLength(2);
    await minute();
    expect(written).toHaveLength(3);
    await minute();
    await minute();
    expect(written).toHaveLength(3);
    door.note('unsigned', '203.0.113.1');
    expect(written).toHaveLength(4);
  });

  it('are counted in later where they cannot be written', async () => {
    const { written, state, log, door } = refusals();
    state.isAway = true;
    door.note('replayed', '203.0.113.9');
    door.note('replayed', '203.0.113.9');
    await minute();
    state.isAway = false;
    await minute();
    expect(written).toEqual(['the same request came before; 2 requests, the last from 203.0.113.9']);
    expect(log.error).toHaveBeenCalledWith(
      { error: 'Error: the database is away' },
      'A refusal could not be put on record',
    );
  });

  it('come last from where the last one came, also where an earlier one could not be written', async () => {
    const { written, state, door } = refusals();
    state.isAway = true;
    door.note('stale', '203.0.113.1');
    door.note('stale', '203.0.113.2');
    await vi.advanceTimersByTimeAsync(0);
    state.isAway = false;
    await minute();
    expect(written).toEqual(['signed for another time than now; 2 requests, the last from 203.0.113.2']);
  });

  it('are written when Sitrep stops', async () => {
    const { written, door } = refusals();
    for (let n = 0; n < 3; n += 1) door.note('foreign', 'Slack');
    await door.flush();
    expect(written.at(-1)).toBe('it belongs to another workspace or app; 2 requests, the last from Slack');
    await door.flush();
    await minute();
    expect(written).toHaveLength(2);
  });

  it('are waited for when Sitrep stops while they are written', async () => {
    let hasStopped = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const door = createDoorRefusals(() => promise, fakeLog());
    door.note('stale', 'here');
    const stopped = door.flush().then(() => void (hasStopped = true));
    await minute();
    expect(hasStopped).toBe(false);
    resolve();
    await stopped;
  });

  it('do not keep Sitrep from stopping where they cannot be written', async () => {
    const { state, door } = refusals();
    state.isAway = true;
    door.note('stale', 'here');
    expect(await door.flush()).toBeUndefined();
  });

  it('are counted for a minute of their own after a stop', async () => {
    const { written, door } = refusals();
    door.note('stale', 'a');
    await vi.advanceTimersByTimeAsync(30_000);
    await door.flush();
    door.note('stale', 'b');
    door.note('stale', 'c');
    await vi.advanceTimersByTimeAsync(31_000);
    expect(written).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(written).toHaveLength(3);
  });
});
