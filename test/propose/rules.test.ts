import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/incident/documents/read-document.ts';
import type { Evidence } from '../../src/incident/evidence.ts';
import type { Service } from '../../src/incident/service.ts';
import { causesByRules } from '../../src/propose/causes.ts';
import { draftFixes } from '../../src/propose/rules.ts';
import { runbookPlans } from '../../src/propose/runbook-fixes.ts';
import { deploy, incident, minutes, SHOP, stored } from '../support/examples.ts';

const runbook = (actions: Extract<Evidence['about'], { kind: 'runbook' }>['actions']): Evidence => ({
  title: 'Errors › First steps',
  quote: 'Restart it.',
  link: null,
  why: 'names the alert',
  score: 1,
  about: { kind: 'runbook', path: 'errors.md', heading: 'First steps', actions },
});
const commit = (score = 0.8): Evidence => ({
  title: 'bbbbbbb validate coupons',
  quote: '',
  link: 'https://example.test/c',
  why: 'rolled out 2 min before',
  score,
  about: {
    kind: 'commit',
    service: 'pricing',
    repo: 'acme/shop',
    sha: 'b'.repeat(40),
    at: minutes(-30).toISOString(),
    author: 'pricing-dev',
    paths: [],
  },
});
const tools = (evidence: Evidence[]) =>
  draftFixes(incident(), stored(evidence), SHOP).map((draft) => draft.action.tool);

describe('draftFixes', () => {
  it('puts the rollback of a rollout just before the symptom first', () => {
    const drafts = draftFixes(
      incident(),
      stored([deploy(), commit(), runbook([{ tool: 'kubernetes.restart' }])]),
      SHOP,
    );
    expect(drafts[0]).toMatchObject({
      action: {
        tool: 'kubernetes.rollback',
        arguments: { namespace: 'shop', deployment: 'pricing', revision: 2 },
      },
      service: 'pricing',
    });
    expect(drafts[0]?.reasonsFor.map((reason) => reason.evidenceId)).toEqual([1, 2]);
    expect(drafts.map((draft) => draft.action.tool)).toContain('github.open_revert_pull_request');
  });

  it('rolls back only what runs now', () => {
    const drafts = draftFixes(
      incident(),
      stored([deploy({ revision: 3 }), deploy({ revision: 2, previousRevision: 1 }, 0.8)]),
      SHOP,
    );
    expect(drafts.filter((draft) => draft.action.tool === 'kubernetes.rollback')).toHaveLength(1);
    expect(drafts[0]?.action.arguments).toMatchObject({ revision: 2 });
  });

  it('proposes no rollback of an old rollout, of the first one, or of one that has been replaced since', () => {
    expect(tools([deploy({ running: false })])).toEqual([]);
    expect(tools([deploy({ secondsBefore: 181 * 60 })])).toEqual([]);
    expect(tools([deploy({ previousRevision: null })])).toEqual([]);
  });

  it('asks the policy about the service whose target a runbook names, whatever service it says', () => {
    const restart = (deployment: string, service?: string) => ({
      tool: 'kubernetes.restart' as const,
      ...(service === undefined ? {} : { service }),
      arguments: { namespace: 'shop', deployment },
    });
    const found = (...actions: ReturnType<typeof restart>[]) =>
      draftFixes(incident(), stored([runbook(actions)]), SHOP).map(({ action, service }) => [
        (action.arguments as { deployment: string }).deployment,
        service,
      ]);
    expect(found(restart('checkout', 'pricing'))).toEqual([['checkout', 'checkout']]);
    expect(found(restart('checkout'))).toEqual([['checkout', 'checkout']]);
    expect(found(restart('pricing', 'pricing'))).toEqual([['pricing', 'pricing']]);
    // Nobody declares it, and the service that it says is another deployment.
    expect(found(restart('elsewhere', 'pricing'))).toEqual([]);
    const plan = [{ plan: [restart('checkout', 'pricing'), restart('pricing', 'checkout')] }];
    const [made] = runbookPlans(incident(), stored([runbook(plan)]), SHOP);
    expect(made?.steps.map(({ service }) => service)).toEqual(['checkout', 'pricing']);
  });

  it('leaves to people what only a runbook says of whose target it is', () => {
    const disable = (service?: string) => ({
      tool: 'flag.disable' as const,
      ...(service === undefined ? {} : { service }),
      arguments: { environment: 'production', flag: 'new-checkout' },
    });
    const asks = (action: ReturnType<typeof disable>) =>
      draftFixes(incident(), stored([runbook([action])]), SHOP).map(({ asksPeople }) => asksPeople);
    expect(asks(disable('checkout'))).toEqual(['only a runbook says that its target belongs to checkout']);
    expect(asks(disable())).toEqual([undefined]);
  });

  it('asks about the one of several services of a target that a runbook names, and of others about none', () => {
    const shared = { namespace: 'shop', deployment: 'pricing' };
    const twins = new Map(SHOP);
    for (const name of ['pricing', 'twin'])
      twins.set(name, { ...(SHOP.get('pricing') as Service), name, kubernetes: shared });
    const found = (service: string) =>
      draftFixes(
        incident(),
        stored([runbook([{ tool: 'kubernetes.restart', service, arguments: shared }])]),
        twins,
      ).map((draft) => draft.service);
    expect(found('twin')).toEqual(['twin']);
    expect(found('checkout')).toEqual([]);
  });

  it('names the runbook that recommends it, not the section of it that was found', () => {
    const found = { ...runbook([{ tool: 'kubernetes.restart' }]), title: 'Errors › First steps › Look' };
    const [draft] = draftFixes(incident(), stored([found]), SHOP);
    expect(draft?.reasonsFor).toContainEqual({
      text: 'the runbook “Errors” recommends it',
      evidenceId: expect.any(Number) as unknown,
    });
  });

  it('takes what a runbook recommends, once, for the suspected service', () => {
    const drafts = draftFixes(
      incident(),
      stored([
        deploy(),
        runbook([{ tool: 'kubernetes.restart' }]),
        runbook([{ tool: 'kubernetes.restart' }]),
      ]),
      SHOP,
    );
    const restarts = drafts.filter((draft) => draft.action.tool === 'kubernetes.restart');
    expect(restarts).toHaveLength(1);
    expect(restarts[0]?.action.arguments).toEqual({ namespace: 'shop', deployment: 'pricing' });
  });

  it('restarts the deepest service that alerts where nothing was rolled out', () => {
    const both = incident({ services: ['checkout', 'pricing'] });
    const [draft] = draftFixes(both, stored([runbook([{ tool: 'kubernetes.restart' }])]), SHOP);
    expect(draft?.action.arguments).toEqual({ namespace: 'shop', deployment: 'pricing' });
  });

  it('joins two reasons for one action and ranks it higher', () => {
    const alone = draftFixes(incident(), stored([deploy()]), SHOP)[0];
    const agreed = draftFixes(
      incident(),
      stored([deploy(), runbook([{ tool: 'kubernetes.rollback' }])]),
      SHOP,
    );
    expect(agreed).toHaveLength(1);
    expect(agreed[0]?.score).toBeGreaterThan(alone?.score ?? 1);
  });

  it('proposes nothing out of nothing', () => {
    expect(tools([])).toEqual([]);
    expect(causesByRules([])).toEqual([]);
  });

  it('is the same whatever order the evidence comes in', () => {
    const evidence = stored([
      deploy(),
      commit(),
      runbook([{ tool: 'kubernetes.restart' }, { tool: 'kubernetes.scale', replicas: 3 }]),
    ]);
    const key = (list: typeof evidence) =>
      draftFixes(incident(), list, SHOP).map((draft) => [draft.action, draft.score]);
    expect(key([...evidence].reverse())).toEqual(key(evidence));
  });
});

