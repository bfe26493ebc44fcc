import { parseIncidentName } from '../../incident/incident.ts';
import { sha256 } from '../../incident/canonical.ts';
import { withStore } from '../with-store.ts';

/** Prints what a model was asked and answered in an incident; the chain has the hashes of both. */
export async function modelCommand(incident: string): Promise<void> {
  const id = parseIncidentName(incident);
  if (id === null) throw new Error(`“${incident}” is no incident; write for example INC-12.`);
  const calls = await withStore(({ transaction }) => transaction((store) => store.modelTexts(id)));
  for (const { at, model, texts } of calls) {
    const hashes = texts && { promptHash: sha256(texts.prompt), answerHash: sha256(texts.answer) };
    console.log(JSON.stringify({ at, model, ...(texts ? { ...hashes, ...texts } : { erased: true }) }));
  }
}
