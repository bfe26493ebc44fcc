import fc from 'fast-check';
import { canonicalJson } from '../../src/incident/canonical.ts';
import type { Unrendered } from '../../src/incident/card.ts';
import { aProposal } from '../../test/support/incident-view.ts';
import { actions } from './actions.ts';

/** What a card is made of: everything else in a consent. */
export type CardFacts = Unrendered;

/** Words as they come from clusters, commits and queries, some of them made to be mistaken for parts of a card. */
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    'accepted; images shop/pricing:v3 → shop/pricing:v2',
    'deployment shop/pricing uid 7',
    'a as observed at b',
    'none',
    'errors{service="pricing"}',
    'x < 3 and y',
    'a\nExpected: b',
    'a\\u{a}b',
    '(risk low)',
    'Übersicht “heute”',
  ),
);

const signal = fc.record({
  name: fc.constantFrom('pricing error ratio', 'checkout p95'),
  query: text,
  healthyBelow: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0.05, 0.5)),
});

const { card: _, ...ordinary } = aProposal().consent;

export const cardFacts: fc.Arbitrary<CardFacts> = fc
  .record({
    action: actions,
    target: fc.record({ identity: text, observedVersion: text }),
    shown: fc.record({
      dryRun: text,
      expectedEffect: text,
      inverse: fc.option(actions),
      // These are words of our own and of the team's own policy.
      riskParts: fc.constant(new Array<{ points: number; text: string }>()),
      policy: fc.constant({
        rule: 'people approve',
        autonomy: 'approve' as const,
        because: new Array<string>(),
      }),
    }),
    asked: fc.record({
      blastRadius: text.map((reach) => ({ text: reach, services: [], units: 1 })),
      risk: fc.constantFrom('low', 'medium', 'high'),
      riskScore: fc.integer({ min: 0, max: 100 }),
    }),
    approvalsNeeded: fc.constantFrom(1, 2),
    predicate: fc.record({
      alertsResolved: fc.boolean(),
      signals: fc.array(signal, { maxLength: 3 }),
      holdsS: fc.constantFrom(0, 30, 120),
      withinS: fc.constantFrom(60, 300),
    }),
  })
  .map(({ action, asked, ...facts }) => ({
    ...ordinary,
    ...action,
    ...facts,
    asked: { ...ordinary.asked, ...asked, tool: action.tool },
  }));

/** All facts as one text. */
export function keyOf(facts: CardFacts): string {
  return canonicalJson(facts);
}

/** The facts that have words on the card, which people must be able to tell apart without comparing hashes. */
export function wordsOf({ asked, predicate, target, ...facts }: CardFacts): string {
  return canonicalJson([
    [facts.tool, facts.arguments, target, facts.shown, facts.approvalsNeeded, facts.confirm === 'typed'],
    [asked.blastRadius.text, asked.risk, asked.riskScore],
    predicate.signals.map(({ query, healthyBelow }) => [query, healthyBelow]),
    [predicate.alertsResolved, predicate.holdsS, predicate.withinS],
  ]);
}

/** A copy that can be changed without changing the original. */
export function copyOf(facts: CardFacts): CardFacts {
  return structuredClone(facts);
}