describe('runbookPlans', () => {
  const restart = (service?: string) => ({
    tool: 'kubernetes.restart' as const,
    ...(service ? { service } : {}),
  });

  it('makes one draft of all steps, in their order, and no fix of any step alone', () => {
    const evidence = stored([runbook([{ plan: [restart('pricing'), restart('checkout')] }])]);
    const plans = runbookPlans(incident(), evidence, SHOP);
    expect(plans.map(({ steps }) => steps.map(({ service }) => service))).toEqual([['pricing', 'checkout']]);
    expect(draftFixes(incident(), evidence, SHOP)).toEqual([]);
  });

  it('makes one of what several runbooks name alike, as good as the best of them', () => {
    const steps = [{ plan: [restart('pricing'), restart('checkout')] }];
    const other = { ...runbook(steps), score: 0.2 };
    const evidence = stored([
      { ...other, about: { ...other.about, path: 'other.md' } } as Evidence,
      runbook(steps),
    ]);
    const alone = runbookPlans(incident(), stored([runbook(steps)]), SHOP);
    const plans = runbookPlans(incident(), evidence, SHOP);
    expect(plans.map(({ score }) => score)).toEqual(alone.map(({ score }) => score));
  });

  it('makes none where a step cannot be made an action', () => {
    const evidence = stored([runbook([{ plan: [restart('pricing'), restart('nobody')] }])]);
    expect(runbookPlans(incident(), evidence, SHOP)).toEqual([]);
  });

  it.each(['bad-release', 'service-down'])(
    'makes of the shipped runbook %s to roll back, then to revert the commit, behind the rollback alone',
    (name) => {
      const text = readFileSync(join(import.meta.dirname, `../../runbooks/${name}.md`), 'utf8');
      const file = { source: 'folder:runbooks', path: `${name}.md`, text, base: null };
      const { document, problems } = readDocument(file);
      expect(problems).toEqual([]);
      const evidence = stored([deploy(), commit(), runbook(document.actions)]);
      const [plan, ...others] = runbookPlans(incident(), evidence, SHOP);
      expect(others).toEqual([]);
      expect(plan?.steps.map(({ action }) => action.tool)).toEqual([
        'kubernetes.rollback',
        'github.open_revert_pull_request',
      ]);
      const [best] = draftFixes(incident(), evidence, SHOP);
      expect(best?.action.tool).toBe('kubernetes.rollback');
      expect(best?.score).toBeGreaterThan(plan?.score ?? 1);
    },
  );
});
