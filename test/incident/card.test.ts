import { describe, expect, it } from 'vitest';
import { renderCard, whyCardMisfits, type Unrendered } from '../../src/incident/card.ts';
import { digestOf } from '../../src/incident/canonical.ts';
import type { Consent } from '../../src/incident/proposal.ts';
import { aProposal } from '../support/incident-view.ts';

const { card, ...rest } = aProposal().consent;
const consent = rest as Unrendered;
const line = (start: string, over: Partial<Unrendered> = {}) =>
  renderCard({ ...consent, ...over }).filter((one) => one.startsWith(start));

it('shows all that is consented to, what somebody who was woken needs first', () => {
  expect(renderCard(consent)).toEqual([
    'Action: kubernetes.rollback {"deployment":"checkout","namespace":"shop","revision":4}',
    'Target: deployment shop/checkout',
    'Expected: checkout runs the release of before the symptom',
    'Blast radius: 3 pods of checkout (risk medium)',
    'Undo: kubernetes.rollback {"deployment":"checkout","namespace":"shop","revision":5}',
    'Begins: not after 2026-03-02 12:30:00 UTC',
    'Dry run: image checkout:v5 becomes checkout:v4',
    'Counts as helped when: all alerts resolved',
    'All of that within 120 s',
    'Policy: “people approve”: 1 approval',
    'Risk score: 38 of 100 (medium risk by its kind 38)',
    'Observed at: 812',
    `Everything else that is consented to: sha256:${digestOf(consent)}`,
  ]);
});

it('says in the heading of a step when it begins, and in no other line', () => {
  const step = { ...consent, plan: { id: 'a', step: 2, of: 2 } };
  const whole = renderCard(consent);
  const heading = 'Step 2 of 2: begins when step 1 has succeeded, not after 2026-03-02 12:30:00 UTC';
  expect(renderCard(step).slice(0, -1)).toEqual([
    heading,
    ...whole.slice(0, -1).filter((one) => !one.startsWith('Begins')),
  ]);
});

describe('the line', () => {
  it('of the risk names every part', () => {
    const riskParts = [
      { points: 30, text: 'one' },
      { points: 8, text: 'two' },
    ];
    const shown = { ...consent.shown, riskParts };
    expect(line('Risk score', { shown })).toEqual(['Risk score: 38 of 100 (one 30, two 8)']);
  });

  it('of the undo says where there is none, and where it runs by itself', () => {
    const undoIfFailed = consent.shown.inverse;
    expect(line('Undo', { undoIfFailed })).toEqual([
      'Undo: kubernetes.rollback {"deployment":"checkout","namespace":"shop","revision":5}, by itself if it does not help',
    ]);
    expect(line('Undo', { shown: { ...consent.shown, inverse: null } })).toEqual(['Undo: none']);
    expect(line('Undo', { undoIfFailed: null })).toEqual(line('Undo'));
    const cancelled = (cancel: 'undo' | 'wait') =>
      line('Undo', { shown: { ...consent.shown, inverse: null, cancel } });
    expect(cancelled('undo')).toEqual(['Undo: offered once it is carried out']);
    expect(cancelled('wait')).toEqual(['Undo: none; once sent it cannot be taken back']);
  });

  it.each<[Partial<Unrendered['shown']['policy']>, Partial<Unrendered>, string]>([
    [{ autonomy: 'off' }, {}, 'never'],
    [{ autonomy: 'suggest' }, {}, 'only suggested; people do it by hand'],
    [{ autonomy: 'auto' }, {}, 'runs by itself'],
    [{}, { approvalsNeeded: 2 }, '2 approvals'],
    [{}, { confirm: 'typed' }, '1 approval, with the target typed'],
    [{ because: ['a', 'b'] }, {}, '1 approval (a; b)'],
  ])('of the policy says for %j and %j: %s', (policy, over, says) => {
    const shown = { ...consent.shown, policy: { ...consent.shown.policy, ...policy } };
    expect(line('Policy', { ...over, shown })).toEqual([`Policy: “people approve”: ${says}`]);
  });

  it('of what counts as helped is one for each condition', () => {
    const predicate = {
      ...consent.predicate,
      alertsResolved: false,
      settled: true,
      signals: [{ name: 'errors', query: 'rate(errors)', healthyBelow: 0.01 }],
      holdsS: 60,
    };
    expect(line('Counts', { predicate })).toEqual([
      'Counts as helped when: the read-back confirms it',
      'Counts as helped when: the rollout is complete',
      'Counts as helped when: rate(errors) < 0.01',
    ]);
    expect(line('All', { predicate })).toEqual(['All of that within 120 s, and for 60 s on end']);
  });

  it.each([
    [['a'], 'a'],
    [['a', 'a', 'b'], 'a, b'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e, 2 more'],
  ])('of alerts names each once, and five at most: %j', (names, named) => {
    const firing = names.map((name, i) => ({ source: 's', fingerprint: String(i), name }));
    const predicate = { ...consent.predicate, alerts: { services: ['checkout', 'cart'], firing } };
    expect(line('Counts', { predicate })).toEqual([
      `Counts as helped when: no alert of checkout and cart fires (now: ${named})`,
    ]);
  });
});

describe('a step of a plan', () => {
  const step = (place: number, over: Partial<Unrendered['shown']> = {}) =>
    renderCard({
      ...consent,
      plan: { id: 'p', step: place, of: 2 },
      shown: { ...consent.shown, ...over },
    });

  it('says which it is, when it begins, and what else there is to know', () => {
    expect(step(1, { notes: ['One', 'Two'] }).slice(0, 4)).toEqual([
      'Step 1 of 2: begins not after 2026-03-02 12:30:00 UTC',
      'One',
      'Two',
      'Action: kubernetes.rollback {"deployment":"checkout","namespace":"shop","revision":4}',
    ]);
    expect(renderCard({ ...consent, shown: { ...consent.shown, notes: ['One'] } })[0]).toBe('One');
    expect(step(2).slice(0, 2)).toEqual([
      `Step 2 of 2: begins when step 1 has succeeded, not after 2026-03-02 12:30:00 UTC`,
      'Action: kubernetes.rollback {"deployment":"checkout","namespace":"shop","revision":4}',
    ]);
  });

  it('is done, where only the last one helps', () => {
    expect(step(1)).toContain('Counts as done when: all alerts resolved');
    expect(step(2)).toContain('Counts as helped when: all alerts resolved');
  });
});

describe('a card', () => {
  const misfit = 'its card is not what this version of Sitrep shows for it';

  it('fits the consent that it was rendered from', () => {
    expect(whyCardMisfits({ ...consent, card })).toBeNull();
  });

  it.each<[string, Partial<Consent>]>([
    ['another target', { target: { ...consent.target, identity: 'deployment shop/cart' } }],
    ['a line less', { card: card.slice(0, -1) }],
    ['another expiry', { expiresAt: '2030-01-01T00:00:00.000Z' }],
    ['other approvers, who have no line of their own', { approvers: ['U0OTHER'] }],
    ['nothing that could be rendered', { asked: undefined as never }],
  ])('fits no consent with %s', (_, over) => {
    expect(whyCardMisfits({ ...consent, card, ...over })).toBe(misfit);
  });

  it('of an earlier version does not count', () => {
    const { shown: _, ...earlier } = consent;
    expect(whyCardMisfits({ ...earlier, card })).toBe(
      'its card was made by an earlier version of Sitrep and does not show all that is consented to',
    );
  });
});
