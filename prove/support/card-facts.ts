import fc from 'fast-check';
import { renderCard } from '../../src/incident/proposal.ts';
import { actions } from './actions.ts';

/** What a card is made of. */
export type CardFacts = Parameters<typeof renderCard>[0];

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

export const cardFacts: fc.Arbitrary<CardFacts> = fc.record({
  action: actions,
  target: fc.record({ identity: text, observedVersion: text }),
  dryRun: text,
  expectedEffect: text,
  inverse: fc.option(actions),
  blastRadius: text.map((reach) => ({ text: reach, services: [], units: 1 })),
  risk: fc.constantFrom('low', 'medium', 'high'),
  // These are words of our own and of the team's own policy.
  riskScore: fc.integer({ min: 0, max: 100 }).map((score) => ({ score, parts: [] })),
  verdict: fc.constantFrom(1, 2).map((approvals) => ({
    autonomy: 'approve' as const,
    rule: 'people approve',
    because: [],
    approvals,
    approvers: null,
    confirm: 'click' as const,
  })),
  predicate: fc.record({
    alertsResolved: fc.boolean(),
    signals: fc.array(signal, { maxLength: 3 }),
    holdsS: fc.constantFrom(0, 30, 120),
    withinS: fc.constantFrom(60, 300),
  }),
});

/** The facts that a card has to tell apart, as one text; the name of a signal is only our own word for its query. */
export function keyOf({ action, target, predicate, inverse, ...facts }: CardFacts): string {
  return JSON.stringify([
    flat(action),
    flat(target),
    inverse && flat(inverse),
    [facts.dryRun, facts.expectedEffect, facts.blastRadius.text, facts.risk],
    [facts.riskScore.score, facts.verdict.approvals],
    predicate.signals.map(({ query, healthyBelow }) => [query, healthyBelow]),
    [predicate.alertsResolved, predicate.holdsS, predicate.withinS],
    // Half a character has no canonical form; it is replaced before anything is digested or shown.
  ]).replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');
}

function flat(value: object): unknown[] {
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, typeof one === 'object' && one !== null ? flat(one as object) : one]);
}

/** A copy that can be changed without changing the original. */
export function copyOf(facts: CardFacts): CardFacts {
  return {
    ...facts,
    action: { ...facts.action, arguments: { ...facts.action.arguments } } as CardFacts['action'],
    target: { ...facts.target },
    predicate: { ...facts.predicate, signals: facts.predicate.signals.map((signal) => ({ ...signal })) },
  };
}
