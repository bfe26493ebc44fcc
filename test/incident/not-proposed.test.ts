import { describe, expect, it } from 'vitest';
import type { Happening, JournalEntry } from '../../src/incident/journal.ts';
import { notProposed } from '../../src/incident/not-proposed.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import { incident } from '../support/examples.ts';
import { aProposal } from '../support/incident-view.ts';

const journal = (...entries: Happening[]): JournalEntry[] =>
  entries.map((entry, seq) => ({ ...entry, seq, at: new Date(0), incidentId: 1, actor: 'sitrep' }));
const look: Happening = { kind: 'evidence.found', count: 0, best: [] };
const withheld = (title: string, why: string): Happening => ({ kind: 'proposal.withheld', title, why });
const restart = withheld('kubernetes.restart on checkout', 'the cluster does not answer');
const rollback = aProposal();
const titles = (
  entries: Happening[],
  proposals: Proposal[] = [],
  state: 'awaiting' | 'resolved' = 'awaiting',
) =>
  notProposed({ incident: incident({ state }), journal: journal(...entries), proposals }).map(
    ({ title }) => title,
  );
const made = (one: Proposal): Happening => ({
  kind: 'proposal.made',
  proposal: one.id,
  title: one.title,
  action: one.action,
  digest: '',
  confidence: '',
  rule: '',
});

describe('what is not proposed', () => {
  it('holds until the next look, which says it again where it is still so', () => {
    expect(titles([look, restart])).toEqual(['kubernetes.restart on checkout']);
    expect(titles([look, restart, look])).toEqual([]);
    expect(titles([look, restart, look, restart])).toEqual(['kubernetes.restart on checkout']);
  });

  it('ends when it comes before people, and with the incident', () => {
    const same = withheld('kubernetes.rollback on checkout', 'paused');
    const mine = { ...rollback, service: 'checkout' };
    expect(titles([look, same], [mine])).toHaveLength(1);
    expect(titles([look, same, made(mine)], [mine])).toEqual([]);
    expect(titles([look, withheld(mine.title, 'rejected'), made(mine)], [mine])).toEqual([]);
    expect(titles([look, restart], [], 'resolved')).toEqual([]);
  });

  it('outlives a look where it is an undo, until that is offered or done', () => {
    const no = withheld(`Undo: ${rollback.title}`, 'the cluster does not answer');
    const failed: Proposal = { ...rollback, state: 'failed' };
    const undo: Proposal = { ...rollback, id: 'undo', title: 'Undo: other words', undoes: rollback.id };
    expect(titles([no, look], [failed], 'resolved')).toHaveLength(1);
    expect(titles([no, look, made(undo)], [failed, undo])).toEqual([]);
    expect(titles([no, look], [{ ...failed, state: 'reverted' }])).toEqual([]);
  });

  it('ends, where an undo did not run by itself, when people have decided about it', () => {
    const undo: Proposal = { ...rollback, id: 'undo', title: 'Undo: it', undoes: rollback.id };
    const no = withheld('Undo: it, by itself', 'people decide about it');
    expect(titles([no], [undo])).toHaveLength(1);
    expect(titles([no], [{ ...undo, state: 'rejected' }])).toEqual([]);
  });
});
