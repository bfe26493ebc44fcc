import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readTeamFile } from '../../src/config/team-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const read = (text: string) => readTeamFile('sitrep.yaml', text).knowledge;

test('without a word of it, our own incidents are quoted and nothing is fetched', () => {
  expect(read('')).toEqual({ folders: [], git: [], github: [], backstage: [], incidents: true, pollS: 300 });
});

test('names folders, repositories and catalogues', () => {
  expect(
    read(`
knowledge:
  folders: [docs]
  git: [{ path: ../handbook.git, branch: main, folder: ./ops/ }]
  github: [{ repo: example/handbook }]
  backstage: [catalog-info.yaml]
  incidents: false
  poll_seconds: 60
`),
  ).toEqual({
    folders: ['docs'],
    git: [{ path: '../handbook.git', branch: 'main', folder: 'ops' }],
    github: [{ repo: 'example/handbook', folder: '' }],
    backstage: ['catalog-info.yaml'],
    incidents: false,
    pollS: 60,
  });
});

test.each([
  ['knowledge:\n  folder: docs', /^sitrep\.yaml:2: knowledge: .*folder/],
  [
    'knowledge:\n  github:\n    - repo: handbook',
    /^sitrep\.yaml:3: knowledge\.github\.0\.repo: write owner\/name/,
  ],
  [
    'knowledge:\n  git:\n    - { path: x, folder: ../up }',
    /^sitrep\.yaml:3: knowledge\.git\.0\.folder: a folder inside/,
  ],
  ['knowledge:\n  poll_seconds: 1', /^sitrep\.yaml:2: knowledge\.poll_seconds: /],
])('%j is a mistake with its line', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

function configured(team: string, environment: NodeJS.ProcessEnv = {}) {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'sitrep.yaml'), team);
  const component = (name: string) =>
    `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name}, description: From Backstage }\n`;
  writeFileSync(join(directory, 'catalog-info.yaml'), `${component('pricing')}---\n${component('checkout')}`);
  return { directory, read: () => readConfig(environment, directory) };
}

test('paths are beside the file', () => {
  const { directory, read } = configured('knowledge: { folders: [docs], git: [{ path: ./handbook }] }');
  expect(read().knowledge).toMatchObject({
    folders: [join(directory, 'docs')],
    git: [{ path: join(directory, 'handbook') }],
  });
});

test('GitHub needs its token', () => {
  const team = 'knowledge: { github: [{ repo: example/handbook }] }';
  expect(configured(team).read).toThrow(/^GITHUB_TOKEN is missing, but sitrep\.yaml names knowledge\.github/);
  expect(configured(team, { GITHUB_TOKEN: 'x' }).read().knowledge?.github).toHaveLength(1);
});

test('components of Backstage become services; what sitrep.yaml says wins', () => {
  const { read } = configured(
    'services: { checkout: { description: Ours } }\nknowledge: { backstage: [catalog-info.yaml] }',
  );
  const catalogue = read().team?.catalogue;
  expect(catalogue?.get('checkout')?.description).toBe('Ours');
  expect(catalogue?.get('pricing')?.description).toBe('From Backstage');
  const policy = (service: string) =>
    `knowledge: { backstage: [catalog-info.yaml] }\npolicy:\n  - name: a\n    when: { services: [${service}] }\n    then: "off"\n`;
  expect(configured(policy('pricing')).read().team?.policy.rules[0]?.when.services).toEqual(['pricing']);
  expect(configured(policy('prices')).read).toThrow(/sitrep\.yaml:4: .*there is no service “prices”/);
  expect(configured('knowledge: { backstage: [nowhere.yaml] }').read).toThrow(
    /there is no file .*nowhere\.yaml/,
  );
});
