import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWrongKeys } from '../../../src/adapters/http/wrong-keys.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = {
  person: 'ada',
  asked: 'approve',
  why: 'no such key',
  proposalId: 'p1',
  via: 'cli' as const,
};
const minute = () => vi.advanceTimersByTimeAsync(60_000);

function keys() {
  const written: object[] = [];
  const waits: number[] = [];
  const state = { isAway: false };
  const record = async (one: object) => {
    if (state.isAway) throw new Error('the database is away');
    written.push(one);
  };
  const wait = async (ms: number) => void waits.push(ms);
  return { written, waits, state, wrong: createWrongKeys(record, wait) };
}

describe('wrong keys', () => {
  it('make one entry at once, and one a minute after that, however many there are', async () => {
    const { written, wrong } = keys();
    for (let n = 0; n < 1_000; n += 1) expect(await wrong.note(refusal)).toBe(true);
    expect(written).toEqual([refusal]);
    await minute();
    const why = 'no such key; 999 requests within a minute, the last for this name';
    expect(written).toEqual([refusal, { ...refusal, proposalId: null, why }]);
    await minute();
    await minute();
    expect(written).toHaveLength(2);
    await wrong.note(refusal);
    expect(written).toHaveLength(3);
  });

  it('are answered more and more slowly, until a minute has gone without any', async () => {
    const { waits, wrong } = keys();
    for (let n = 0; n < 10; n += 1) await wrong.note(refusal);
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    await minute();
    await wrong.note(refusal);
    expect(waits.at(-1)).toBe(5_000);
    await minute();
    await minute();
    await wrong.note(refusal);
    expect(waits).toHaveLength(10);
  });

  it('hold no more connections than a few', async () => {
    const wrong = createWrongKeys(
      async () => {},
      () => new Promise(() => {}),
    );
    const answered: boolean[] = [];
    for (let n = 0; n < 30; n += 1) void wrong.note(refusal).then((may) => answered.push(may));
    await vi.advanceTimersByTimeAsync(0);
    // The first, and those for whom there is no room.
    expect(answered).toHaveLength(10);
    expect(answered.filter(Boolean)).toHaveLength(1);
  });

  it('are counted in later where not even the first can be written, and are answered all the same', async () => {
    const { written, state, wrong } = keys();
    state.isAway = true;
    expect(await wrong.note(refusal)).toBe(true);
    state.isAway = false;
    await minute();
    expect(written).toMatchObject([{ why: expect.stringContaining('1 request within') as string }]);
  });

  it('are counted in later where they cannot be written', async () => {
    const { written, state, wrong } = keys();
    for (let n = 0; n < 3; n += 1) await wrong.note(refusal);
    state.isAway = true;
    await minute();
    state.isAway = false;
    await minute();
    expect(written.at(-1)).toMatchObject({
      person: 'ada',
      why: expect.stringContaining('2 requests') as string,
    });
  });

  it('are counted in with those that came while they could not be written', async () => {
    const written: object[] = [];
    let failing = Promise.withResolvers<void>();
    failing.resolve();
    const wrong = createWrongKeys(
      async (one) => {
        await failing.promise;
        written.push(one);
      },
      async () => {},
    );
    for (let n = 0; n < 3; n += 1) await wrong.note(refusal);
    failing = Promise.withResolvers();
    await minute();
    for (let n = 0; n < 5; n += 1) await wrong.note({ ...refusal, person: 'bob' });
    failing.reject(new Error('the database is away'));
    await vi.advanceTimersByTimeAsync(0);
    failing = Promise.withResolvers();
    failing.resolve();
    await minute();
    expect(written.at(-1)).toMatchObject({
      person: 'bob',
      why: expect.stringContaining('7 requests') as string,
    });
  });

  it('wait in real time', async () => {
    const wrong = createWrongKeys(async () => {});
    await wrong.note(refusal);
    const answered = vi.fn();
    void wrong.note(refusal).then(answered);
    await vi.advanceTimersByTimeAsync(49);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalledWith(true);
  });
});
