import { expect, it } from 'vitest';
import { readTeamFile } from '../../src/config/team-file.ts';

function kubernetes(cluster: string, people = '') {
  return readTeamFile('sitrep.yaml', `kubernetes: { url: https://k.example${cluster} }\npeople:\n${people}`)
    .kubernetes;
}

const PEOPLE = `
  - { slack: U012AB3CD, name: approver, kubernetes: approver@example.com }
  - { slack: U012AB3CE, name: second approver }
`;

it('impersonates nobody unless asked to', () => {
  expect(kubernetes('', PEOPLE)?.impersonation).toBeNull();
});

it('takes a person’s own Kubernetes user, else the prefix and the Slack id', () => {
  expect(
    kubernetes(', impersonate: { user_prefix: "slack:", groups: [sitrep] }', PEOPLE)?.impersonation,
  ).toEqual({
    users: new Map([
      ['U012AB3CD', 'approver@example.com'],
      ['U012AB3CE', 'slack:U012AB3CE'],
    ]),
    groups: ['sitrep'],
  });
});

it('knows no user for a person without either', () => {
  expect([...(kubernetes(', impersonate: {}', PEOPLE)?.impersonation?.users.keys() ?? [])]).toEqual([
    'U012AB3CD',
  ]);
});

it.each([
  ', impersonate: { groups: ["system:masters"] }',
  ', impersonate: { user_prefix: "system:" }',
  ', impersonate: { user_prefix: "a b" }',
])('refuses %s', (cluster) => {
  expect(() => kubernetes(cluster, PEOPLE)).toThrow(/sitrep.yaml:1: kubernetes.impersonate/);
});
