import { incidentName, parseIncidentName } from '../incident/incident.ts';
import { onOneLine } from './on-one-line.ts';
import { withStore } from './with-store.ts';
import { timelineOf } from '../incident/timeline.ts';
import { utc } from '../incident/utc.ts';

const LISTED = 20;

/** Lists the latest incidents, or prints the journal of one. */
export async function incidentsCommand(incident: string | undefined, json: boolean): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      if (incident === undefined) {
        const latest = await store.latest(LISTED);
        if (json) return console.log(JSON.stringify(latest));
        if (latest.length === 0) return console.log('There is no incident yet.');
        for (const one of latest) {
          console.log(
            `${incidentName(one.id)}  ${one.state.padEnd(10)}  ${one.severity.padEnd(8)}  ${utc(one.openedAt)}  ${one.title}`,
          );
        }
        return undefined;
      }
      const id = parseIncidentName(incident);
      const view = id === null ? null : await store.view(id);
      if (!view) throw new Error(`There is no incident ${incident}; “sitrep incidents” lists them.`);
      if (json) return console.log(JSON.stringify(view));
      console.log(`${incidentName(view.incident.id)} ${view.incident.title} (${view.incident.state})`);
      for (const { first, text } of timelineOf(view.journal))
        console.log(`${utc(first.at)}  ${onOneLine(text, 2_000)}  [${onOneLine(first.actor)}]`);
      return undefined;
    }),
  );
}
