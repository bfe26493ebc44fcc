import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Busy, groupCommit } from '../../src/receive/group-commit.ts';

/** A commit that waits until the test lets it end. */
function held() {
  const groups: string[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const commit = (items: string[]) => {
    groups.push(items);
    return new Promise<string[]>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve(items.map((item) => item.toUpperCase()))));
    });
  };
  const end = async (error?: Error) => {
    ends.shift()?.(error);
    // Lets the next commit begin.
    await setImmediate();
  };
  return { groups, commit, end };
}

const LIMITS = { perCommit: 3, waiting: 5, deadlineMs: 60_000 };
const never = () => false;

describe('groupCommit', () => {
  it('commits together what came while a commit ran, and answers each with its own result', async () => {
    const { groups, commit, end } = held();
    const add = groupCommit(commit, never, LIMITS);
    const answers = Promise.all(['a', 'b', 'c'].map((item) => add(item, 1)));
    expect(groups).toEqual([['a']]);
    await end();
    expect(groups).toEqual([['a'], ['b', 'c']]);
    await end();
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  it('answers nobody before the commit has ended', async () => {
    const { commit, end } = held();
    const add = groupCommit(commit, never, LIMITS);
    const answer = add('a', 1);
    expect(await Promise.race([answer, setImmediate('nothing yet')])).toBe('nothing yet');
    await end();
    expect(await answer).toBe('A');
  });

  it('takes no more than fits into one commit, but a larger item alone', async () => {
    const { groups, commit, end } = held();
    const add = groupCommit(commit, never, { ...LIMITS, waiting: 100 });
    const answers = Promise.all([add('first', 1), add('b', 2), add('c', 2), add('huge', 50)]);
    for (let i = 0; i < 4; i += 1) await end();
    await answers;
    expect(groups).toEqual([['first'], ['b'], ['c'], ['huge']]);
  });

  it('refuses at once when too much waits, and takes more when there is room again', async () => {
    const { commit, end } = held();
    const add = groupCommit(commit, never, LIMITS);
    const first = add('first', 1);
    const waiting = [add('b', 3), add('c', 2)];
    await expect(add('d', 1)).rejects.toThrow(Busy);
    await end();
    await first;
    const last = add('e', 1);
    for (let i = 0; i < 3; i += 1) await end();
    expect(await Promise.all([...waiting, last])).toEqual(['B', 'C', 'E']);
  });

  it('does not let one that cannot be stored take the others with it', async () => {
    const commit = async (items: string[]) => {
      if (items.includes('bad')) throw new Error('cannot be stored');
      return items;
    };
    const add = groupCommit(commit, never, LIMITS);
    const answers = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((item) => add(item, 1)));
    expect(answers.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses a whole group once where the database is away', async () => {
    const { groups, commit, end } = held();
    const add = groupCommit(commit, () => true, LIMITS);
    const answers = Promise.allSettled(['a', 'b', 'c'].map((item) => add(item, 1)));
    await end();
    await end(new Error('away'));
    expect((await answers).map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(groups).toHaveLength(2);
  });

  it('tells who has waited too long, and does not store what had not begun', async () => {
    const { groups, commit, end } = held();
    const add = groupCommit(commit, never, { ...LIMITS, deadlineMs: 5 });
    const [first, second] = await Promise.allSettled([add('a', 1), add('b', 1)]);
    expect([first, second]).toMatchObject([{ reason: expect.any(Busy) }, { reason: expect.any(Busy) }]);
    await end();
    expect(groups).toEqual([['a']]);
  });
});
