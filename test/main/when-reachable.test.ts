import { describe, expect, it } from 'vitest';
import { connectionError, DatabaseError } from '../../src/adapters/postgres/database-error.ts';
import { whenReachable } from '../../src/main/when-reachable.ts';

describe('whenReachable', () => {
  it('waits for a database that is not up yet, and says so once', async () => {
    const said: string[] = [];
    let tries = 0;
    const open = async () => {
      tries += 1;
      if (tries < 3) throw connectionError('ECONNREFUSED');
      return 'open';
    };
    expect(await whenReachable(open, (text) => said.push(text), 10_000)).toBe('open');
    expect(said).toEqual([expect.stringMatching(/cannot be reached: ECONNREFUSED.*Trying again/)]);
  });

  it('gives up when it stays away', async () => {
    const open = () => Promise.reject(connectionError('ECONNREFUSED'));
    await expect(whenReachable(open, () => {}, 0)).rejects.toThrow(/DATABASE_URL/);
  });

  it('does not repeat what will not get better', async () => {
    let tries = 0;
    const open = async () => {
      tries += 1;
      throw new DatabaseError('too old', { code: '0A000' });
    };
    await expect(whenReachable(open, () => {})).rejects.toThrow('too old');
    expect(tries).toBe(1);
  });
});
