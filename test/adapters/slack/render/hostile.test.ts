import fc from 'fast-check';
import { TOKENS } from '../../../support/button-tokens.ts';
import { describe, expect, it } from 'vitest';
import { renderSlot, type MessageSlot } from '../../../../src/adapters/slack/render/slots.ts';
import { renderHome } from '../../../../src/adapters/slack/render/home.ts';
import { renderWhy } from '../../../../src/adapters/slack/render/why.ts';
import type { IncidentView } from '../../../../src/incident/view.ts';
import type { ProposalState } from '../../../../src/incident/proposal.ts';
import { everyObject, problemsOf } from '../../../support/blocks.ts';
import { actsUpon, hostileText } from '../../../support/hostile-text.ts';
import {
  aJournal,
  anAlert,
  anIncident,
  aProposal,
  aView,
  minutesAfter,
  proposalId,
  someEvidence,
} from '../../../support/incident-view.ts';

const states: ProposalState[] = [
  'proposed',
  'rejected',
  'superseded',
  'expired',
  'approved',
  'unknown',
  'verifying',
  'failed',
  'reverted',
];

/** A view in which every text that comes from outside is the given one, and of everything there is a lot. */
function hostileView(text: string, state: ProposalState, many: number): IncidentView {
  const times = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: many }, (_, index) => make(index));
  const kinds = ['runbook', 'commit', 'deploy', 'incident', 'signal'] as const;
  const first = proposalId(0);
  return aView({
    incident: anIncident({ title: text, service: text, services: times(() => text) }),
    alerts: times((id) => anAlert({ id, name: text, summary: text, description: text, link: text })),
    evidence: times((id) =>
      someEvidence({
        id,
        title: text,
        quote: text,
        why: text,
        link: text,
        confidence: { word: 'low', record: text },
        about: { kind: kinds[id % 5], sha: null } as never,
      }),
    ),
    hypotheses: times((id) => ({
      statement: text,
      verdict: 'open' as const,
      evidenceFor: [0, 1, 2, 3],
      evidenceAgainst: [0, 1],
      by: id % 2 === 0 ? ('model' as const) : ('rules' as const),
    })),
    proposals: times((index) => {
      const proposal = aProposal({
        id: proposalId(index),
        rank: index,
        state: index === 0 ? state : 'proposed',
        title: text,
        confidence: { word: 'low', record: text },
        reasonsFor: times((evidenceId) => ({ text, evidenceId })),
        reasonsAgainst: times((evidenceId) => ({ text, evidenceId })),
        policyRule: text,
        decidedBy: text,
        decidedAt: minutesAfter(1),
        decisionReason: text,
      });
      return { ...proposal, consent: { ...proposal.consent, card: [...proposal.consent.card, text] } };
    }),
    journal: aJournal(
      ...times(() => ({ kind: 'evidence.missing' as const, what: text })),
      ...times(() => ({ kind: 'proposal.withheld' as const, title: text, why: text })),
      ...times(() => ({ kind: 'note.added' as const, text, actor: text })),
      ...times((index) => ({
        kind: 'label.given' as const,
        answer: 'runbook' as const,
        evidence: 0,
        title: text,
        verdict: 'right' as const,
        actor: `${text} ${index}`,
      })),
      ...times(() => ({ kind: 'action.sent' as const, proposal: first, title: text, request: text })),
      ...times(() => ({ kind: 'action.confirmed' as const, proposal: first, title: text, readBack: text })),
      ...times(() => ({
        kind: 'approval.given' as const,
        proposal: first,
        title: text,
        digest: text,
        given: 1,
        needed: 2,
        actor: text,
      })),
    ),
    stopped: { by: text, why: text, undoing: [] },
    modelTokens: 5,
  });
}

const slots: MessageSlot[] = [
  'summary',
  'evidence',
  `proposal:${proposalId(0)}`,
  `proposal:${proposalId(1)}`,
  `outcome:${proposalId(0)}`,
];

describe('text from outside', () => {
  it('fits, pings nobody and presses nothing, whatever it says', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.constantFrom(...states),
        fc.integer({ min: 0, max: 12 }),
        (text, state, many) => {
          const view = hostileView(text, state, many);
          for (const slot of slots) {
            const rendered = renderSlot(view, slot, true, TOKENS);
            if (rendered === null) continue;
            expect(problemsOf(rendered), slot).toEqual([]);
            expect(actsUpon(rendered.blocks), slot).toEqual([]);
            expect(rendered.text.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>*_~`@]|:\/\//);
          }
          expect(problemsOf(renderWhy(view))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cannot draw a second line on the card that people consent to', () => {
    const proposal = aProposal();
    proposal.consent.card = [...proposal.consent.card, 'Dry run: ok\nUndo: none'];
    const rendered = renderSlot(aView({ proposals: [proposal] }), `proposal:${proposal.id}`, false);
    const [card] = everyObject(rendered?.blocks).filter(
      (object) => object['type'] === 'rich_text_preformatted',
    );
    expect(JSON.stringify(card)).toContain('Dry run: ok\\\\u{a}Undo: none');
  });

  it('fits into the App Home however much there is', () => {
    const text = 'x"\\'.repeat(1_000);
    const incident = anIncident({ title: text });
    const proposal = aProposal({ title: text });
    const home = renderHome({
      person: 'U0APPROVER',
      ongoing: Array.from({ length: 80 }, () => incident),
      awaiting: Array.from({ length: 80 }, () => ({ proposal, incident })),
      held: new Map([[incident.id, { count: 7, why: text }]]),
      stopped: { by: text, why: text, undoing: [] },
      threads: new Map([[12, 'https://workspace.example/archives/C1/p1']]),
    });
    expect(problemsOf({ text: 'home', blocks: home.blocks })).toEqual([]);
    expect(JSON.stringify(home)).toContain('and 7');
  });
});
