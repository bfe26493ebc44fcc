import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlackApp, SLACK_PATH, type SlackApp } from '../../../src/adapters/slack/app.ts';
import type { MaintenanceWindow } from '../../../src/incident/maintenance.ts';
import type { Silence } from '../../../src/incident/silence.ts';
import { readable } from '../../support/blocks.ts';
import { fakeDesk, fakeReading } from '../../support/fake-desk.ts';
import { aJournal, anIncident, aProposal, aView } from '../../support/incident-view.ts';
import { startSlackApi, type SlackApi } from '../../support/slack-api.ts';
import {
  sign,
  signedEvent,
  signedForm,
  signedInteraction,
  SIGNING_SECRET,
  type SignedRequest,
} from '../../support/slack-signer.ts';
import { fakeTokens, TOKENS } from '../../support/button-tokens.ts';
import { fakeLog } from '../../support/fake-log.ts';

const proposal = aProposal();
let pressed = proposal;
let api: SlackApi;
let app: SlackApp;
let server: Server;
let url: string;
let seen: Set<string>;
let desk: ReturnType<typeof fakeDesk>;
let reading: ReturnType<typeof fakeReading>;
const log = fakeLog();
const requests = {
  async isFirst(hash: string) {
    if (seen.has(hash)) return false;
    seen.add(hash);
    return true;
  },
};

