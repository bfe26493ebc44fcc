import { answerDigest, VERDICTS } from '../incident/answer.ts';
import { parseIncidentName } from '../incident/incident.ts';
import { answerOf, label } from '../loop/label.ts';
import { author } from './author.ts';
import { withStore } from './with-store.ts';

/** Labels the first answer of a kind in an incident, or takes the label back. Fails with what to write instead. */
export async function labelCommand(incident: string, answer: string, verdict: string): Promise<void> {
  const id = parseIncidentName(incident);
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      const view = id === null ? null : await store.view(id);
      if (!view) throw new Error(`There is no incident ${incident}; “sitrep incidents” lists them.`);
      const piece = answerOf(view, answer === 'runbook' ? 'runbook' : 'culprit');
      const said = VERDICTS.find((one) => one === verdict) ?? null;
      const done = await label(store, {
        evidenceId: piece.id,
        digest: answerDigest(piece),
        verdict: said,
        person: author(),
      });
      if (!done.ok) throw new Error(done.text);
      console.log(done.text);
    }),
  );
}
