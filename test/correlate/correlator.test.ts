import { describe, expect, it } from 'vitest';
import { createCorrelator } from '../../src/correlate/correlator.ts';
import type { Correlator, Decision, Seen } from '../../src/correlate/decision.ts';
import type { ServiceCatalogue } from '../../src/incident/service.ts';
import { minutes, SHOP, T0 } from '../support/examples.ts';

const WINDOW_S = 600;
let lastId = 0;

function seen(at: number, over: Partial<Seen> = {}): Seen {
  const name = over.name ?? 'RequestsFail';
  const service = over.service === undefined ? 'checkout' : over.service;
  return {
    id: (lastId += 1),
    at: minutes(at),
    source: 'alertmanager',
    fingerprint: `${name} ${service}`,
    name,
    service,
    severity: 'warning',
    kind: 'operational',
    summary: `${name} at ${service}`,
    labels: { alertname: name, ...(service && { service }) },
    ...over,
  };
}

/** A correlator that has seen a noisy rule fire every ten minutes for two days, for a minute each. */
function withNoise(catalogue: ServiceCatalogue = new Map()): { correlator: Correlator; now: number } {
  const correlator = createCorrelator({ catalogue, windowS: WINDOW_S });
  let now = 0;
  for (let count = 0; count < 288; count += 1, now += 10) {
    const alert = seen(now, { name: 'DiskBusy', service: `store-${count % 4}` });
    correlator.place(alert);
    correlator.ended(alert.id, minutes(now + 1));
    correlator.tick(minutes(now + 5));
  }
  return { correlator, now };
}

function only(decisions: Decision[]): Decision {
  expect(decisions).toHaveLength(1);
  return decisions[0]!;
}

describe('what is shown', () => {
  it('opens an incident for what has never fired, with no history at all', () => {
    const correlator = createCorrelator({ catalogue: new Map(), windowS: WINDOW_S });
    const decision = only(correlator.place(seen(0)));
    expect(decision.kind).toBe('opens');
    expect(decision.details().join('\n')).toContain('RequestsFail has not fired in the last 14 days');
  });

  it('keeps a rule quiet that fires all the time, and says how often it does', () => {
    const { correlator, now } = withNoise();
    const decision = only(correlator.place(seen(now, { name: 'DiskBusy', service: 'store-1' })));
    expect(decision).toMatchObject({ kind: 'quiet', reason: 'routine' });
    expect(decision.why).toMatch(/DiskBusy fires about every 1[0-2] min/);
  });

  it('calls it flapping where the same alert comes and goes', () => {
    const { correlator, now } = withNoise();
    const decisions = [0, 3, 6, 9, 12, 15].map((later) => {
      const alert = seen(now + later, { name: 'DiskBusy', service: 'store-1' });
      const [decision] = correlator.place(alert);
      correlator.ended(alert.id, minutes(now + later + 1));
      return decision;
    });
    expect(decisions.at(-1)).toMatchObject({ kind: 'quiet', reason: 'flapping' });
  });

  it.each(['security', 'cost'] as const)('never keeps a %s signal quiet', (kind) => {
    const { correlator, now } = withNoise();
    const decision = only(correlator.place(seen(now, { name: 'DiskBusy', service: 'store-1', kind })));
    expect(decision.kind).toBe('opens');
  });

  it('shows a critical alert of a rule that rarely fires at once, however many rules there are', () => {
    const correlator = createCorrelator({ catalogue: new Map(), windowS: WINDOW_S });
    const ruleNumber = (number: number) => ({ name: `Rule${number}`, service: `store-${number % 40}` });
    // Many rules that fire twice a day: the bar rises above what one of them could reach alone.
    for (let now = 0; now < 5 * 1440; now += 3) {
      const alert = seen(now, ruleNumber((now / 3) % 240));
      correlator.place(alert);
      correlator.ended(alert.id, minutes(now + 1));
    }
    const at = 5 * 1440 + 30;
    const quiet = only(correlator.place(seen(at, ruleNumber(7))));
    const critical = only(correlator.place(seen(at + 30, { ...ruleNumber(9), severity: 'critical' })));
    expect(quiet.kind).toBe('quiet');
    expect(critical).toMatchObject({ kind: 'opens', why: expect.stringContaining('it is critical') });
  });

  it('brings a quiet alert to light that fires for much longer than its rule does', () => {
    const { correlator, now } = withNoise();
    const alert = seen(now, { name: 'DiskBusy', service: 'store-1' });
    expect(only(correlator.place(alert)).kind).toBe('quiet');
    expect(correlator.tick(minutes(now + 1))).toEqual([]);
    const decision = only(correlator.tick(minutes(now + 3)));
    expect(decision).toMatchObject({ kind: 'opens', alertId: alert.id });
    expect(decision.why).toContain('still fires after');
  });

  it('brings a quiet one along when an incident opens at the same place', () => {
    const { correlator, now } = withNoise();
    const early = seen(now, { name: 'DiskBusy', service: 'store-1' });
    expect(only(correlator.place(early)).kind).toBe('quiet');
    const [opens, along] = correlator.place(seen(now + 0.5, { name: 'RequestsFail', service: 'store-1' }));
    expect(opens).toMatchObject({ kind: 'opens' });
    expect(along).toMatchObject({ kind: 'joins', alertId: early.id });
    expect(along?.kind === 'joins' && opens?.kind === 'opens' && along.group === opens.group).toBe(true);
  });
});

