import type { webApi } from '@slack/bolt';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdentity, isForUs } from '../../../src/adapters/slack/identity.ts';
import { fakeLog } from '../../support/fake-log.ts';

const log = fakeLog();
const test = vi.fn<() => Promise<object>>();
const client = { auth: { test } } as unknown as webApi.WebClient;
const ANSWER = { team_id: 'T1', user_id: 'U1', bot_id: 'B1', app_id: 'A1' };
const US = { teamId: 'T1', botUserId: 'U1', botId: 'B1', appId: 'A1' };

beforeEach(() => {
  vi.resetAllMocks();
  test.mockResolvedValue(ANSWER);
});

describe('who we are', () => {
  it('is asked once, also by two at the same time', async () => {
    const identity = createIdentity(client, log);
    expect(identity.known()).toBeNull();
    expect(await Promise.all([identity.ask(), identity.ask()])).toEqual([US, US]);
    expect(await identity.ask()).toEqual(US);
    expect(identity.known()).toEqual(US);
    expect(test).toHaveBeenCalledTimes(1);
    expect(log.info.mock.calls).toEqual([[{ team: 'T1', bot: 'U1' }, 'Connected to Slack']]);
  });

  it('is empty as far as Slack does not say', async () => {
    test.mockResolvedValue({ app_id: 7 });
    expect(await createIdentity(client, log).ask()).toEqual({
      teamId: '',
      botUserId: '',
      botId: '',
      appId: null,
    });
  });

  it('is asked again after Slack could not be reached', async () => {
    const identity = createIdentity(client, log);
    test.mockRejectedValueOnce(new Error('socket hang up'));
    expect(await identity.ask()).toBeNull();
    expect(log.warn.mock.calls).toEqual([
      [{ reason: 'No answer from Slack: socket hang up' }, 'Slack cannot be reached yet'],
    ]);
    expect(await identity.ask()).toEqual(US);
  });

  it('is refused with a wrong token, which is told', async () => {
    const { webApi: api } = await import('@slack/bolt');
    const error = new api.WebAPIPlatformError({ ok: false, error: 'invalid_auth' });
    test.mockRejectedValue(error);
    expect(await createIdentity(client, log).ask()).toBeNull();
    expect(log.warn.mock.calls).toEqual([
      [
        { reason: 'Slack refuses: invalid_auth' },
        'Slack refuses SLACK_BOT_TOKEN; copy it anew from the app’s page',
      ],
    ]);
  });
});

describe('a payload', () => {
  it.each<[Parameters<typeof isForUs>[0], boolean]>([
    [{}, true],
    [{ team_id: 'T1', api_app_id: 'A1' }, true],
    [{ team_id: 'T2' }, false],
    [{ team: { id: 'T1' } }, true],
    [{ team: { id: 'T2' } }, false],
    [{ team: null, user: { team_id: 'T1' } }, true],
    [{ team: null, user: { team_id: 'T2' } }, false],
    [{ user: {} }, true],
    // Where a channel is shared, the event bears the team that wrote, and the authorization ours.
    [{ authorizations: [{ team_id: 'T1' }], team_id: 'T2' }, true],
    [{ authorizations: [{ team_id: 'T2' }], team_id: 'T1' }, false],
    [{ authorizations: [], team_id: 'T2' }, false],
    [{ team_id: 7 }, true],
    [{ api_app_id: 'A2' }, false],
    [{ api_app_id: 7 }, true],
  ])('%j is for us: %s', (payload, forUs) => {
    expect(isForUs(payload, US)).toBe(forUs);
  });

  it('is for us as far as nobody knows better', () => {
    expect(isForUs({ team_id: 'T2', api_app_id: 'A2' }, null)).toBe(true);
    expect(isForUs({ api_app_id: 'A2' }, { ...US, appId: null })).toBe(true);
  });
});
