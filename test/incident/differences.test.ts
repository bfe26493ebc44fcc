import { expect, it } from 'vitest';
import { differences } from '../../src/incident/differences.ts';
import { aProposal } from '../support/incident-view.ts';
import { rendered } from '../support/rendered.ts';

const { consent } = aProposal();

it('tells what differs in the words of the card, and nothing of what is the same', () => {
  const other = rendered({ ...consent, target: { ...consent.target, observedVersion: '900' } });
  expect(differences(consent, other)).toEqual([{ what: 'Observed at', before: '812', after: '900' }]);
});

it('does not tell of the expiry, which always differs', () => {
  expect(differences(consent, rendered({ ...consent, expiresAt: '2026-03-02T13:00:00.000Z' }))).toEqual([]);
});

it('tells of conditions that came and went, wherever they stand', () => {
  const signal = (query: string) => ({ name: 's', query, healthyBelow: 1 });
  const of = (...queries: string[]) =>
    rendered({ ...consent, predicate: { ...consent.predicate, signals: queries.map(signal) } });
  expect(differences(of('a', 'b'), of('b', 'a'))).toEqual([]);
  expect(differences(of('a', 'b'), of('b'))).toEqual([
    { what: 'Counts as helped when', before: 'a < 1', after: null },
  ]);
});

it.each([
  ['The tool itself', { toolVersion: 2 }],
  ['The policy', { policyVersion: 'p2' }],
  ['Who may approve', { approvers: ['U0APPROVER', 'U0SECOND'] }],
])('tells that it differs where it has no line: %s', (what, change) => {
  expect(differences(consent, rendered({ ...consent, ...change }))).toEqual([
    { what, before: null, after: null },
  ]);
});