describe('what belongs together', () => {
  const placedAfter = (catalogue: ServiceCatalogue, first: Partial<Seen>, second: Partial<Seen>) => {
    const { correlator, now } = withNoise(catalogue);
    const [opens] = correlator.place(seen(now, first));
    const [next] = correlator.place(seen(now + 4, second));
    expect(opens?.kind).toBe('opens');
    return {
      opens,
      next,
      same: next?.kind === 'joins' && opens?.kind === 'opens' && next.group === opens.group,
    };
  };

  it('joins on the same service, whatever the rule', () => {
    const { same } = placedAfter(new Map(), { name: 'PodRestarts' }, { name: 'RequestsFail' });
    expect(same).toBe(true);
  });

  it('joins on a declared dependency, and says so', () => {
    const { same, next } = placedAfter(
      SHOP,
      { name: 'RequestsFail', service: 'checkout' },
      { name: 'CallsSlow', service: 'storefront' },
    );
    expect(same).toBe(true);
    expect(next?.why).toBe('storefront and checkout depend on each other');
  });

  it('opens another one for what has nothing in common but some minutes', () => {
    const { next } = placedAfter(
      new Map(),
      { service: 'checkout' },
      { name: 'CallsSlow', service: 'search' },
    );
    expect(next?.kind).toBe('opens');
  });

  it('finds the common machine without being told which label names it', () => {
    const { same, next } = placedAfter(
      new Map(),
      { name: 'PodRestarts', service: null, fingerprint: 'a', labels: { box: 'rack-17' }, summary: '' },
      { name: 'CallsSlow', service: null, fingerprint: 'b', labels: { maschine: 'rack-17' }, summary: '' },
    );
    expect(same).toBe(true);
    expect(next?.why).toBe('both name rack-17');
  });

  it('takes the same alert up again while the window lasts, and not once the incident is over for good', () => {
    for (const forGood of [false, true]) {
      const { correlator, now } = withNoise();
      const first = seen(now);
      const [opens] = correlator.place(first);
      if (opens?.kind !== 'opens') throw new Error('it did not open');
      opens.group.incidentId = 12;
      correlator.ended(first.id, minutes(now + 1));
      correlator.incidentEnded(12, minutes(now + 2), forGood);
      const [again] = correlator.place(seen(now + 3));
      expect(again?.kind === 'joins' && again.group === opens.group, String(forGood)).toBe(!forGood);
    }
  });
});

it('lets nothing but the same alert take up an incident that has ended', () => {
  const { correlator, now } = withNoise();
  const [opens] = correlator.place(seen(now));
  if (opens?.kind !== 'opens') throw new Error('it did not open');
  opens.group.incidentId = 12;
  correlator.incidentEnded(12, minutes(now + 1), false);
  expect(correlator.place(seen(now + 2, { name: 'PodRestarts' }))[0]?.kind).toBe('opens');
});

describe('odd input', () => {
  it.each<[string, Partial<Seen>]>([
    ['no label, no text', { labels: {}, summary: '', service: null, name: '' }],
    [
      '10,000 labels',
      { labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`l${i}`, `v${i}`])) },
    ],
    ['very long text', { summary: 'x'.repeat(1_000_000), labels: { a: 'y'.repeat(1_000_000) } }],
    [
      'names of the language',
      { labels: { constructor: '__proto__', __proto__x: 'toString' }, name: 'hasOwnProperty' },
    ],
    ['lone surrogates', { summary: '\ud800 \udfff', labels: { '\ud800': '\udc00\ud800' } }],
  ])('places an alert with %s', (_, over) => {
    const { correlator, now } = withNoise();
    const first = seen(now, over);
    expect(correlator.place(first)[0]).toMatchObject({ alertId: first.id });
    expect(correlator.place(seen(now + 1, over))[0]).toBeDefined();
  });

  it('ignores the end of what it does not know', () => {
    const correlator = createCorrelator({ catalogue: new Map(), windowS: WINDOW_S });
    expect(() => correlator.ended(4711, T0)).not.toThrow();
    expect(() => correlator.incidentEnded(4711, T0, true)).not.toThrow();
  });
});
