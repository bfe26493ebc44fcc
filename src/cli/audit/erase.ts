import { OWN_SOURCES } from '../../adapters/knowledge/own-incidents.ts';
import { knowledgeStore } from '../../adapters/postgres/knowledge/store.ts';
import { forgetUnusedTerms } from '../../adapters/postgres/knowledge/unused-terms.ts';
import type { Erased } from '../../adapters/postgres/store/erasure.ts';
import { indexDocument } from '../../enrich/retrieval/index-document.ts';
import { incidentName, parseIncidentName } from '../../incident/incident.ts';
import { author } from '../author.ts';
import { withStore } from '../with-store.ts';

const REFUSALS: Record<Exclude<Erased, 'erased'>, string> = {
  unknown: 'There is no such incident; “sitrep incidents” lists them.',
  'still going on':
    'It is still going on. Close it first: what is under way cannot go on without its contents.',
  'erased before': 'Its contents were erased before.',
};

/** Makes everything that the database says of an incident unreadable. The chain still verifies. */
export async function eraseCommand(incident: string, why: string): Promise<void> {
  const id = parseIncidentName(/^\d+$/.test(incident) ? `INC-${incident}` : incident);
  if (id === null) throw new Error(`“${incident}” is no incident; write for example INC-12.`);
  await withStore(async ({ config, database, transaction }) => {
    const done = await transaction((store) => store.eraseIncident(id, author(), why));
    if (done !== 'erased') throw new Error(`${incidentName(id)} was not erased. ${REFUSALS[done]}`);
    const store = knowledgeStore(database, indexDocument);
    for (const source of OWN_SOURCES) await store.remove(source, [`${incidentName(id)}.md`]);
    await forgetUnusedTerms(database);
    console.log(`${incidentName(id)}: its contents are erased, and that is on record.`);
    console.log(
      `Left to you: its thread in Slack, its draft in ${config.home}/postmortems, and backups of the database from before.`,
    );
  });
}
