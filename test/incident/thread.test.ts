import { expect, it } from 'vitest';
import type { NewEntry } from '../../src/incident/journal.ts';
import { slotsOf } from '../../src/incident/thread.ts';

const moved = (to: 'reverted' | 'superseded', plan?: { id: string; step: number; of: number }): NewEntry => ({
  kind: 'proposal.moved',
  incidentId: 1,
  proposal: 'p2',
  ...(plan ? { plan } : {}),
  title: 'Scale pricing',
  actor: 'sitrep',
  from: to === 'reverted' ? 'verifying' : 'proposed',
  to,
  why: 'test',
});

it('says below an action that it was undone, where it said before that its effect is being watched', () => {
  expect(slotsOf(moved('reverted'))).toEqual(['summary', 'proposal:p2', 'evidence', 'outcome:p2']);
  expect(slotsOf(moved('reverted', { id: 'p1', step: 2, of: 2 }))).toContain('outcome:p1');
});

it('says nothing below what was never carried out', () => {
  expect(slotsOf(moved('superseded'))).toEqual(['summary', 'proposal:p2']);
});
