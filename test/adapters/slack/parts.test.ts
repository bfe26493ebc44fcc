import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createBell } from '../../../src/adapters/bell.ts';
import { actionId, parseActionId } from '../../../src/adapters/slack/buttons.ts';
import { nearest } from '../../../src/incident/nearest.ts';
import { parseCommand } from '../../../src/adapters/slack/commands/parse.ts';
import { createInFlight } from '../../../src/adapters/slack/in-flight.ts';
import { boltLogger } from '../../../src/adapters/slack/log.ts';
import { placeOf, rejectModal } from '../../../src/adapters/slack/reject-modal.ts';
import { duration } from '../../../src/adapters/slack/render/duration.ts';
import { slackFailure } from '../../../src/adapters/slack/slack-errors.ts';
import { proposalId } from '../../support/incident-view.ts';
import { fakeLog } from '../../support/fake-log.ts';

describe('commands', () => {
  it.each([
    ['', { name: 'help' }],
    ['  WHY  inc-7 ', { name: 'why', incident: 7 }],
    ['why 7', { name: 'why', incident: 7 }],
    ['why not', { name: 'why', incident: null }],
    ['note INC-7 two  words', { name: 'note', incident: 7, text: 'two  words' }],
    ['note 7 pods', { name: 'note', incident: null, text: '7 pods' }],
    ['stop', { name: 'stop', why: '', undoLastS: null }],
    ['stop undo', { name: 'stop', why: '', undoLastS: 0 }],
    ['stop undo 15m too risky', { name: 'stop', why: 'too risky', undoLastS: 900 }],
    ['stop UNDO 15', { name: 'stop', why: '', undoLastS: 900 }],
    ['stop undo 1h30m', { name: 'stop', why: '', undoLastS: 5400 }],
    ['stop undo 9000m', { name: 'stop', why: '', undoLastS: 86_400 }],
    ['stop undo the release', { name: 'stop', why: 'the release', undoLastS: 0 }],
    ['stop undoing it', { name: 'stop', why: 'undoing it', undoLastS: null }],
    ['stop the world', { name: 'stop', why: 'the world', undoLastS: null }],
    ['silences', { name: 'silences' }],
    ['propose', { name: 'propose', incident: null, words: [], why: '' }],
    [
      'propose inc-12 flag.disable flag=a -- too slow',
      { name: 'propose', incident: 12, words: ['flag.disable', 'flag=a'], why: 'too slow' },
    ],
    ['unsilence 3', { name: 'unsilence', id: 3 }],
    ['unsilence #3', { name: 'unsilence', id: 3 }],
    ['unsilence', { name: 'unsilence', id: null }],
    ['unsilence all', { name: 'unsilence', id: null }],
    ['sotp', { name: 'unknown', typed: 'sotp', nearest: 'stop' }],
    ['deploy everything', { name: 'unknown', typed: 'deploy', nearest: null }],
  ])('reads %j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  const rule = { field: 'rule', pattern: 'HighErrorRate' };
  it.each<[string, object]>([
    ['HighErrorRate 2h deploying  the fix', { matchers: [rule], minutes: 120, why: 'deploying  the fix' }],
    [
      'HighErrorRate service=check* 1h30m x',
      { matchers: [rule, { field: 'service', pattern: 'check*' }], minutes: 90, why: 'x' },
    ],
    ['HighErrorRate 2h --critical x', { matchers: [rule], minutes: 120, critical: true, why: 'x' }],
    ['HighErrorRate —critical 3d x', { matchers: [rule], minutes: 4320, critical: true, why: 'x' }],
    ['HighErrorRate 30min for 2h', { matchers: [rule], minutes: 30, why: 'for 2h' }],
    [
      'rule="High error rate" 5m x',
      { matchers: [{ field: 'rule', pattern: 'High error rate' }], minutes: 5, why: 'x' },
    ],
    [
      '“High error rate” 5m x',
      { matchers: [{ field: 'rule', pattern: 'High error rate' }], minutes: 5, why: 'x' },
    ],
    [
      'instance=&lt;http://db.example.com|db.example.com&gt; 5m x',
      { matchers: [{ field: 'instance', pattern: 'db.example.com' }], minutes: 5, why: 'x' },
    ],
    ['2h x', { matchers: [], minutes: 120, why: 'x' }],
  ])('reads what is silenced: %j', (text, asked) => {
    expect(parseCommand(`silence ${text}`)).toEqual({
      name: 'silence',
      asked: { ok: true, value: { critical: false, ...asked } },
    });
  });

  it.each([
    ['silence', 'Say what to silence, for how long (30m, 2h, 3d) and why'],
    ['silence HighErrorRate', 'for how long'],
    ['silence HighErrorRate because it is noisy', 'for how long'],
    ['silence region!=eu 2h x', '“region!=eu”: write name=value'],
  ])('says what is missing in %j', (text, mistake) => {
    expect(parseCommand(text)).toMatchObject({
      asked: { ok: false, mistake: expect.stringContaining(mistake) },
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseCommand(text)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void parseCommand(`silence ${text} 2h x`)),
    );
  });

  it('guesses only what is near', () => {
    expect(nearest('postmotrem', ['postmortem', 'stop'])).toBe('postmortem');
    expect(nearest('x'.repeat(10_000), ['stop'])).toBeNull();
  });
});

it('reads back the ids of its own buttons and no others', () => {
  expect(parseActionId(actionId('undo', proposalId(3)))).toEqual({ kind: 'undo', proposalId: proposalId(3) });
  for (const id of [
    'approve:',
    `approve:${proposalId(1)}x`,
    `drop:${proposalId(1)}`,
    `\napprove:${proposalId(1)}`,
  ]) {
    expect(parseActionId(id)).toBeNull();
  }
});

it('remembers in the dialog where the answer belongs', () => {
  const place = { channel: 'C1', ts: '1.1' };
  expect(placeOf(rejectModal(proposalId(1), place).private_metadata ?? '')).toEqual(place);
  expect(placeOf('')).toBeNull();
  expect(placeOf('{"channel":5}')).toBeNull();
});

describe('what is in flight', () => {
  it('is waited for, and not longer than allowed', async () => {
    const inFlight = createInFlight();
    expect(await inFlight.idle(0)).toBe(true);
    const end = inFlight.begin();
    expect(await inFlight.idle(1)).toBe(false);
    const idle = inFlight.idle(10_000);
    end();
    end();
    expect(await idle).toBe(true);
    expect(inFlight.count()).toBe(0);
  });
});

describe('the bell', () => {
  it('remembers a ring that came while nobody waited', async () => {
    const bell = createBell();
    bell.ring();
    await bell.wait({ ms: 60_000, untilRung: true });
    const again = bell.wait({ ms: 60_000, untilRung: true });
    bell.ring();
    await again;
  });

  it('does not end a rest that Slack has asked for, but a stop does', async () => {
    const bell = createBell();
    const done = vi.fn<() => void>();
    const rest = bell.wait({ ms: 60_000, untilRung: false }).then(done);
    bell.ring();
    await Promise.resolve();
    expect(done).not.toHaveBeenCalled();
    bell.ringForGood();
    await rest;
  });
});

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [100_800_000, '1 d 4 h'],
  [-5, '0 s'],
])('calls %d ms %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('takes nothing for granted about an error that it does not know', () => {
  expect(slackFailure(new Error('?')).kind).toBe('uncertain');
  const refused = new Error('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
  expect(slackFailure(refused)).toEqual({ kind: 'away', why: 'ECONNREFUSED' });
});

it('lets no object of the library into the log, where a token might be', () => {
  const log = fakeLog();
  boltLogger(log).error('bad', Object.assign(new Error('refused'), { token: 'xoxb-secret' }), {
    token: 'xoxb-secret',
  });
  expect(JSON.stringify(log.error.mock.calls)).not.toContain('secret');
  expect(log.error.mock.calls[0]?.[0]).toEqual({ bolt: 'bad Error: refused' });
});
