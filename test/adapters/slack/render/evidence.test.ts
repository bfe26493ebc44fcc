import { describe, expect, it } from 'vitest';
import { renderEvidence } from '../../../../src/adapters/slack/render/evidence.ts';
import { renderSummary } from '../../../../src/adapters/slack/render/summary.ts';
import type { StoredEvidence } from '../../../../src/incident/evidence.ts';
import { readable } from '../../../support/blocks.ts';
import { deploy } from '../../../support/examples.ts';
import { anAlert, aView, minutesAfter, NOON, someEvidence } from '../../../support/incident-view.ts';

const sha = 'b'.repeat(40);
const commit = (id: number, title: string, score: number, of = sha): StoredEvidence =>
  someEvidence({
    id,
    title,
    score,
    link: `https://github.example/acme/shop/commit/${of}`,
    quote: '+ broken',
    why: 'rolled out 2 min before the alert',
    about: {
      kind: 'commit',
      service: 'pricing',
      repo: 'acme/shop',
      sha: of,
      at: NOON.toISOString(),
      author: 'developer',
      paths: [],
    },
  });
const flag = someEvidence({
  id: 3,
  title: 'flag new-prices',
  score: 0.3,
  about: {
    kind: 'flag',
    service: 'pricing',
    key: 'new-prices',
    before: 'off',
    after: 'on',
    at: NOON.toISOString(),
    environment: null,
    sha: null,
  },
});
const rollout: StoredEvidence = { ...deploy({}, 0.9), id: 4, current: true };
const told = (...evidence: StoredEvidence[]) =>
  readable(
    renderEvidence(
      aView({
        evidence,
        hypotheses: [
          { statement: 'it', verdict: 'supported', evidenceFor: [4], evidenceAgainst: [], by: 'rules' },
        ],
      }),
    ).blocks,
  );

describe('how much there is', () => {
  const signal = (id: number) =>
    someEvidence({
      id,
      title: `signal ${id}`,
      about: { kind: 'signal', service: 'pricing', name: 'errors', query: 'q', value: 1, healthyBelow: 0.1 },
    });

  it('counts what is shown where that is not all', () => {
    const innocent = commit(2, 'ccccccc colours', 0.02, 'c'.repeat(40));
    const signals = [10, 11, 12, 13].map(signal);
    expect(told(rollout, commit(1, 'bbbbbbb validate', 0.9), innocent, ...signals)).toContain(
      'Showing 5 of 7 pieces of evidence, the best of each kind.',
    );
    expect(told(rollout, commit(1, 'bbbbbbb validate', 0.9), signal(10))).toContain(
      '\n3 pieces of evidence.',
    );
    expect(told(signal(10))).toContain('\n1 piece of evidence.');
    expect(told()).toContain('No evidence was found.');
  });
});

describe('the suspects', () => {
  it('are one list in the order of their rank, each with its kind, the rollout with its commit', () => {
    const shown = told(flag, rollout, commit(1, 'bbbbbbb validate', 0.9));
    expect(shown.indexOf('Commit bbbbbbb validate')).toBeGreaterThan(0);
    expect(shown.indexOf('flag new-prices')).toBeGreaterThan(shown.indexOf('Commit bbbbbbb validate'));
    expect(shown).toContain('Went out as pricing revision 3');
    expect(shown).toContain('Likely cause, the signals agree');
    expect(shown).not.toContain('Rollout pricing revision 3');
    expect(shown).toContain('(github.example/acme/shop/commit/bbbbbbb)');
  });

  it('leave out who is innocent, but not what Sitrep did itself', () => {
    const own: StoredEvidence = {
      ...deploy({ own: { helped: true }, sha: null, revision: 5 }, 0),
      id: 6,
      title: 'pricing revision 5',
      why: 'Sitrep’s own rollback, approved by approver; it helped',
      current: true,
    };
    const shown = told(
      commit(1, 'bbbbbbb validate', 0.9),
      commit(2, 'ccccccc colours', 0.02, 'c'.repeat(40)),
      own,
    );
    expect(shown).not.toContain('ccccccc');
    expect(shown).toContain('own rollback, approved by approver; it helped');
  });
});

describe('the diagnosis', () => {
  it('is shown with its confidence, before what it rests on', () => {
    const shown = told(
      commit(1, 'bbbbbbb validate', 0.9),
      someEvidence({
        id: 9,
        title: 'Began in pricing; looks like a case for a rollback',
        quote:
          'Began in pricing at 03:00:00 UTC; checkout is affected too; looks like a case for a rollback.',
        confidence: { word: 'medium', record: 'not yet calibrated' },
        about: {
          kind: 'diagnosis',
          service: 'pricing',
          affected: ['checkout'],
          remedy: 'rollback',
          onset: null,
        },
      }),
    );
    expect(shown).toMatch(/Diagnosis[\s\S]*checkout is affected too[\s\S]*Confidence medium[\s\S]*Suspects/);
    expect(shown).toContain('Is this the right diagnosis?');
  });
});

describe('the summary', () => {
  it('does not repeat what a resolved alert said while it fired', () => {
    const alerts = [anAlert({ status: 'resolved', endsAt: minutesAfter(4) })];
    const shown = readable(renderSummary(aView({ alerts })).blocks);
    expect(shown).toContain('CheckoutErrors of checkout resolved after 4 min');
    expect(shown).not.toContain('One checkout in five fails');
  });
});
