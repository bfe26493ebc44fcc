import { describe, expect, test } from 'vitest';
import { fillTemplate } from '../../../../src/adapters/local/alerts/annotation-template.ts';
import { parseExposition } from '../../../../src/adapters/local/alerts/exposition.ts';
import { fingerprint } from '../../../../src/adapters/local/alerts/fingerprint.ts';
import { histogramQuantile } from '../../../../src/adapters/local/alerts/histogram-quantile.ts';
import { counterRate } from '../../../../src/adapters/local/alerts/rate.ts';

const series = (...values: number[]) => values.map((value, index) => ({ at: index * 1_000, value }));

describe('counterRate', () => {
  test('a steady counter', () =>
    expect(counterRate(series(100, 110, 120, 130), 3_000, 3_000)).toBeCloseTo(10));
  test('a reset counts what was reached before', () =>
    expect(counterRate(series(100, 110, 5, 15), 3_000, 3_000)).toBeCloseTo((15 - 100 + 110) / 3));
  test('one sample is none', () => expect(counterRate(series(1), 0, 10_000)).toBeUndefined());
  test('the window is not filled with what was not seen', () =>
    // Two seconds of ten were seen, so the ends may be stretched by half a step each, not to ten seconds.
    expect(
      counterRate(
        series(100, 110, 120).map((p) => ({ ...p, at: p.at + 4_000 })),
        10_000,
        10_000,
      ),
    ).toBeCloseTo(3));
});

describe('histogramQuantile', () => {
  const buckets = (...pairs: [number, number][]) => new Map(pairs);
  test('interpolates within a bucket', () =>
    expect(histogramQuantile(0.95, buckets([0.1, 90], [0.5, 100], [Infinity, 100]))).toBeCloseTo(0.3));
  test('beyond the last bound it is the last bound', () =>
    expect(histogramQuantile(0.95, buckets([0.1, 1], [10, 2], [Infinity, 100]))).toBe(10));
  test('nothing observed is NaN', () =>
    expect(histogramQuantile(0.95, buckets([0.1, 0], [Infinity, 0]))).toBeNaN());
  test('without +Inf it is NaN', () => expect(histogramQuantile(0.95, buckets([0.1, 1], [1, 2]))).toBeNaN());
});

test('the exposition format, as it comes from the wild', () => {
  const page = [
    '# HELP a help',
    '# TYPE a counter',
    'a 1',
    'b{x="1",y="a \\"quoted\\" back\\\\slash\\nline",} 2.5e3 1700000000000',
    'c{le="+Inf"} +Inf',
    'd{} NaN',
    '',
  ].join('\n');
  expect(parseExposition(page)).toEqual([
    { name: 'a', labels: {}, value: 1 },
    { name: 'b', labels: { x: '1', y: 'a "quoted" back\\slash\nline' }, value: 2_500 },
    { name: 'c', labels: { le: '+Inf' }, value: Infinity },
    { name: 'd', labels: {}, value: NaN },
  ]);
  for (const bad of ['<html>', 'a{x=1} 2', 'a one']) expect(() => parseExposition(bad)).toThrow();
});

test('fingerprints do not depend on the order of the labels', () => {
  // As Alertmanager 0.25 wrote it for these labels.
  const labels = {
    alertname: 'HighErrorRate',
    cluster: 'eu1',
    env: 'prod',
    instance: '127.0.0.1:9911',
    job: 'app',
    service: 'cart-api',
    severity: 'critical',
    team: 'payments',
  };
  expect(fingerprint(labels)).toBe('1a4429d2fa53245f');
  expect(fingerprint(Object.fromEntries(Object.entries(labels).reverse()))).toBe('1a4429d2fa53245f');
  expect(fingerprint({ ...labels, team: 'other' })).not.toBe('1a4429d2fa53245f');
});

test.each([
  ['{{ $labels.service }}: {{ $value | humanizePercentage }}', 0.123456, 'web: 12.35%'],
  ['{{$value | humanizeDuration}}', 0.7512, '751.2ms'],
  ['{{ $value | humanizeDuration }}', 2.34567, '2.346s'],
  ['{{ $value | humanizeDuration }}', 75, '1m 15s'],
  ['{{ $labels.nothing }}{{ $value }}', 3, '3'],
])('%s', (template, value, text) => expect(fillTemplate(template, { service: 'web' }, value)).toBe(text));

test('a template function that is not known is an error rather than a hole', () => {
  expect(() => fillTemplate('{{ $value | toUpper }}', {}, 1)).toThrow(/toUpper/);
});
