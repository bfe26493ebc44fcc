import { describe, expect, it } from 'vitest';
import { dueAgain } from '../../src/correlate/release.ts';
import type { Alert } from '../../src/incident/alert.ts';
import { hushed } from '../../src/incident/hushed.ts';
import type { MaintenanceWindow } from '../../src/incident/maintenance.ts';
import { parseMatcher, type Matcher } from '../../src/incident/matcher.ts';
import type { Silence } from '../../src/incident/silence.ts';
import { alert, minutes, storedAlert, T0 } from '../support/examples.ts';

const all = (...texts: string[]): Matcher[] =>
  texts.map((text) => {
    const parsed = parseMatcher(text);
    if (!parsed.ok) throw new Error(parsed.mistake);
    return parsed.value;
  });

const silence = (over: Partial<Silence> = {}): Silence => ({
  id: 3,
  matchers: all('service=checkout'),
  startsAt: T0,
  endsAt: minutes(60),
  createdBy: 'U0ONCALL',
  why: 'deploying the fix',
  critical: false,
  ...over,
});

const window = (over: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  name: 'database upgrade',
  services: ['checkout'],
  matchers: [],
  critical: false,
  when: { kind: 'once', from: T0, to: minutes(90) },
  ...over,
});

const at = (over: Partial<Alert> = {}) => alert({ severity: 'warning', ...over });

describe('a silence', () => {
  it('says which, by whom, until when and why', () => {
    expect(hushed(at(), [silence()], [], minutes(1))).toEqual({
      reason: 'silenced',
      why: 'silence 3 (service=checkout) by U0ONCALL until 2026-03-04 04:00:00 UTC: deploying the fix',
    });
  });

  it.each([
    [-1, false],
    [0, true],
    [59, true],
    [60, false],
  ])('at minute %i of its hour: %s', (minute, expected) => {
    expect(hushed(at(), [silence()], [], minutes(minute)) !== null).toBe(expected);
  });

  it('needs all its conditions', () => {
    const both = silence({ matchers: all('service=checkout', 'region=eu-*') });
    expect(hushed(at({ labels: { region: 'us-1' } }), [both], [], T0)).toBeNull();
    expect(hushed(at({ labels: { region: 'eu-1' } }), [both], [], T0)).not.toBeNull();
  });

  it('tells the one that ends last where several hold', () => {
    const why = hushed(at(), [silence(), silence({ id: 4, endsAt: minutes(90) })], [window()], T0)?.why;
    expect(why).toContain('silence 4');
  });
});

describe('what is meant by name only', () => {
  const critical: Partial<Alert> = { severity: 'critical' };
  const security: Partial<Alert> = { kind: 'security' };
  const grave: Partial<Alert> = { ...critical, ...security };
  it.each<[string, Partial<Alert>, string[], boolean, boolean]>([
    ['a critical alert', critical, ['service=checkout'], false, false],
    ['a critical alert', critical, ['service=checkout'], true, true],
    ['a critical alert', critical, ['service=checkout', 'severity=critical'], false, true],
    ['a critical alert', critical, ['service=checkout', 'severity=c*'], false, false],
    ['a critical alert', critical, ['service=checkout', 'severity=warning'], true, false],
    ['a security signal', security, ['service=checkout'], true, false],
    ['a security signal', security, ['service=checkout', 'kind=s*'], true, false],
    ['a security signal', security, ['service=checkout', 'kind=security'], false, true],
    ['a critical security signal', grave, ['kind=security'], false, false],
    ['a critical security signal', grave, ['service=checkout'], true, false],
    ['a critical security signal', grave, ['kind=security'], true, true],
  ])('%s %j with %j (critical: %s) is hushed: %s', (_, over, texts, alsoCritical, expected) => {
    const one = { matchers: all(...texts), critical: alsoCritical };
    expect(hushed(at(over), [silence(one)], [], T0) !== null).toBe(expected);
    expect(hushed(at(over), [], [window({ ...one, services: [] })], T0) !== null).toBe(expected);
  });
});

describe('maintenance', () => {
  it('says which and until when', () => {
    expect(hushed(at(), [], [window()], T0)).toEqual({
      reason: 'maintenance',
      why: 'maintenance “database upgrade” until 2026-03-04 04:30:00 UTC',
    });
  });

  it('is for any of its services, and for all of its conditions', () => {
    const one = window({ services: ['checkout', 'pricing'], matchers: all('region=eu') });
    const hush = (service: string | null, region: string) =>
      hushed(at({ service, labels: { region } }), [], [one], T0)?.reason ?? null;
    expect([hush('pricing', 'eu'), hush('checkout', 'us'), hush('search', 'eu'), hush(null, 'eu')]).toEqual([
      'maintenance',
      null,
      null,
      null,
    ]);
  });

  it('hushes nothing outside its time', () => {
    expect(hushed(at(), [], [window()], minutes(90))).toBeNull();
  });
});

it('gives back what neither a silence nor maintenance hushes any more', () => {
  const alerts = ['checkout', 'pricing', 'search'].map((service, index) =>
    storedAlert({ id: index + 1, service, severity: 'warning' }),
  );
  const pricing = window({ services: ['pricing'] });
  const due = (minute: number) => dueAgain(alerts, [silence()], [pricing], minutes(minute));
  expect([due(1), due(60), due(90)]).toEqual([[3], [1, 3], [1, 2, 3]]);
});