beforeEach(async () => {
  vi.clearAllMocks();
  seen = new Set();
  pressed = proposal;
  api = await startSlackApi();
  desk = fakeDesk();
  reading = fakeReading([aView()]);
  app = createSlackApp({
    botToken: 'xoxb-test',
    signingSecret: SIGNING_SECRET,
    apiUrl: api.url,
    desk,
    reading,
    requests,
    tokens: fakeTokens(() => pressed),
    via: 'slack',
    log,
  });
  app.start();
  await vi.waitFor(() => expect(log.info).toHaveBeenCalledWith(expect.anything(), 'Connected to Slack'));
  server = createServer(app.listener ?? undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${SLACK_PATH}`;
});

afterEach(async () => {
  await app.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await api.stop();
});

function send({ headers, body }: SignedRequest, to = url): Promise<Response> {
  return fetch(to, { method: 'POST', headers, body });
}

let trigger = 0;
function command(text: string, changes: Record<string, string> = {}): Record<string, string> {
  return {
    command: '/sitrep',
    text,
    user_id: 'U0APPROVER',
    channel_id: 'C1',
    team_id: 'T0TEAM',
    api_app_id: 'A0SITREP',
    trigger_id: `t${++trigger}`,
    response_url: api.url.replace('/api/', '/response'),
    ...changes,
  };
}

async function answerTo(text: string): Promise<string> {
  const before = api.responses.length;
  expect((await send(signedForm(command(text)))).status).toBe(200);
  await vi.waitFor(() => expect(api.responses.length).toBeGreaterThan(before));
  const response = api.responses.at(-1);
  expect(response).toMatchObject({ response_type: 'ephemeral' });
  return readable(response?.['blocks']);
}

function click(actionId: string, value: string, changes: object = {}): object {
  return {
    type: 'block_actions',
    api_app_id: 'A0SITREP',
    team: { id: 'T0TEAM' },
    user: { id: 'U0APPROVER', team_id: 'T0TEAM' },
    channel: { id: 'C1' },
    container: { type: 'message', channel_id: 'C1', message_ts: '1.2', thread_ts: '1.1' },
    message: { ts: '1.2', thread_ts: '1.1' },
    trigger_id: `t${++trigger}`,
    response_url: api.url.replace('/api/', '/response'),
    actions: [{ type: 'button', action_id: actionId, block_id: 'b', value }],
    ...changes,
  };
}

it('lists what was kept quiet', async () => {
  expect(await answerTo('quiet')).toContain('1,250 alerts came in = 200 in incidents + 1,050 kept quiet');
  expect(await answerTo('help')).toContain('/sitrep quiet');
});

describe('who may speak', () => {
  it.each([
    ['a wrong secret', () => signedForm(command('stop'), undefined, 'another secret')],
    ['a request six minutes old', () => signedForm(command('stop'), Math.floor(Date.now() / 1000) - 360)],
    ['a request from the future', () => signedForm(command('stop'), Math.floor(Date.now() / 1000) + 360)],
    [
      'a changed body',
      () => ({ ...signedForm(command('help')), body: new URLSearchParams(command('stop')).toString() }),
    ],
    ['no signature', () => ({ headers: { 'content-type': 'application/json' }, body: '{}' })],
    [
      'a signature with something behind it',
      () => {
        const request = signedForm(command('stop'));
        return {
          ...request,
          headers: { ...request.headers, 'x-slack-signature': `${request.headers['x-slack-signature']}=x` },
        };
      },
    ],
  ])('refuses %s', async (_, request) => {
    const response = await send(request());
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('SLACK_SIGNING_SECRET');
    await app.stop();
    expect(desk.asked).toEqual([
      {
        name: 'refused',
        request: expect.objectContaining({ person: 'unknown', proposalId: null }) as object,
      },
    ]);
  });

  it('acknowledges a replay and does nothing', async () => {
    const request = signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve));
    expect((await send(request)).status).toBe(200);
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    const again = await send(request);
    expect(again.status).toBe(200);
    expect(await app.stop()).toBe(true);
    expect(desk.asked.map((one) => one.name)).toEqual(['approve', 'refused']);
  });

  it('knows a replay by its signature alone', async () => {
    const { trigger_id: _, ...fields } = command('note INC-12 once');
    const request = signedForm(fields);
    await send(request);
    await vi.waitFor(() => expect(desk.asked).toHaveLength(1));
    expect((await send(request)).status).toBe(200);
    expect(await app.stop()).toBe(true);
    expect(desk.asked.map((one) => one.name)).toEqual(['note', 'refused']);
  });

  it('takes an event that Slack sends again, newly signed, only once', async () => {
    const event = {
      type: 'app_mention',
      user: 'U0ONCALL',
      text: '<@U0SITREP> note it is the cache',
      channel: 'C1',
      ts: '1.5',
      thread_ts: '1.1',
    };
    const body = {
      type: 'event_callback',
      event_id: 'Ev1',
      team_id: 'T0TEAM',
      api_app_id: 'A0SITREP',
      event,
    };
    const now = Math.floor(Date.now() / 1000);
    expect((await send(signedEvent(body, now - 2))).status).toBe(200);
    expect((await send(signedEvent(body, now))).status).toBe(200);
    await vi.waitFor(() => expect(desk.asked).toHaveLength(1));
    expect(await app.stop()).toBe(true);
    expect(desk.asked).toHaveLength(1);
  });

  it.each([
    ['another workspace', { team: { id: 'T0OTHER' }, user: { id: 'U0APPROVER', team_id: 'T0OTHER' } }],
    ['another app', { api_app_id: 'A0OTHER' }],
  ])('acknowledges, ignores and puts on record what belongs to %s', async (_, changes) => {
    const response = await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve, changes)));
    expect(response.status).toBe(200);
    expect(await app.stop()).toBe(true);
    expect(desk.asked).toEqual([
      { name: 'refused', request: expect.objectContaining({ person: 'U0APPROVER' }) as object },
    ]);
  });

  it('answers the address check of Slack', async () => {
    const response = await send(signedEvent({ type: 'url_verification', challenge: 'c4' }));
    expect(await response.text()).toContain('c4');
  });

  it('says what is wrong with a request that is not for it', async () => {
    expect((await fetch(url)).status).toBe(405);
    expect((await send(signedForm(command('help')), `${url}x`)).status).toBe(404);
    const large = await send(sign('x'.repeat(1_100_000), 'application/json'));
    expect(large.status).toBe(413);
  });

  it('does not start without a secret', () => {
    const settings = {
      botToken: 'xoxb-test',
      desk,
      reading,
      requests,
      log,
      tokens: fakeTokens(() => proposal),
      via: 'slack' as const,
    };
    expect(() => createSlackApp({ ...settings, signingSecret: ' ' })).toThrow('SLACK_SIGNING_SECRET');
    expect(() => createSlackApp({ ...settings, botToken: '', signingSecret: 's' })).toThrow(
      'SLACK_BOT_TOKEN',
    );
  });

  it('lets people speak while the memory of requests is away', async () => {
    vi.spyOn(requests, 'isFirst').mockRejectedValue(new Error('no database'));
    expect(await answerTo('stop the release is broken')).toContain('Done.');
    vi.restoreAllMocks();
    expect(desk.asked).toEqual([
      {
        name: 'stop',
        request: { person: 'U0APPROVER', why: 'the release is broken', undoLastS: null, via: 'slack' },
      },
    ]);
  });
});

describe('the slash command', () => {
  it('takes a content type with parameters', async () => {
    const request = signedForm(command('help'));
    const headers = {
      ...request.headers,
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    };
    expect((await send({ ...request, headers })).status).toBe(200);
    await vi.waitFor(() => expect(api.responses).toHaveLength(1));
  });

  it('helps, and guesses what a mistyped word meant', async () => {
    expect(await answerTo('')).toContain('/sitrep postmortem [INC-12]');
    expect(await answerTo('resovle')).toContain('Did you mean resolve?');
    expect(await answerTo('<!channel>')).not.toContain('<');
  });

  it('says how things stand', async () => {
    reading.isStopped = { by: 'U0ONCALL', why: 'a drill', undoing: [] };
    const shown = await answerTo('status');
    expect(shown).toContain('1 incident going on, 1 proposal awaiting a decision.');
    expect(shown).toContain('All actions are stopped by <@U0ONCALL>: a drill');
    expect(shown).toContain('Awaiting youINC-12 Roll back checkout to revision 4');
    expect(await answerTo('incidents')).toContain('INC-12 awaiting, critical: CheckoutErrors in checkout');
  });

  it('explains the only incident that is going on', async () => {
    const shown = await answerTo('why');
    expect(shown).toContain('INC-12 critical');
    expect(shown).toContain('Revision 5 went out 6 minutes before');
  });

  it('asks which one where there are several', async () => {
    Object.assign(reading, fakeReading([aView(), aView({ incident: anIncident({ id: 13 }) })]));
    expect(await answerTo('resolve')).toContain('Say which incident you mean: INC-12, INC-13.');
    expect(desk.asked).toEqual([]);
    await answerTo('resolve inc-13');
    expect(desk.asked).toEqual([{ name: 'resolve', request: { incidentId: 13, person: 'U0APPROVER' } }]);
  });

  it('writes notes down as they were typed', async () => {
    await answerTo('note INC-12 3 pods left, latency &lt; 1 s');
    await answerTo('note 3 pods left');
    expect(await answerTo('note INC-12 ')).toContain('for example: /sitrep note INC-12');
    expect(desk.asked.map(({ request }) => request)).toEqual([
      { incidentId: 12, person: 'U0APPROVER', text: '3 pods left, latency < 1 s' },
      { incidentId: 12, person: 'U0APPROVER', text: '3 pods left' },
    ]);
  });

  it('asks the desk to silence and to end a silence, and says what is missing', async () => {
    await answerTo('silence HighErrorRate region=eu-* for 2h --critical deploying');
    await answerTo('unsilence 3');
    expect(desk.asked).toEqual([
      {
        name: 'silence',
        request: {
          person: 'U0APPROVER',
          matchers: [
            { field: 'rule', pattern: 'HighErrorRate' },
            { field: 'region', pattern: 'eu-*' },
          ],
          minutes: 120,
          critical: true,
          why: 'deploying',
        },
      },
      { name: 'unsilence', request: { person: 'U0APPROVER', id: 3 } },
    ]);
    expect(await answerTo('silence HighErrorRate')).toContain('Not done. Say what to silence, for how long');
    expect(await answerTo('unsilence it')).toContain('Say which one: /sitrep unsilence 3.');
  });

  it('lists what is silenced and the maintenance that goes on, as far as a message holds', async () => {
    expect(await answerTo('silences')).toContain('Nothing is silenced, and no maintenance is going on.');
    const until = new Date('2026-12-05T22:00:00Z');
    const silence = (id: number, why: string): Silence => ({
      id,
      matchers: [{ field: 'region', pattern: 'eu-*' }],
      startsAt: new Date(0),
      endsAt: until,
      createdBy: 'U0ONCALL',
      why,
      critical: true,
    });
    const window: MaintenanceWindow = {
      name: 'database upgrade',
      services: ['checkout'],
      matchers: [{ field: 'rule', pattern: 'Db*' }],
      critical: false,
      when: { kind: 'once', from: new Date(0), to: until },
    };
    const hostile = '<!channel> '.repeat(50);
    reading.quieted = async () => ({
      silences: [silence(3, 'deploying'), silence(4, hostile)],
      maintenance: [{ window, until }],
    });
    const shown = await answerTo('silences');
    expect(shown).toContain('2 silences in force, 1 maintenance window open.');
    expect(shown).toMatch(/3: region=eu-\*, critical too, until .*, by <@U0ONCALL>: deploying/);
    expect(shown).toMatch(/Maintenance database upgrade \(checkout, rule=Db\*\), until /);
    expect(shown).toContain('/sitrep unsilence and the number ends a silence early.');
    reading.quieted = async () => ({
      silences: Array.from({ length: 200 }, (__, id) => silence(id + 1, hostile)),
      maintenance: [],
    });
    const many = await answerTo('silences');
    expect(many).toContain('200 silences in force');
    expect(many).toMatch(/\d+ more entries do not fit/);
  });

  it('shows the draft, and passes on a refusal', async () => {
    expect(await answerTo('postmortem')).toContain('# Postmortem');
    desk.answer = { ok: false, text: 'You are not listed.' };
    expect(await answerTo('resume')).toBe('Not done. You are not listed.');
  });

  it('answers at once to a command that is not its own', async () => {
    const response = await send(signedForm(command('', { command: '/other' })));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('/sitrep help');
  });

  it('says that it is uncertain when the desk fails', async () => {
    desk.before = async () => {
      throw new Error('connection lost');
    };
    expect(await answerTo('stop')).toContain('not certain whether this took effect');
  });

  it('acknowledges before it works, and a stop waits for the work', async () => {
    const gate = Promise.withResolvers<void>();
    desk.before = () => gate.promise;
    expect((await send(signedForm(command('stop')))).status).toBe(200);
    expect(await app.stop(1)).toBe(false);
    const stopping = app.stop(10_000);
    gate.resolve();
    expect(await stopping).toBe(true);
    expect(desk.asked).toHaveLength(1);
    expect(api.responses).toHaveLength(1);
  });
});

describe('the buttons', () => {
  it('approve exactly the digest that they carry', async () => {
    await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve)));
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    expect(desk.asked).toEqual([
      {
        name: 'approve',
        request: {
          proposalId: proposal.id,
          digest: proposal.digest,
          person: 'U0APPROVER',
          via: 'slack',
        },
      },
    ]);
    expect(api.ephemerals[0]).toMatchObject({
      channel: 'C1',
      thread_ts: '1.1',
      user: 'U0APPROVER',
      text: 'Done.',
    });
  });

  it('undo by asking for a new proposal', async () => {
    await send(signedInteraction(click(`undo:${proposal.id}`, TOKENS.undo)));
    await vi.waitFor(() =>
      expect(desk.asked).toEqual([
        { name: 'undo', request: { proposalId: proposal.id, person: 'U0APPROVER' } },
      ]),
    );
  });

  it('say what is right of the answer that was shown, and of no other', async () => {
    await send(signedInteraction(click('label:wrong:17', 'b'.repeat(64))));
    await vi.waitFor(() =>
      expect(desk.asked).toEqual([
        {
          name: 'label',
          request: { evidenceId: 17, digest: 'b'.repeat(64), verdict: 'wrong', person: 'U0APPROVER' },
        },
      ]),
    );
  });

  it.each([
    ['label:right:17', 'not a digest'],
    ['label:right:-1', 'a'.repeat(64)],
    ['label:perhaps:17', 'a'.repeat(64)],
    [`approve:${proposal.id}`, 'not a digest'],
    ['approve:not-an-id', 'a'.repeat(64)],
    ['delete:everything', 'a'.repeat(64)],
  ])('do nothing for %s with value %s', async (actionId, value) => {
    expect((await send(signedInteraction(click(actionId, value)))).status).toBe(200);
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    expect(desk.asked.filter((one) => one.name !== 'refused')).toEqual([]);
  });

  it.each([
    ['a guest', { is_restricted: true }, 'Guests'],
    ['a guest of one channel', { is_ultra_restricted: true }, 'Guests'],
    ['a bot', { is_bot: true }, 'no bots'],
    ['somebody who has left', { deleted: true }, 'deactivated'],
    ['somebody of another company', { is_stranger: true }, 'members of this workspace'],
    ['a member of another workspace', { team_id: 'T0OTHER' }, 'members of this workspace'],
    ['an answer about somebody else', { id: 'U0OTHER' }, 'cannot tell who you are'],
  ])('decide nothing for %s, and that is put on record', async (_, user, why) => {
    api.users.set('U0APPROVER', user);
    await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve)));
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    expect(readable(JSON.parse(api.ephemerals[0]?.['blocks'] ?? '[]'))).toContain(why);
    expect(desk.asked).toEqual([
      {
        name: 'refused',
        request: {
          person: 'U0APPROVER',
          asked: 'approve',
          why: expect.stringContaining(why) as string,
          proposalId: proposal.id,
          via: 'slack',
        },
      },
    ]);
  });

  it('decide nothing while Slack does not say who somebody is', async () => {
    api.fault('users.info', { kind: 'status', status: 500, executed: false });
    await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve)));
    await vi.waitFor(() => expect(desk.asked.map((one) => one.name)).toEqual(['refused']));
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    expect(await answerTo('stop it is on fire')).toContain('Done.');
  });

  it.each([
    [
      'another message',
      { container: { type: 'message', channel_id: 'C1', message_ts: '9.9' }, message: { ts: '9.9' } },
    ],
    ['another channel', { channel: { id: 'C2' } }],
  ])('decide nothing in %s than the one they were drawn for', async (_, changes) => {
    await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve, changes)));
    await vi.waitFor(() => expect(desk.asked.map((one) => one.name)).toEqual(['refused']));
    expect(desk.asked[0]?.request).toMatchObject({ proposalId: proposal.id });
  });

  it('ask for the name of the target where a click is not enough', async () => {
    pressed = { ...proposal, consent: { ...proposal.consent, confirm: 'typed' } };
    await send(signedInteraction(click(`approve:${proposal.id}`, TOKENS.approve)));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    expect(desk.asked).toEqual([]);
    const [view] = api.views;
    expect(JSON.stringify(view)).toContain('Type shop/checkout to approve it');
    for (const line of proposal.consent.card) expect(readable(view?.['blocks'])).toContain(line);
    await send(
      signedInteraction({
        type: 'view_submission',
        api_app_id: 'A0SITREP',
        team: { id: 'T0TEAM' },
        user: { id: 'U0APPROVER', team_id: 'T0TEAM' },
        trigger_id: `t${++trigger}`,
        view: { ...view, id: 'V1', state: { values: { typed: { typed: { value: 'shop/checkout' } } } } },
      }),
    );
    await vi.waitFor(() =>
      expect(desk.asked).toEqual([
        {
          name: 'approve',
          request: {
            proposalId: proposal.id,
            digest: proposal.digest,
            person: 'U0APPROVER',
            typed: 'shop/checkout',
            via: 'slack',
          },
        },
      ]),
    );
  });

  it('ask for a reason before they reject', async () => {
    await send(signedInteraction(click(`reject:${proposal.id}`, TOKENS.reject)));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    expect(desk.asked).toEqual([]);
    const [view] = api.views;
    expect(JSON.stringify(view)).toContain('At least 3 characters.');
    const submission = (reason: string): object => ({
      type: 'view_submission',
      api_app_id: 'A0SITREP',
      team: { id: 'T0TEAM' },
      user: { id: 'U0APPROVER', team_id: 'T0TEAM' },
      trigger_id: `t${++trigger}`,
      view: {
        ...view,
        id: 'V1',
        state: { values: { reason: { reason: { type: 'plain_text_input', value: reason } } } },
      },
    });
    const empty = await send(signedInteraction(submission('  ')));
    expect(await empty.json()).toMatchObject({
      response_action: 'errors',
      errors: { reason: expect.any(String) as string },
    });
    const given = await send(signedInteraction(submission('the cart is worse')));
    expect(await given.text()).toBe('');
    await vi.waitFor(() => expect(api.ephemerals).toHaveLength(1));
    expect(desk.asked).toEqual([
      {
        name: 'reject',
        request: { proposalId: proposal.id, person: 'U0APPROVER', reason: 'the cart is worse', via: 'slack' },
      },
    ]);
    expect(api.ephemerals[0]).toMatchObject({ channel: 'C1', thread_ts: '1.1' });
  });

  it('say so when the dialog cannot be opened', async () => {
    api.fault('views.open', { kind: 'refused', error: 'expired_trigger_id' });
    await send(signedInteraction(click(`reject:${proposal.id}`, TOKENS.reject)));
    await vi.waitFor(() => expect(api.ephemerals[0]?.['text']).toContain('Press the button again'));
  });

  it('acknowledges what it never made', async () => {
    const others = [
      { type: 'view_closed', view: { callback_id: 'x', id: 'V1' } },
      { type: 'view_submission', view: { callback_id: 'x', id: 'V1', state: { values: {} } } },
      { type: 'shortcut', callback_id: 'x' },
      { type: 'block_suggestion', action_id: 'x', block_id: 'b', value: '' },
    ];
    for (const other of others) {
      const started = performance.now();
      const common = {
        api_app_id: 'A0SITREP',
        team: { id: 'T0TEAM' },
        user: { id: 'U1' },
        trigger_id: `t${++trigger}`,
      };
      const response = await send(signedInteraction({ ...common, ...other }));
      expect(response.status, other.type).toBe(200);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

describe('a mention', () => {
  const mention = (text: string, changes: object = {}): SignedRequest =>
    signedEvent({
      type: 'event_callback',
      event_id: `Ev${++trigger}`,
      team_id: 'T0TEAM',
      api_app_id: 'A0SITREP',
      event: {
        type: 'app_mention',
        user: 'U0ONCALL',
        text,
        channel: 'C1',
        ts: '1.9',
        thread_ts: '1.1',
        ...changes,
      },
    });

  it('means the incident in whose thread it stands', async () => {
    Object.assign(reading, fakeReading([aView(), aView({ incident: anIncident({ id: 13 }) })]));
    await send(mention('hey <@U0SITREP> resolve'));
    await vi.waitFor(() =>
      expect(desk.asked).toEqual([{ name: 'resolve', request: { incidentId: 12, person: 'U0ONCALL' } }]),
    );
    await vi.waitFor(() =>
      expect(api.ephemerals[0]).toMatchObject({ channel: 'C1', thread_ts: '1.1', user: 'U0ONCALL' }),
    );
  });

  it('of a bot is left alone', async () => {
    await send(mention('<@U0SITREP> resolve', { bot_id: 'B9' }));
    await send(mention('<@U0SITREP> resolve', { user: 'U0SITREP' }));
    expect(await app.stop()).toBe(true);
    expect(desk.asked).toEqual([]);
  });
});

describe('the App Home', () => {
  const opened = (user: string, tab = 'home'): SignedRequest =>
    signedEvent({
      type: 'event_callback',
      event_id: `Ev${++trigger}`,
      team_id: 'T0TEAM',
      api_app_id: 'A0SITREP',
      event: { type: 'app_home_opened', user, tab, channel: 'D1', event_ts: '1.0' },
    });

  it('shows what awaits this person, with a way to the thread', async () => {
    await send(opened('U0APPROVER'));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    const shown = readable(api.views[0]);
    expect(shown).toContain('Actions are allowed.');
    expect(shown).toContain('Roll back checkout to revision 4');
    expect(JSON.stringify(api.views[0])).toContain('https://team.example/archives/C1/p1.1');
  });

  it('says how many fixes nobody is asked about now, where and why', async () => {
    const look = { kind: 'evidence.found' as const, count: 0, best: [] };
    const held = ['a', 'b'].map((title) => ({
      kind: 'proposal.withheld' as const,
      title,
      why: 'enough wait',
      bound: true as const,
    }));
    Object.assign(reading, fakeReading([aView({ journal: aJournal(look, ...held) })]));
    await send(opened('U0OTHER'));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    const shown = readable(api.views[0]);
    expect(shown).toContain('2 more fixes are held back');
    expect(shown).toMatch(/INC-12.*2 fixes held back: enough wait/);
  });

  it('shows nothing to decide to somebody who may not', async () => {
    await send(opened('U0OTHER'));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    expect(readable(api.views[0])).toContain('Nothing awaits your decision.');
  });

  it('asks nobody to decide what they asked for themselves', async () => {
    Object.assign(reading, fakeReading([aView({ proposals: [aProposal({ requestedBy: 'U0APPROVER' })] })]));
    await send(opened('U0APPROVER'));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    expect(readable(api.views[0])).toContain('Nothing awaits your decision.');
  });

  it('is drawn without links when Slack gives none', async () => {
    api.fault('chat.getPermalink', { kind: 'refused', error: 'message_not_found' });
    await send(opened('U0APPROVER'));
    await vi.waitFor(() => expect(api.views).toHaveLength(1));
    expect(readable(api.views[0])).toContain('INC-12');
  });
});
