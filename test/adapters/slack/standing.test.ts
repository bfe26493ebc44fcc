import type { webApi } from '@slack/bolt';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStanding } from '../../../src/adapters/slack/standing.ts';
import { fakeLog } from '../../support/fake-log.ts';

const log = fakeLog();
const info = vi.fn<(asked: { user: string }) => Promise<object>>();
const client = { users: { info } } as unknown as webApi.WebClient;
const us = { teamId: 'T1', botUserId: 'U0', botId: 'B0', appId: null };
let now = 0;
const standing = (known: typeof us | null = us) =>
  createStanding(client, { known: () => known, ask: async () => known }, log, () => now);
const CANNOT_TELL =
  'Slack cannot tell who you are now, so nothing was decided. Try again, or use “sitrep approve” in a terminal.';

beforeEach(() => {
  vi.resetAllMocks();
  now = 1_000_000;
  info.mockImplementation(async ({ user }) => ({ user: { id: user, team_id: 'T1' } }));
});

describe('whether somebody may decide', () => {
  it.each<[object, string | null]>([
    [{}, null],
    [{ team_id: undefined }, null],
    [{ deleted: true }, 'Your account in Slack is deactivated.'],
    [{ is_bot: true }, 'Only people decide here, no bots.'],
    [{ is_workflow_bot: true }, 'Only people decide here, no bots.'],
    [{ is_restricted: true }, 'Guests of the workspace cannot decide here.'],
    [{ is_ultra_restricted: true }, 'Guests of the workspace cannot decide here.'],
    [{ is_stranger: true }, 'Only members of this workspace can decide here.'],
    [{ team_id: 'T2' }, 'Only members of this workspace can decide here.'],
    [{ id: 'U2' }, CANNOT_TELL],
  ])('is said for %j: %s', async (over, why) => {
    info.mockResolvedValue({ user: { id: 'U1', team_id: 'T1', ...over } });
    expect(await standing()('U1')).toBe(why);
    expect(info.mock.calls).toEqual([[{ user: 'U1' }]]);
    expect(log.warn).not.toHaveBeenCalled();
  });

  it('is no question for Slack’s own bot', async () => {
    expect(await standing()('USLACKBOT')).toBe('Only people decide here, no bots.');
  });

  it('cannot be told where Slack says nothing, or nothing about us', async () => {
    info.mockResolvedValueOnce({});
    expect(await standing()('U1')).toBe(CANNOT_TELL);
    expect(await standing(null)('U1')).toBe(CANNOT_TELL);
    info.mockRejectedValueOnce(new Error('socket hang up'));
    expect(await standing()('U1')).toBe(CANNOT_TELL);
    expect(log.warn.mock.calls).toEqual([
      [
        { reason: 'No answer from Slack: socket hang up' },
        'Slack does not say who somebody is; grant users:read',
      ],
    ]);
  });
});

describe('what Slack has said', () => {
  it('counts for half a minute, for that person', async () => {
    const whyNot = standing();
    expect(await whyNot('U1')).toBeNull();
    info.mockImplementation(async ({ user }) => ({ user: { id: user, deleted: true } }));
    now += 29_999;
    expect(await whyNot('U1')).toBeNull();
    expect(await whyNot('U2')).toBe('Your account in Slack is deactivated.');
    now += 1;
    expect(await whyNot('U1')).toBe('Your account in Slack is deactivated.');
  });

  it('is forgotten where it could not be told, and where there are too many', async () => {
    const whyNot = standing();
    info.mockResolvedValueOnce({});
    expect(await whyNot('U0')).toBe(CANNOT_TELL);
    expect(await whyNot('U0')).toBeNull();
    for (let i = 1; i < 500; i += 1) await whyNot(`U${i}`);
    info.mockClear();
    await whyNot('U0');
    expect(info).not.toHaveBeenCalled();
    await whyNot('U500');
    await whyNot('U500');
    await whyNot('U0');
    expect(info.mock.calls.map(([asked]) => asked.user)).toEqual(['U500', 'U0']);
  });
});
