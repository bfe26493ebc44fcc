import { expect, test } from 'vitest';
import { declaredServices } from '../../../src/adapters/knowledge/declared-services.ts';
import { ingest } from '../../../src/adapters/knowledge/ingest.ts';
import type { Service } from '../../../src/incident/service.ts';
import { memoryKnowledge } from '../../support/memory-knowledge.ts';

const checkout: Service = {
  name: 'checkout',
  description: 'Baskets and orders\n# not a heading',
  environment: 'production',
  dependsOn: ['pricing'],
  kubernetes: { namespace: 'shop', deployment: 'checkout' },
  github: { repo: 'example/shop', paths: ['services/checkout'] },
  signals: [],
};

test('a declared service is a document that says what it is and needs, and goes with its declaration', async () => {
  const store = memoryKnowledge();
  await ingest(declaredServices(new Map([['checkout', checkout]])), store);
  const [document] = store.documents();
  expect(document).toMatchObject({ kind: 'service', title: 'checkout', services: ['checkout'] });
  const said = document?.passages.map(({ body }) => body).join('\n') ?? '';
  for (const fact of ['Baskets and orders', 'Depends on: pricing', 'shop/checkout', 'example/shop'])
    expect(said).toContain(fact);

  const again = await ingest(declaredServices(new Map([['checkout', checkout]])), store);
  expect(again).toMatchObject({ changed: 0, unchanged: 1 });
  await ingest(declaredServices(new Map()), store);
  expect(store.documents()).toEqual([]);
});
