import { expect, it } from 'vitest';
import { nameOf, serviceOf, labelledSeverity, summaryOf, thingsNamedIn } from '../../src/incident/labels.ts';

it.each([
  [{ alertname: 'A', check: 'B' }, {}, 'A'],
  [{ check: 'disk' }, { summary: 'Disk of db-1 is full' }, 'disk'],
  [{}, { summary: 'CPU of pod is high: cart-5d4f6c9b8-x2x7k' }, 'CPU of pod is high'],
  [{}, { summary: 'CPU of pod is high: web-7' }, 'CPU of pod is high'],
  [{}, { summary: 'Requests to cart-3 are slow (p99): 870 ms' }, 'Requests to are slow (p99): ms'],
  [{}, { message: 'Queue grows' }, 'Queue grows'],
  [{}, { description: 'Queue grows' }, 'Queue grows'],
  [{ what: 'DiskAlmostFull', host: 'db-1', region: 'EU' }, {}, 'DiskAlmostFull'],
  [{ region: 'EU', host: 'Thor', zone: 'A1B2' }, {}, 'unnamed alert'],
  [{}, {}, 'unnamed alert'],
  [{}, { summary: '42' }, 'unnamed alert'],
])('names the rule behind %j %j', (labels, annotations, name) => {
  expect(nameOf(labels as Record<string, string>, annotations as Record<string, string>)).toBe(name);
});

it('takes the most telling label for the service, and needs none', () => {
  expect(serviceOf({ job: 'node', app: 'cart' })).toBe('cart');
  expect(serviceOf({ service: '', job: 'node' })).toBe('node');
  expect(serviceOf({ pod: 'cart-1' })).toBeNull();
});

it('takes an unknown severity for a warning', () => {
  expect(labelledSeverity({ severity: 'Page' })).toBe('critical');
  expect(labelledSeverity({ severity: 'constructor' })).toBe('warning');
  expect(labelledSeverity({})).toBe('warning');
});

it('always has a line to show', () => {
  expect(summaryOf({ alertname: 'A' }, {})).toBe('A');
  expect(summaryOf({}, { summary: 'first\nsecond' })).toBe('first');
});

it('finds what a text names, and no measurement', () => {
  expect(thingsNamedIn('Disk of db-1.example.com at 91.5% after 12ms (p99), see web-7')).toEqual([
    'db-1.example.com',
    'web-7',
  ]);
});
