import { expect, test } from 'vitest';
import {
  backstageServices,
  isCatalogue,
  mergeServices,
  readBackstage,
} from '../../../src/incident/documents/backstage.ts';
import { aService } from '../../support/a-service.ts';

const CATALOGUE = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: Checkout
  description: |
    Baskets and orders.
    More of it.
  annotations:
    github.com/project-slug: example/shop
    backstage.io/techdocs-ref: dir:.
  links:
    - { url: https://grafana.example/d/1, title: Dashboard }
spec: { type: service, lifecycle: production, owner: team-shop, dependsOn: ['component:default/pricing', 'resource:db'] }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: orders }
spec: { type: openapi, owner: team-shop }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-shop }
---
kind: Deployment
metadata: { name: not-backstage }
`;

test('components and APIs become documents about the service', () => {
  const { documents, problems } = readBackstage({
    ...{ source: 'git:x', path: 'a/catalog-info.yaml', text: CATALOGUE, base: 'https://x.example/' },
  });
  expect(problems).toEqual([]);
  expect(documents.map(({ path, kind, services }) => ({ path, kind, services }))).toEqual([
    { path: 'a/catalog-info.yaml#component:checkout', kind: 'service', services: ['checkout'] },
    { path: 'a/catalog-info.yaml#api:orders', kind: 'service', services: ['orders'] },
  ]);
  const [checkout] = documents;
  expect(checkout).toMatchObject({
    title: 'Checkout',
    link: 'https://x.example/a/catalog-info.yaml',
    actions: [],
  });
  for (const said of [
    'Baskets and orders.',
    'Owner: team-shop',
    'Repository: example/shop',
    'Dashboard: https://',
  ])
    expect(checkout?.passages[0]?.body).toContain(said);
});

test('components are services; what sitrep.yaml says of one wins', () => {
  const { services } = backstageServices('catalog-info.yaml', CATALOGUE);
  expect(services).toEqual([
    aService('checkout', {
      ...{
        description: 'Baskets and orders.',
        dependsOn: ['pricing'],
        github: { repo: 'example/shop', paths: ['.'] },
      },
    }),
  ]);
  const declared = new Map([
    ['pricing', aService('pricing')],
    ['checkout', aService('checkout', { github: { repo: 'example/other', paths: ['x'] } })],
  ]);
  expect(mergeServices(declared, services).get('checkout')).toMatchObject({
    ...{ description: 'Baskets and orders.', dependsOn: ['pricing'], github: { repo: 'example/other' } },
  });
  // A dependency that nobody declares would name a service that does not exist.
  expect(mergeServices(new Map(), services).get('checkout')?.dependsOn).toEqual([]);
});

test('broken YAML is a problem that names the file, and never an exception', () => {
  const { documents, problems } = readBackstage({
    ...{ source: 'git:x', path: 'catalog-info.yml', text: 'apiVersion: [\n', base: null },
  });
  expect(documents).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(/^catalog-info\.yml: .+ Correct the YAML/)]);
  expect([isCatalogue('a/catalog-info.yml'), isCatalogue('a/my-catalog-info.yml')]).toEqual([true, false]);
});

test('an entity that does not fit is named with what is wrong; the others stay, and other kinds are no mistake', () => {
  const text = [
    'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: payments}',
    'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: "a b"}',
    'apiVersion: backstage.io/v1alpha1\nkind: Component',
    'kind: Component\nmetadata: {name: cart}',
    'just a sentence',
    'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}',
    '',
  ].join('\n---\n');
  const file = { source: 'git:x', path: 'catalog-info.yaml', text, base: null };
  const { documents, problems } = readBackstage(file);
  expect(documents.map(({ title }) => title)).toEqual(['shop']);
  expect(problems.map((one) => one.split(':').slice(0, 3).join(':'))).toEqual([
    'catalog-info.yaml: entity 2: metadata.name',
    'catalog-info.yaml: entity 3: metadata',
    'catalog-info.yaml: entity 4: apiVersion',
    'catalog-info.yaml: entity 5: Invalid input',
  ]);
  expect(backstageServices(file.path, text).problems).toEqual(problems);
});
