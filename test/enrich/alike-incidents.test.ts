import { expect, test } from 'vitest';
import { alikeIncidents } from '../../src/enrich/alike-incidents.ts';
import { memoryIndex } from '../../src/enrich/retrieval/memory-index.ts';
import type { KnowledgeDocument } from '../../src/incident/document.ts';

const record = (id: number, body: string, source = 'sitrep:incidents'): KnowledgeDocument => ({
  ...{ source, path: `INC-${id}.md`, kind: 'incident', title: `INC-${id}`, link: null },
  ...{ services: [], alerts: [], actions: [], passages: [{ position: 0, heading: 'Alerts', body }] },
});
const ask = (summary: string) => ({
  ...{ alerts: ['QueueStuck'], services: [], labels: {}, text: '' },
  annotations: { summary },
});

test('past incidents that read like the alert are named once each, the most alike first', async () => {
  const index = memoryIndex([
    record(3, 'The ledger export hangs behind a lock of the nightly vacuum'),
    record(3, 'The ledger export hangs; a lock of the nightly vacuum was found', 'sitrep:postmortems'),
    record(4, 'A certificate of the payment gateway has expired'),
    record(5, 'Disk of the search cluster is full'),
    record(6, 'Mail relay refuses connections'),
  ]);
  const [first, ...others] = await alikeIncidents(index, ask('ledger export hangs behind a vacuum lock'));
  expect(first).toBe(3);
  expect(others).not.toContain(3);
});

test('nothing on record, nothing alike', async () => {
  expect(await alikeIncidents(memoryIndex([]), ask('anything'))).toEqual([]);
});
