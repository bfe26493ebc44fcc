import { describe, expect, it } from 'vitest';
import { answerDigest } from '../../../../src/incident/answer.ts';
import { renderEvidence } from '../../../../src/adapters/slack/render/evidence.ts';
import { renderProposal } from '../../../../src/adapters/slack/render/proposal.ts';
import { buttonsIn, readable } from '../../../support/blocks.ts';
import { aJournal, aProposal, aView, someEvidence } from '../../../support/incident-view.ts';

const shipped = { features: {}, probability: 0.75 };
const runbook = someEvidence({
  id: 5,
  score: 0.4,
  confidence: { word: 'high', record: 'not yet calibrated: 7 of 20 labels', shipped },
});
const other = someEvidence({ id: 6, title: 'Another runbook', score: 0.9 });
const said = (verdict: 'right' | 'wrong' | 'none' | null, actor: string) => ({
  kind: 'label.given' as const,
  answer: 'runbook' as const,
  evidence: 5,
  title: runbook.title,
  verdict,
  actor,
});

describe('the evidence message', () => {
  it('asks whether the answer that carries the confidence is right', () => {
    const { blocks } = renderEvidence(aView({ evidence: [other, runbook] }));
    const value = answerDigest(runbook);
    expect(buttonsIn(blocks)).toEqual({
      'label:right:5': value,
      'label:wrong:5': value,
      'label:none:5': value,
    });
    expect(readable(blocks)).toContain('Confidence high (not yet calibrated: 7 of 20 labels)');
  });

  it('asks nothing where there is no answer', () => {
    const signal = someEvidence({
      about: { kind: 'signal', service: 'a', name: 'errors', query: 'q', value: 1, healthyBelow: 2 },
    });
    const gone = someEvidence({ current: false });
    expect(buttonsIn(renderEvidence(aView({ evidence: [signal, gone] })).blocks)).toEqual({});
  });

  it('shows the last word of each person', () => {
    const journal = aJournal(
      said('right', 'U0ONCALL'),
      said('right', 'U0SECOND'),
      said('wrong', 'U0SECOND'),
      said('none', 'cli:operator'),
      said(null, 'cli:operator'),
    );
    const shown = readable(renderEvidence(aView({ evidence: [runbook], journal })).blocks);
    expect(shown).toContain('right, said <@U0ONCALL>; not it, said <@U0SECOND>');
    expect(shown).not.toContain('none of these');
  });

  it('shows a number with its interval once it is calibrated', () => {
    const confidence = {
      word: 'high' as const,
      record: 'of 41 answers at about this confidence 29 were right',
      calibrated: { probability: 0.7211, from: 0.6, to: 0.82 },
      shipped,
    };
    const shown = 'Confidence 72 % (60–82) (of 41 answers at about this confidence 29 were right)';
    expect(readable(renderEvidence(aView({ evidence: [{ ...runbook, confidence }] })).blocks)).toContain(
      shown,
    );
    const proposal = aProposal({ confidence });
    expect(readable(renderProposal(aView(), proposal).blocks)).toContain(shown);
  });
});
