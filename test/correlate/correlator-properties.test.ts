import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCorrelator } from '../../src/correlate/correlator.ts';
import type { Correlator, Decision, Group, Seen } from '../../src/correlate/decision.ts';
import { minutes } from '../support/examples.ts';

/** One thing that happens, some seconds after the one before (before it, where the clock is off). */
type Event =
  | { kind: 'fires'; after: number; rule: number; service: number; severity: Seen['severity'] }
  | { kind: 'ends'; after: number; which: number }
  | { kind: 'ticks'; after: number };

const history = (after: fc.Arbitrary<number>) =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('fires' as const),
          after,
          rule: fc.nat(7),
          service: fc.nat(5),
          severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
        }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('ends' as const), after, which: fc.nat(30) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('ticks' as const), after }) },
    ),
    { maxLength: 250, size: 'max' },
  );
const forwards = fc.oneof(fc.nat(90), fc.nat(90), fc.nat(3600));
const skewed = fc.oneof(fc.nat(90), fc.integer({ min: -3600, max: 3600 }));

const create = () => createCorrelator({ catalogue: new Map(), windowS: 600 });

/** Lets the events happen; incidents get the numbers 1, 2, 3 … as they open. */
function run(
  events: readonly Event[],
  correlator: Correlator,
  labels: (service: string, rule: string) => Record<string, string> = (service, rule) => ({
    alertname: rule,
    service,
    team: 'shop',
  }),
  state = {
    at: 0,
    open: [] as Seen[],
    incidents: 0,
    alerts: new Map<number, { seen: Seen; group: Group | null; endedAt: Date | null }>(),
  },
): {
  decisions: { id: number; kind: Decision['kind']; incident: number | null; why: string }[];
  state: typeof state;
} {
  const decisions: ReturnType<typeof run>['decisions'] = [];
  const take = (made: Decision[]) => {
    for (const decision of made) {
      const group = decision.kind === 'quiet' ? null : decision.group;
      if (decision.kind === 'opens') decision.group.incidentId = state.incidents += 1;
      const known = state.alerts.get(decision.alertId);
      if (known) known.group = group;
      decisions.push({
        id: decision.alertId,
        kind: decision.kind,
        incident: group?.incidentId ?? null,
        why: decision.why,
      });
    }
  };
  for (const event of events) {
    state.at += event.after;
    const at = minutes(state.at / 60);
    if (event.kind === 'ticks') take(correlator.tick(at));
    else if (event.kind === 'ends') {
      const [ended] = state.open.splice(event.which % Math.max(1, state.open.length), 1);
      if (!ended) continue;
      correlator.ended(ended.id, at);
      state.alerts.get(ended.id)!.endedAt = at;
    } else {
      const [rule, service] = [`Rule${event.rule}`, `service-${event.service}`];
      const seen: Seen = {
        id: state.alerts.size + 1,
        at,
        source: 'test',
        fingerprint: `${rule} ${service}`,
        name: rule,
        service,
        severity: event.severity,
        kind: 'operational',
        summary: `${rule} at ${service}`,
        labels: labels(service, rule),
      };
      state.open.push(seen);
      state.alerts.set(seen.id, { seen, group: null, endedAt: null });
      take(correlator.tick(at));
      take(correlator.place(seen));
    }
  }
  return { decisions, state };
}

it('decides the same on the same input', () => {
  fc.assert(
    fc.property(history(forwards), (events) => {
      expect(run(events, create()).decisions).toEqual(run(events, create()).decisions);
    }),
  );
});

it('gives every alert one place, and moves it at most once, from quiet into an incident, whatever the clock does', () => {
  fc.assert(
    fc.property(history(skewed), (events) => {
      const { decisions, state } = run(events, create());
      const place = new Map<number, string>();
      for (const { id, kind } of decisions) {
        const before = place.get(id);
        expect(
          before === undefined || (before === 'quiet' && kind !== 'quiet'),
          `alert ${id}: ${before} to ${kind}`,
        ).toBe(true);
        place.set(id, kind);
      }
      expect([...place.keys()].sort((a, b) => a - b)).toEqual([...state.alerts.keys()]);
    }),
  );
});

it('decides by what labels say, not by their names or their order', () => {
  fc.assert(
    fc.property(history(forwards), (events) => {
      const plain = run(events, create());
      const renamed = run(events, create(), (service, rule) => ({
        zz: 'shop',
        workload: service,
        check: rule,
      }));
      expect(renamed.decisions).toEqual(plain.decisions);
    }),
  );
});

it('goes on after a restart: every replica alike, each alert with one place, and what fires again where it was', () => {
  fc.assert(
    fc.property(history(forwards), history(forwards), (first, second) => {
      const { state } = run(first, create());
      const alerts = [...state.alerts].map(([id, one]) => [id, { ...one }] as const);
      const restart = () => {
        const restarted = create();
        for (const [, { seen, group, endedAt }] of alerts) {
          restarted.restore(seen, { incidentId: group?.incidentId ?? null, endedAt });
        }
        return run(second, restarted, undefined, {
          ...state,
          open: [...state.open],
          alerts: new Map(alerts.map(([id, one]) => [id, { ...one }])),
        });
      };
      const one = restart();
      expect(restart().decisions).toEqual(one.decisions);
      for (const [id] of alerts) expect(one.state.alerts.has(id)).toBe(true);
    }),
    { numRuns: 120 },
  );
});
