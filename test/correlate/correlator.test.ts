import { describe, expect, it } from 'vitest';
import { createCorrelator } from '../../src/correlate/correlator.ts';
import type { Correlator, Decision, Group, Seen } from '../../src/correlate/decision.ts';
import { SHOP, T0 } from '../support/examples.ts';

const MINUTE = 60_000;
const at = (minutes: number) => new Date(T0.getTime() + minutes * MINUTE);

/** Fires alerts one after the other and keeps where each one is now. */
function desk(correlator: Correlator = createCorrelator({ catalogue: SHOP, windowS: 600 })) {
  let id = 0;
  const now = new Map<number, Decision>();
  const take = (decisions: Decision[]) => {
    for (const one of decisions) now.set(one.alertId, one);
  };
  return {
    correlator,
    fire(minutes: number, name: string, service: string | null, over: Partial<Seen> = {}): number {
      id += 1;
      take(correlator.tick(at(minutes)));
      const seen: Seen = {
        id,
        at: at(minutes),
        source: 'alertmanager',
        fingerprint: `${name}/${service}`,
        name,
        service,
        severity: 'warning',
        kind: 'operational',
        summary: `${name} of ${service}`,
        labels: {},
        ...over,
      };
      take(correlator.place(seen));
      return id;
    },
    /** Fires and has ended a minute later. */
    blip(minutes: number, name: string, service: string, over: Partial<Seen> = {}): number {
      const one = this.fire(minutes, name, service, over);
      correlator.ended(one, at(minutes + 1));
      return one;
    },
    tick: (minutes: number) => take(correlator.tick(at(minutes))),
    kind: (one: number) => now.get(one)?.kind,
    why: (one: number) => now.get(one)?.why ?? '',
    group(one: number): Group | null {
      const decision = now.get(one);
      return decision && decision.kind !== 'quiet' ? decision.group : null;
    },
  };
}

/** Two days in which rules fire for a minute here and there, as they do by themselves. */
function withHistory() {
  const d = desk();
  const services = ['storefront', 'checkout', 'catalog', 'pricing'];
  for (let m = 0; m < 2880; m += 7) {
    const service = services[(m / 7) % 4] ?? 'checkout';
    d.blip(m, 'NetworkReceiveHigh', service);
    if (m % 21 === 0) {
      d.blip(m + 2, 'LatencyP99High', services[(m / 21) % 4] ?? 'checkout');
      d.blip(m + 2, 'LatencyP90High', services[(m / 21) % 4] ?? 'checkout');
    }
  }
  return d;
}

it('shows a critical alert of a rule never heard of by itself, whatever else goes on', () => {
  const d = withHistory();
  const burst = ['storefront', 'checkout', 'pricing'].map((service) =>
    d.fire(3000, 'ErrorRateHigh', service, { severity: 'critical' }),
  );
  const lone = d.fire(3000.5, 'CertificateRevoked', 'mailer', { severity: 'critical' });
  expect(d.kind(lone)).toBe('opens');
  expect(burst.map((one) => d.group(one))).not.toContain(d.group(lone));
});

describe('without a history', () => {
  it('shows the first alerts of every rule', () => {
    const d = desk();
    for (const [i, rule] of ['DiskFull', 'DiskFull', 'QueueLong', 'CertExpires'].entries()) {
      const one = d.fire(i * 60, rule, 'checkout');
      expect(d.kind(one)).not.toBe('quiet');
    }
  });

  it('keeps an outage of declared services out of an incident of something that sitrep.yaml does not know', () => {
    const d = desk();
    const backup = d.fire(0, 'BackupLate', 'backup');
    const outage = d.fire(1, 'ErrorRateHigh', 'checkout', { severity: 'critical' });
    const caller = d.fire(1, 'ErrorRateHigh', 'storefront', { severity: 'critical' });
    expect(d.group(outage)).not.toBe(d.group(backup));
    expect(d.group(caller)).toBe(d.group(outage));
    expect(d.why(caller)).toContain('storefront and checkout are linked in sitrep.yaml');
  });

  it('keeps apart what sitrep.yaml describes as unrelated, and joins what it links', () => {
    const d = desk();
    const checkout = d.fire(0, 'ErrorRateHigh', 'checkout');
    const catalog = d.fire(0.2, 'ErrorRateHigh', 'catalog');
    const pricing = d.fire(0.4, 'ErrorRateHigh', 'pricing');
    expect(d.kind(catalog)).toBe('opens');
    expect(d.group(pricing)).toBe(d.group(checkout));
    expect(d.why(pricing)).toContain('sitrep.yaml');
  });

  it('joins what comes in the same minute about things of which nothing is known', () => {
    const d = desk(createCorrelator({ catalogue: new Map(), windowS: 600 }));
    const one = d.fire(0, 'ErrorRateHigh', 'carts');
    expect(d.group(d.fire(0.2, 'LatencyHigh', 'orders'))).toBe(d.group(one));
  });

  it('joins an alert about the same service as long as the incident fires', () => {
    const d = desk();
    const one = d.fire(0, 'ErrorRateHigh', 'checkout');
    expect(d.group(d.fire(9, 'LatencyHigh', 'checkout'))).toBe(d.group(one));
    expect(d.group(d.fire(45, 'MemoryHigh', 'checkout'))).toBe(d.group(one));
  });
});

