import { describe, expect, it } from 'vitest';
import { group, type Candidate } from '../../src/correlate/group.ts';
import { alert, incident, minutes, SHOP, T0 } from '../support/examples.ts';

const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  ...incident(),
  alertNames: ['ServiceErrorRateHigh'],
  acting: false,
  firing: false,
  ...over,
});
const place = (
  service: string | null,
  candidates: Candidate[],
  name = 'ServiceLatencyHigh',
  now = minutes(1),
) => group(alert({ service, name }), candidates, SHOP, 600, now);

describe('group', () => {
  it('joins the incident of the same service', () => {
    expect(place('checkout', [candidate()])).toMatchObject({
      kind: 'joins',
      incidentId: 1,
      why: 'same service: checkout',
    });
  });

  it.each([
    ['what it depends on', 'storefront', 'storefront depends on checkout'],
    ['what depends on it', 'pricing', 'checkout depends on pricing'],
  ])('joins the incident of %s', (_, service, why) => {
    expect(place(service, [candidate()])).toMatchObject({ kind: 'joins', incidentId: 1, why });
  });

  it('opens one for a service that is not related', () => {
    expect(place('catalog', [candidate()])).toMatchObject({ kind: 'opens' });
  });

  it('opens one once the window has passed', () => {
    expect(place('checkout', [candidate()], 'X', minutes(10)).kind).toBe('joins');
    expect(place('checkout', [candidate()], 'X', new Date(minutes(10).getTime() + 1)).kind).toBe('opens');
  });

  it('joins an incident that still fires, however long it has gone on', () => {
    expect(place('checkout', [candidate({ firing: true })], 'X', minutes(600)).kind).toBe('joins');
  });

  it('prefers the nearest service, then the youngest incident', () => {
    const near = candidate({ id: 2, services: ['storefront'] });
    const same = candidate({ id: 3, services: ['checkout'] });
    const younger = candidate({ id: 4, services: ['checkout'] });
    expect(place('checkout', [near, same])).toMatchObject({ incidentId: 3 });
    expect(place('checkout', [near, same, younger])).toMatchObject({ incidentId: 4 });
  });

  it('joins by rule where the alert names no service', () => {
    expect(place(null, [candidate()], 'ServiceErrorRateHigh')).toMatchObject({ kind: 'joins' });
    expect(place(null, [candidate()], 'DiskFull')).toMatchObject({ kind: 'opens' });
  });

  it('reopens a resolved incident of the same rule and service, and no other', () => {
    const resolved = candidate({ state: 'resolved', resolvedAt: T0 });
    expect(place('checkout', [resolved], 'ServiceErrorRateHigh')).toMatchObject({
      kind: 'reopens',
      incidentId: 1,
    });
    expect(place('checkout', [resolved], 'Another')).toMatchObject({ kind: 'opens' });
    expect(place('pricing', [resolved], 'ServiceErrorRateHigh')).toMatchObject({ kind: 'opens' });
  });

  it('never joins a closed incident', () => {
    expect(place('checkout', [candidate({ state: 'closed' })])).toMatchObject({ kind: 'opens' });
  });
});
