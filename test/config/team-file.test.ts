import { describe, expect, it } from 'vitest';
import { readTeamFile } from '../../src/config/team-file.ts';

const read = (text: string) => readTeamFile('sitrep.yaml', text);

describe('sitrep.yaml', () => {
  it('may be empty: then everything is asked for and nobody may approve', () => {
    const team = read('');
    expect(team.policy.rules).toEqual([{ name: 'ask for everything', when: {}, then: 'ask', approvals: 1 }]);
    expect(team.people).toEqual([]);
    expect(team.timing).toEqual({ correlationS: 600, approvalS: 1800, verifyS: 300, holdS: 60, quietS: 60 });
  });

  it('is read into the vocabulary', () => {
    const team = read(`
services:
  checkout:
    depends_on: [pricing]
    kubernetes: { namespace: shop, deployment: checkout }
    signals: [{ name: errors, query: e, healthy_below: 0.1 }]
  pricing: {}
people:
  - { slack: U012AB3CD, name: approver, may_approve: true }
`);
    expect(team.catalogue.get('checkout')).toMatchObject({
      dependsOn: ['pricing'],
      kubernetes: { namespace: 'shop', deployment: 'checkout' },
      signals: [{ name: 'errors', query: 'e', healthyBelow: 0.1 }],
    });
    expect(team.people).toEqual([{ slackId: 'U012AB3CD', name: 'approver', mayApprove: true }]);
  });

  it('gives the policy another version whenever a rule changes', () => {
    const version = (then: string) => read(`policy: [{ name: a, then: ${then} }]`).policy.version;
    expect(version('ask')).toBe(version('ask'));
    expect(version('ask')).not.toBe(version('deny'));
  });

  it.each([
    [
      'an unknown key',
      'services:\n  checkout:\n    depends: [x]\n',
      /^sitrep\.yaml:3: services\.checkout: .*"depends".*docs\/configuration\.md/,
    ],
    [
      'a wrong value',
      'people:\n  - slack: approver\n    name: a\n',
      /^sitrep\.yaml:2: people\.0\.slack: a Slack user id/,
    ],
    [
      'a wrong tool',
      'policy:\n  - name: a\n    when: { tools: [shell.run] }\n    then: allow\n',
      /^sitrep\.yaml:3: policy\.0\.when\.tools\.0: /,
    ],
    [
      'a missing service',
      'services:\n  checkout:\n    depends_on: [pricing]\n',
      /^sitrep\.yaml:3: .*there is no service “pricing”/,
    ],
    ['broken YAML', 'services:\n  a: [1\n', /^sitrep\.yaml:\d+: /],
    [
      'an allow for everything',
      'policy:\n  - name: go\n    then: allow\n',
      /must name its tools and its services/,
    ],
    ['a list instead of a map', '- a\n', /^sitrep\.yaml:1: top level/],
  ])('names the line of %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
