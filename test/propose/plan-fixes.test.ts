import { expect, it } from 'vitest';
import type { Evidence } from '../../src/incident/evidence.ts';
import { fixConfidence } from '../../src/propose/confidence.ts';
import { draftPlans } from '../../src/propose/plan-fixes.ts';
import { draftFixes } from '../../src/propose/rules.ts';
import { runbookPlans } from '../../src/propose/runbook-fixes.ts';
import { deploy, incident, SHOP, stored } from '../support/examples.ts';

const rollback = { tool: 'kubernetes.rollback' as const };
const restart = { tool: 'kubernetes.restart' as const, service: 'checkout' };
const runbook: Evidence = {
  title: 'Errors › First steps',
  quote: 'Roll it back.',
  link: null,
  why: 'names the alert',
  score: 1,
  about: {
    kind: 'runbook',
    path: 'errors.md',
    heading: 'First steps',
    actions: [rollback, { plan: [rollback, restart] }],
  },
};
const evidence = stored([deploy(), runbook]);
const fixes = draftFixes(incident(), evidence, SHOP);
const [plan] = draftPlans(incident(), evidence, SHOP, fixes);

it('is as sure of a step as of the same action alone, for the same reasons, each said once', () => {
  const [alone] = fixes;
  const [step] = plan?.steps ?? [];
  expect(alone?.action.tool).toBe('kubernetes.rollback');
  expect(step).toMatchObject({ action: alone?.action, reasonsFor: alone?.reasonsFor });
  expect(step?.reasonsAgainst).toEqual(alone?.reasonsAgainst);
  const sure = (draft: typeof alone) => draft && fixConfidence(draft, evidence, { tried: 0, helped: 0 });
  expect(sure(step)).toEqual(sure(alone));
});

it('leaves the plan its place, and a step that is proposed nowhere else as its runbook has it', () => {
  const [named] = runbookPlans(incident(), evidence, SHOP);
  expect(plan?.score).toBe(named?.score);
  expect(plan?.steps[1]).toEqual(named?.steps[1]);
});
