import { expect, it } from 'vitest';
import { renderSummary } from '../../src/adapters/slack/render/summary.ts';
import { heldBack } from '../../src/incident/held-back.ts';
import { problemsOf, readable } from '../support/blocks.ts';
import { aJournal, anIncident, aProposal, aView } from '../support/incident-view.ts';

const held = (title: string) => ({
  kind: 'proposal.withheld' as const,
  title,
  why: 'enough wait',
  bound: true as const,
});
const look = { kind: 'evidence.found' as const, count: 0, best: [] };
const { id, action, digest } = aProposal();
const made = (title: string) => ({
  kind: 'proposal.made' as const,
  proposal: id,
  title,
  action,
  digest,
  confidence: 'low',
  rule: 'r',
});

it('counts what was held back since the last look, each fix once', () => {
  expect(heldBack(aJournal(held('old'), look, held('a'), held('b'), held('a')))).toEqual({
    count: 2,
    why: 'enough wait',
  });
});

it('counts nothing that came before people since, that a person asked for, or that is withheld for another reason', () => {
  const asked = { ...held('b'), actor: 'U0SECOND' };
  const off = { kind: 'proposal.withheld' as const, title: 'c', why: 'policy says no' };
  expect(heldBack(aJournal(look, held('a'), made('a'), asked, off))).toBeNull();
});

it('is told in the root message as long as the incident goes on', () => {
  const journal = aJournal(look, held('a'), held('b'));
  const rendered = renderSummary(aView({ journal }));
  expect(problemsOf(rendered)).toEqual([]);
  expect(readable(rendered.blocks)).toContain(
    '2 more fixes are held back: enough wait. Decide about what waits;',
  );
  const over = aView({ journal, incident: anIncident({ state: 'closed' }) });
  expect(readable(renderSummary(over).blocks)).not.toContain('held back');
});
