import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/decide/policy.ts';
import type { Policy } from '../../src/incident/policy.ts';

const policy: Policy = {
  version: 'v',
  rules: [
    {
      name: 'never scale pricing',
      when: { tools: ['kubernetes.scale'], services: ['pricing'] },
      then: 'deny',
      approvals: 1,
    },
    { name: 'scaling is free', when: { tools: ['kubernetes.scale'] }, then: 'allow', approvals: 1 },
    { name: 'two for the risky', when: { risks: ['medium', 'high'] }, then: 'ask', approvals: 2 },
    { name: 'ask', when: { services: ['checkout'] }, then: 'ask', approvals: 1 },
  ],
};

describe('evaluate', () => {
  it.each([
    [{ tool: 'kubernetes.scale', service: 'pricing', risk: 'low' }, 'deny', 'never scale pricing', 0],
    [{ tool: 'kubernetes.scale', service: 'checkout', risk: 'high' }, 'allow', 'scaling is free', 0],
    [{ tool: 'kubernetes.rollback', service: 'pricing', risk: 'medium' }, 'ask', 'two for the risky', 2],
    [{ tool: 'kubernetes.restart', service: 'checkout', risk: 'low' }, 'ask', 'ask', 1],
    [{ tool: 'kubernetes.restart', service: null, risk: 'low' }, 'deny', 'no rule matches', 0],
  ] as const)('%j → %s', (asked, effect, rule, approvals) => {
    expect(evaluate(policy, asked)).toEqual({ effect, rule, approvals });
  });

  it('denies where there is no rule at all', () => {
    expect(
      evaluate({ version: 'v', rules: [] }, { tool: 'kubernetes.restart', service: 'x', risk: 'low' }).effect,
    ).toBe('deny');
  });
});
