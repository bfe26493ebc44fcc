import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../adapters/postgres/open.ts';
import { knowledgeState } from '../adapters/postgres/knowledge/stored-sources.ts';
import type { Config } from '../config.ts';
import { counted, firstLine, messageOf } from '../incident/text.ts';
import { ROOT } from '../main.ts';
import { auditVault } from '../main/audit-keys.ts';
import { knowledgeSources } from '../main/knowledge-sources.ts';
import { utc } from '../incident/utc.ts';

/** Whether every source can be read now, and what of them is stored. Rejects with a sentence for each that cannot. */
export async function knowledgeIsReadable(config: Config): Promise<string> {
  const database = await openDatabase({ url: config.databaseUrl, home: config.home });
  try {
    const state = await knowledgeState(database);
    const patience = { now: () => new Date(), wait, onPause: () => undefined };
    const sources = knowledgeSources(config, ROOT, database, auditVault(config), patience).map(
      ({ source }) => source,
    );
    const troubles: string[] = [];
    for (const source of sources) {
      // Our own incidents are in tables that are not there yet either.
      if (!state && source.name.startsWith('sitrep:')) continue;
      await source.list().catch((error: unknown) => {
        troubles.push(`${source.name}: ${firstLine(messageOf(error), 500)}`);
      });
    }
    if (troubles.length > 0) throw new Error(troubles.join(' '));
    const read = sources.flatMap(({ name }) => state?.readAt.get(name) ?? []);
    const can = `${counted(sources.length, 'source')} can be read`;
    if (!state || read.length === 0)
      return `${can}; nothing was read yet, “sitrep ingest” or “sitrep start” begins with it`;
    const never = sources.length - read.length;
    const oldest = utc(new Date(Math.min(...read.map((at) => at.getTime()))));
    return [
      `${counted(state.documents, 'document')} and ${counted(state.passages, 'passage')}; ${can}`,
      `each was last read at ${oldest} or later${never > 0 ? `, but ${never} never` : ''}`,
    ].join('; ');
  } finally {
    await database.close();
  }
}
