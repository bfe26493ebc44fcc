import { describe, expect, it } from 'vitest';
import { readTeamFile } from '../../src/config/team-file.ts';

const read = (text: string) => readTeamFile('sitrep.yaml', text);

const PEOPLE = `people:
  - { slack: U1, name: approver, may_approve: true }
  - { slack: U2, name: on-call, may_approve: true }
`;

describe('sitrep.yaml', () => {
  it('may be empty: then everything is asked for and nobody may approve', () => {
    const team = read('');
    expect(team.policy).toMatchObject({
      mode: 'act',
      rules: [
        { name: 'people decide', when: {}, then: 'approve', approvals: 1, approvers: null, confirm: 'click' },
      ],
    });
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
    expect(team.people).toEqual([
      { slackId: 'U012AB3CD', name: 'approver', mayApprove: true, denied: false, keyHash: null },
    ]);
  });

  it('says when maintenance is planned', () => {
    const { maintenance } = read(`
services: { checkout: {} }
maintenance:
  - name: database upgrade
    services: [checkout]
    critical: true
    from: 2026-12-05T22:00:00+01:00
    to: 2026-12-06T02:00:00+01:00
  - name: nightly batch
    matchers: [rule=Batch*, region=eu]
    days: [mon, tue]
    at: 02:30
    minutes: 90
    timezone: Europe/Berlin
`);
    expect(maintenance).toEqual([
      {
        name: 'database upgrade',
        services: ['checkout'],
        matchers: [],
        critical: true,
        when: {
          kind: 'once',
          from: new Date('2026-12-05T21:00:00Z'),
          to: new Date('2026-12-06T01:00:00Z'),
        },
      },
      {
        name: 'nightly batch',
        services: [],
        matchers: [
          { field: 'rule', pattern: 'Batch*' },
          { field: 'region', pattern: 'eu' },
        ],
        critical: false,
        when: {
          kind: 'weekly',
          days: ['mon', 'tue'],
          minuteOfDay: 150,
          minutes: 90,
          timeZone: 'Europe/Berlin',
        },
      },
    ]);
  });

  it('gives the policy another version whenever a rule changes', () => {
    const version = (then: string) => read(`policy: [{ name: a, then: ${then} }]`).policy.version;
    expect(version('approve')).toBe(version('approve'));
    expect(version('approve')).not.toBe(version('off'));
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
      'policy:\n  - name: a\n    when: { tools: [shell.run] }\n    then: auto\n',
      /^sitrep\.yaml:3: policy\.0\.when\.tools\.0: /,
    ],
    [
      'a missing service',
      'services:\n  checkout:\n    depends_on: [pricing]\n',
      /^sitrep\.yaml:3: .*there is no service “pricing”/,
    ],
    ['broken YAML', 'services:\n  a: [1\n', /^sitrep\.yaml:\d+: .*[^.]\. Correct the YAML/],
    [
      'an auto for everything',
      'policy:\n  - name: go\n    then: auto\n',
      /must name its tools, its services and a budget/,
    ],
    [
      'maintenance of a missing service',
      'maintenance:\n  - name: a\n    from: 2026-12-05T22:00:00+01:00\n    to: 2026-12-05T23:00:00+01:00\n    services: [db]\n',
      /^sitrep\.yaml:5: maintenance\.0\.services: there is no service “db”/,
    ],
    [
      'a moment without its offset',
      'maintenance:\n  - name: a\n    from: 2026-12-05T22:00:00\n',
      /^sitrep\.yaml:3: maintenance\.0\.from: write date, time and offset/,
    ],
    [
      'maintenance that ends before it begins',
      'maintenance:\n  - name: a\n    matchers: [rule=A]\n    from: 2026-12-05T22:00:00+01:00\n    to: 2026-12-05T21:00:00Z\n',
      /^sitrep\.yaml:5: maintenance\.0\.to: must be after “from”/,
    ],
    [
      'maintenance of the wrong year',
      'maintenance:\n  - name: a\n    matchers: [rule=A]\n    from: 2026-12-05T22:00:00Z\n    to: 2027-12-05T23:00:00Z\n',
      /^sitrep\.yaml:5: maintenance\.0\.to: at most 30 days/,
    ],
    [
      'an unknown time zone',
      'maintenance:\n  - { name: a, matchers: [rule=A], days: [mon], at: "02:00", minutes: 30,\n      timezone: Berlin }\n',
      /^sitrep\.yaml:3: maintenance\.0\.timezone: an IANA time zone/,
    ],
    [
      'a time that no clock shows',
      'maintenance:\n  - name: a\n    at: 24:00\n',
      /^sitrep\.yaml:3: maintenance\.0\.at: write hours and minutes/,
    ],
    [
      'an unknown day',
      'maintenance:\n  - name: a\n    days: [monday]\n',
      /^sitrep\.yaml:3: maintenance\.0\.days\.0: /,
    ],
    [
      'a condition that cannot be read',
      'maintenance:\n  - name: a\n    matchers:\n      - rule=A\n      - region!=eu\n',
      /^sitrep\.yaml:5: maintenance\.0\.matchers\.1: “region!=eu”: write name=value/,
    ],
    [
      'maintenance of everything',
      'maintenance:\n  - name: a\n    matchers: ["rule=*"]\n    from: 2026-12-05T22:00:00Z\n    to: 2026-12-05T23:00:00Z\n',
      /^sitrep\.yaml:2: maintenance\.0: name services or matchers/,
    ],
    ...[
      'from: 2026-12-05T22:00:00Z',
      'days: [mon], at: 02:00, minutes: 30',
      'days: [mon], at: 02:00, minutes: 30, timezone: UTC, to: 2026-12-05T22:00:00Z',
      'from: 2026-12-05T22:00:00Z, to: 2026-12-05T23:00:00Z, minutes: 30',
    ].map((times): [string, string, RegExp] => [
      `maintenance with ${times}`,
      `maintenance:\n  - { name: a, matchers: [rule=A], ${times} }\n`,
      /^sitrep\.yaml:2: maintenance\.0: write either “from” and “to”, or “days”/,
    ]),
    [
      'a rule for a missing service',
      'services: { checkout: {} }\npolicy:\n  - name: a\n    when:\n      services: [checkout, chekout]\n    then: "off"\n',
      /^sitrep\.yaml:5: policy\.0\.when\.services\.1: there is no service “chekout”\. Declare it/,
    ],
    [
      'a rule for an environment of no service',
      'services: { checkout: { environment: prod } }\npolicy:\n  - name: a\n    when: { environments: [production] }\n    then: "off"\n',
      /^sitrep\.yaml:4: policy\.0\.when\.environments\.0: no service is in the environment “production”/,
    ],
    [
      'more approvals than there are people for them',
      `${PEOPLE}policy:\n  - name: a\n    then: approve\n    approvals: 3\n`,
      /^sitrep\.yaml:7: policy\.0\.approvals: 3 must approve, and only 2 may\. Ask for fewer/,
    ],
    [
      'more approvals than the group of the rule has',
      `${PEOPLE}groups: { few: [U1, U1] }\npolicy:\n  - { name: a, then: approve, who: [few],\n      approvals: 2 }\n`,
      /^sitrep\.yaml:7: policy\.0\.approvals: 2 must approve, and only 1 may/,
    ],
    [
      'two rules of one name',
      'policy:\n  - { name: a, then: approve }\n  - name: a\n    then: "off"\n',
      /^sitrep\.yaml:3: policy\.1\.name: there is a rule “a” already, and budgets/,
    ],
    [
      'an unknown person in a group that no rule names',
      `${PEOPLE}groups:\n  few:\n    - U1\n    - U3\n`,
      /^sitrep\.yaml:7: groups\.few\.1: “U3” is neither/,
    ],
    ['a list instead of a map', '- a\n', /^sitrep\.yaml:1: top level/],
  ])('names the line of %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('a person who is listed twice', () => {
  const people = (...entries: string[]) =>
    read(`people:\n${entries.map((one) => `  - { ${one} }`).join('\n')}\n`);

  it.each<[string, string[], string]>([
    [
      'by the Slack id',
      ['slack: U1, name: ada', 'slack: U2, name: bo', 'slack: U1, name: ada two, deny: true'],
      'sitrep.yaml:4: people.2.slack: “U1” is listed twice, as “ada” and as “ada two”; make one entry of both.',
    ],
    [
      'by the name',
      ['slack: U1, name: Ada', 'slack: U2, name: "ada "'],
      'sitrep.yaml:3: people.1.name: “ada ” names U1 and U2, so that nobody could tell them apart; give each a name of their own.',
    ],
    [
      'by a name that is the id of somebody else',
      ['slack: U1, name: u2', 'slack: U2, name: bo'],
      'sitrep.yaml:2: people.0.name: “u2” names U2 and U1, so that nobody could tell them apart; give each a name of their own.',
    ],
  ])('%s is refused, and the file says which', (_, entries, message) => {
    expect(() => people(...entries)).toThrow(message);
  });

  it('is not somebody whose name is their own id', () => {
    expect(people('slack: U1, name: U1', 'slack: U2, name: bo').people).toHaveLength(2);
  });
});
