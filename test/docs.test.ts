import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readTeamFile } from '../src/config/team-file.ts';
import { toolNames } from '../src/incident/action.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the example configuration is one that Sitrep accepts', () => {
  const team = readTeamFile('sitrep.example.yaml', read('sitrep.example.yaml'));
  expect([...team.catalogue.keys()]).toEqual(['storefront', 'checkout']);
  expect(team.people.filter((person) => person.mayApprove)).toHaveLength(2);
  expect(team.maintenance.map((window) => window.when.kind)).toEqual(['weekly']);
});

const PEOPLE =
  'people: [{ slack: U012APPROVER, name: a, may_approve: true }, { slack: U034APPROVER, name: b, may_approve: true }]\n';

test('every snippet of sitrep.yaml in docs/configuration.md is accepted', () => {
  const snippets = [...read('docs/configuration.md').matchAll(/^```yaml\n(.*?)^```/gms)].map(
    ([, text]) => text ?? '',
  );
  expect(snippets).toHaveLength(10);
  for (const snippet of snippets) {
    // A snippet shows one key; the services that it names are declared here for it.
    const services = snippet.startsWith('services:') ? '' : 'services: { checkout: {}, storefront: {} }\n';
    const people = /^people:/m.test(snippet) ? '' : PEOPLE;
    const text = `${services}${people}${snippet}`.replace('depends_on: [pricing]', 'depends_on: []');
    expect(() => readTeamFile('docs/configuration.md', text), snippet).not.toThrow();
  }
});

test('docs/configuration.md names every tool that a rule may name', () => {
  const text = read('docs/configuration.md');
  expect(toolNames.filter((tool) => !text.includes(`\`${tool}\``))).toEqual([]);
});

test('docs/configuration.md has every key of the schema that is made of two words', () => {
  const schemas = ['team-file', 'policy'].map((name) => read(`src/config/${name}.ts`)).join('\n');
  const keys = [...schemas.matchAll(/\b([a-z]+_[a-z_]+):/g)].map(([, key = '']) => key);
  const text = read('docs/configuration.md');
  expect(keys.length).toBeGreaterThan(8);
  expect(keys.filter((key) => !text.includes(key))).toEqual([]);
});

test('docs/configuration.md has every key of a maintenance window', () => {
  const keys = [
    ...read('src/config/maintenance.ts').matchAll(/^ {4}([a-z]+): /gm),
    ...read('src/config/schedule.ts').matchAll(/^ {2}([a-z]+): (?=z$|moment|clockTime|z\.)/gm),
  ].map(([, key = '']) => key);
  const text = read('docs/configuration.md');
  expect(keys.length).toBeGreaterThan(9);
  expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});

test('docs/operations.md has every variable that is read, and no other', () => {
  const known = [...read('src/config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
    ([, name = '']) => name,
  );
  // The logger is there before the configuration.
  known.push('SITREP_LOG');
  const told = [...read('docs/operations.md').matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map(
    ([, name = '']) => name,
  );
  expect(known.length).toBeGreaterThan(15);
  expect(told.toSorted()).toEqual(known.toSorted());
});

test('links between the documents lead somewhere', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']
    .concat(
      readdirSync(join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    )
    .concat(readdirSync(join(root, 'docs/adr')).map((name) => `docs/adr/${name}`));
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(join(root, dirname(document), link)))
      .map((link) => `${document}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('the docs run TypeScript by a Node that can, which is a dependency here', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((page) => page.endsWith('.md'))
    .map((page) => `docs/${page}`);
  const bare = pages.filter((page) => /(?<!npx )\bnode bench\//.test(read(page)));
  expect(bare).toEqual([]);
});
