import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, matcherText, parseMatcher, type Matcher } from '../../src/incident/matcher.ts';
import { alert } from '../support/examples.ts';

function matcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (!parsed.ok) throw new Error(parsed.mistake);
  return parsed.value;
}

const one = alert({
  name: 'HighErrorRate',
  service: 'checkout',
  source: 'grafana',
  severity: 'warning',
  kind: 'cost',
  labels: { region: 'eu-west-1', service: 'from a label', empty: '', 'k8s.pod': 'a*b' },
});

describe('a condition', () => {
  it.each([
    ['HighErrorRate', true],
    ['rule=HighErrorRate', true],
    ['alertname=HighErrorRate', true],
    ['higherrorrate', false],
    ['HighError', false],
    ['ErrorRate', false],
    ['High*', true],
    ['*Rate', true],
    ['*', true],
    ['*Error*', true],
    ['High*Rate*Rate', false],
    ['H*r*r*e', true],
    ['High.*', false],
    ['service=checkout', true],
    ['service=from*', false],
    ['labels.service=from*', true],
    ['source=grafana', true],
    ['kind=cost', true],
    ['kind=c*', true],
    ['severity=warning', true],
    ['region=eu-*', true],
    ['region=eu', false],
    ['empty=*', true],
    ['missing=*', false],
    ['toString=*', false],
    ['labels.toString=*', false],
    ['k8s.pod=a*b', true],
    ['region= eu-west-1 ', true],
  ])('%s: %s', (text, expected) => {
    expect(matches(matcher(text), one)).toBe(expected);
  });

  it('about the service does not fit an alert that names none', () => {
    expect(matches(matcher('service=*'), { ...one, service: null })).toBe(false);
  });

  it.each([
    ['', /the value is missing/],
    ['service=', /the value is missing/],
    ['region!=eu', /there is no !=/],
    ['region=~eu.*', /there is no .*=~/],
    ['region!~eu.*', /there is no .*!~/],
    ['=eu', /write name=value/],
    ['kind=securty', /kind is one of operational, security, cost/],
    ['severity=page', /severity is one of critical, warning, info/],
    ['region=eu\u200b', /cannot be seen/],
    ['region=e\u0000u', /cannot be seen/],
    [`region=${'x'.repeat(201)}`, /at most 200 characters/],
  ])('%j is refused with what to write instead', (text, mistake) => {
    const parsed = parseMatcher(text);
    expect(parsed).toMatchObject({ ok: false, mistake: expect.stringMatching(mistake) });
  });

  it('is written as it is typed', () => {
    expect(
      ['alertname=A', 'rule=High error rate', 'region=eu-*'].map((text) => matcherText(matcher(text))),
    ).toEqual(['rule=A', 'rule="High error rate"', 'region=eu-*']);
  });

  it('agrees with a regular expression on what a star covers', () => {
    const few = (length: number) => fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: length });
    fc.assert(
      fc.property(few(8), few(14), (pattern, value) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
        expect(matches({ field: 'x', pattern }, { ...one, labels: { x: value } })).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('stays quick on what makes backtracking explode', () => {
    const labels = { x: 'a'.repeat(100_000) };
    const before = performance.now();
    expect(matches({ field: 'x', pattern: `${'*a'.repeat(99)}*b` }, { ...one, labels })).toBe(false);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
