import { expect, it } from 'vitest';
import type { Evidence } from '../../src/incident/evidence.ts';
import { draftFixes } from '../../src/propose/rules.ts';
import { incident, minutes, SHOP, stored } from '../support/examples.ts';

type Flag = Extract<Evidence['about'], { kind: 'flag' }>;

const flag = (about: Partial<Flag> = {}, score = 0.7): Evidence => ({
  title: 'flag new-coupons',
  quote: 'new-coupons: off → on',
  link: null,
  why: 'switched 2 min before the alert',
  score,
  about: {
    kind: 'flag',
    service: 'pricing',
    key: 'new-coupons',
    before: 'off',
    after: 'on',
    at: minutes(-2).toISOString(),
    environment: 'production',
    sha: null,
    ...about,
  },
});
const drafted = (...evidence: Evidence[]) => draftFixes(incident(), stored(evidence), SHOP);

it('turns a flag that was switched on off again', () => {
  expect(drafted(flag())).toMatchObject([
    {
      action: { tool: 'flag.disable', arguments: { flag: 'new-coupons', environment: 'production' } },
      service: 'pricing',
      reasonsFor: [{ text: 'flag new-coupons: switched 2 min before the alert', evidenceId: 1 }],
    },
  ]);
});

it('turns one that was switched off on again, by its name where a file was changed', () => {
  const change = {
    key: 'flags.new-coupons.state',
    before: 'ENABLED',
    after: 'DISABLED',
    environment: null,
    sha: 'a'.repeat(40),
  };
  expect(drafted(flag(change))[0]?.action).toEqual({
    tool: 'flag.enable',
    arguments: { flag: 'new-coupons' },
  });
  expect(
    drafted(flag(change))[0]
      ?.reasonsAgainst.map(({ text }) => text)
      .join(),
  ).toContain('came by a commit');
});

it.each([
  ['a change of a value', { before: '10', after: '50' }],
  ['a switch to the same', { before: 'true', after: 'on' }],
  ['an unknown value', { after: null }],
  ['a name that is none', { key: 'two words' }],
])('leaves %s to people', (_what, about) => {
  expect(drafted(flag(about))).toEqual([]);
});

it('drafts nothing for a flag that is hardly a suspect, and one draft for the likeliest of two', () => {
  expect(drafted(flag({}, 0.1))).toEqual([]);
  expect(
    drafted(flag({}, 0.4), flag({ key: 'dark-mode' }, 0.8)).map(({ action }) => action.arguments),
  ).toEqual([{ flag: 'dark-mode', environment: 'production' }]);
});