describe('an incident that is over', () => {
  it('takes the same alert up again within the window, and never once it is closed for good', () => {
    for (const [forGood, minutes, joins] of [
      [false, 8, true],
      [false, 30, false],
      [true, 8, false],
    ] as const) {
      const d = desk();
      const one = d.blip(0, 'ErrorRateHigh', 'checkout');
      const group = d.group(one);
      if (group) group.incidentId = 1;
      d.correlator.incidentEnded(1, at(2), forGood);
      const again = d.fire(minutes, 'ErrorRateHigh', 'checkout');
      expect(d.group(again) === group, `${forGood} ${minutes}`).toBe(joins);
      expect(d.kind(again)).not.toBe('quiet');
    }
  });
});

describe('with a history', () => {
  it('keeps quiet what fires by itself all day, and says how often', () => {
    const d = withHistory();
    const one = d.blip(2890, 'NetworkReceiveHigh', 'checkout');
    expect(d.kind(one)).toBe('quiet');
    expect(d.why(one)).toMatch(
      /NetworkReceiveHigh of checkout fires by itself about \d+ times (a day|an hour)/,
    );
  });

  it('takes two measures of one thing for one piece of evidence', () => {
    const d = withHistory();
    const one = d.blip(2890, 'LatencyP99High', 'checkout');
    const two = d.blip(2890, 'LatencyP90High', 'checkout');
    expect([d.kind(one), d.kind(two)]).toEqual(['quiet', 'quiet']);
  });

  it('brings quiet alerts along when several kinds come at once', () => {
    const d = withHistory();
    const quiet = d.fire(2890, 'LatencyP99High', 'checkout');
    expect(d.kind(quiet)).toBe('quiet');
    const cpu = d.fire(2890.2, 'PodCPUHigh', 'checkout');
    const mem = d.fire(2890.3, 'PodMemoryHigh', 'checkout');
    expect(d.group(cpu)).not.toBeNull();
    expect(d.group(mem)).toBe(d.group(cpu));
    expect(d.group(quiet)).toBe(d.group(cpu));
  });

  it('brings to light what fires for much longer than usual', () => {
    const d = withHistory();
    const one = d.fire(2890, 'LatencyP99High', 'catalog');
    expect(d.kind(one)).toBe('quiet');
    for (let m = 2890.5; m <= 2896; m += 0.5) d.tick(m);
    expect(d.kind(one)).toBe('opens');
    expect(d.why(one)).toContain('longer than it usually does');
  });

  it('learns that storms of one rule come by themselves', () => {
    const d = withHistory();
    const services = ['storefront', 'checkout', 'catalog', 'pricing'];
    const storm = (m: number) => services.map((service) => d.kind(d.blip(m, 'NetworkReceiveHigh', service)));
    for (let m = 2900; m < 5000; m += 90) storm(m);
    expect(storm(5003)).toEqual(['quiet', 'quiet', 'quiet', 'quiet']);
  });

  it('begins a new incident for a burst about other things after the last one has ended', () => {
    const d = withHistory();
    const burst = (m: number, service: string) => {
      const ids = ['PodCPUHigh', 'PodMemoryHigh', 'ErrorRateHigh'].map((rule) => d.blip(m, rule, service));
      return ids.map((one) => d.group(one));
    };
    const [first] = burst(2890, 'pricing');
    const second = burst(2896, 'catalog');
    expect(first).not.toBeNull();
    expect(new Set(second).size).toBe(1);
    expect(second).not.toContain(first);
  });

  it('shows at once a critical alert of a rule that seldom fires', () => {
    const d = withHistory();
    for (const m of [2900, 4400, 5900, 7400]) d.blip(m, 'BackupFailed', 'pricing', { severity: 'critical' });
    expect(d.kind(d.fire(8900, 'BackupFailed', 'pricing', { severity: 'critical' }))).not.toBe('quiet');
  });

  it('never keeps security and cost signals quiet', () => {
    const d = withHistory();
    for (const kind of ['security', 'cost'] as const) {
      for (let m = 2900; m < 3500; m += 20)
        expect(d.kind(d.blip(m, `${kind}Signal`, 'catalog', { kind }))).not.toBe('quiet');
    }
  });

  it('goes by the text where there are no labels', () => {
    const d = desk(createCorrelator({ catalogue: new Map(), windowS: 600 }));
    const pod = (name: string) => ({
      summary: `CPU of pod is high: ${name}-6b7c8d9f5-x2v9w`,
      fingerprint: name,
    });
    const one = d.fire(0, 'PodCPUHigh', null, pod('carts'));
    const other = d.fire(40, 'PodMemoryHigh', null, pod('orders'));
    const same = d.fire(45, 'LatencyHigh', null, pod('carts'));
    expect(d.group(other)).not.toBe(d.group(one));
    expect(d.group(same)).toBe(d.group(one));
  });
});

it('gives the same answers to the same calls, and goes on after a restart where it was', () => {
  const play = (d: ReturnType<typeof desk>) => {
    const one = d.fire(2890, 'PodCPUHigh', 'checkout');
    return [d.kind(one), d.why(one), d.kind(d.blip(2990, 'NetworkReceiveHigh', 'catalog'))];
  };
  expect(play(withHistory())).toEqual(play(withHistory()));
  const restarted = desk();
  restarted.correlator.restore(
    {
      id: 1,
      at: at(0),
      source: 's',
      fingerprint: 'f',
      name: 'ErrorRateHigh',
      service: 'checkout',
      severity: 'critical',
      kind: 'operational',
      summary: 'x',
      labels: {},
    },
    { incidentId: 7, endedAt: null },
  );
  restarted.fire(2, 'LatencyHigh', 'checkout', { id: 2 });
  expect(restarted.group(2)?.incidentId).toBe(7);
});
