import { SITREP } from '../incident/person.ts';
import { isPending, isRunning } from '../incident/proposal.ts';
import type { IncidentView } from '../incident/view.ts';
import { draftPostmortem } from '../postmortem/draft.ts';
import type { LoopPorts } from './ports.ts';
import { supersede } from './proposals.ts';

/** Resolves an incident in which nothing has fired for long enough, else looks again later. */
export async function watchQuiet(ports: LoopPorts, view: IncidentView): Promise<void> {
  await ports.transaction(async (store) => {
    const fresh = await store.lockView(view.incident.id);
    if (fresh?.incident.state !== 'monitoring' || fresh.alerts.some((alert) => alert.status === 'firing'))
      return;
    // Approved since this step looked; the check of the action leads on from here.
    if (fresh.proposals.some((one) => isRunning(one.state))) return;
    const quiet = await store.secondsQuiet(view.incident.id);
    if (quiet < ports.settings.quietS) {
      await store.enqueue(
        { kind: 'incident', id: view.incident.id },
        Math.ceil(ports.settings.quietS - quiet),
      );
      return;
    }
    // What was offered to be undone still waits: whoever asked for that knew that it had helped.
    for (const one of fresh.proposals.filter((other) => isPending(other.state) && other.undoes === null)) {
      await supersede(store, one, 'the incident is over');
    }
    await store.moveIncident(fresh.incident, 'resolved', `nothing has fired for ${Math.round(quiet)} s`);
    await store.enqueue({ kind: 'incident', id: view.incident.id });
  });
}

/** Drafts the postmortem, once for each time that the incident was resolved. */
export async function writePostmortem(ports: LoopPorts, view: IncidentView): Promise<void> {
  const { id } = view.incident;
  const markdown = draftPostmortem(view, ports.people);
  const file = await ports.publishPostmortem(id, markdown);
  await ports.transaction(async (store) => {
    const fresh = await store.lockView(id);
    if (!fresh || hasPostmortem(fresh)) return;
    await store.savePostmortem(id, markdown);
    await store.record({ kind: 'postmortem.drafted', incidentId: id, actor: SITREP, file });
  });
}

/** Whether a draft was written since the incident was last opened. */
export function hasPostmortem({ journal }: IncidentView): boolean {
  const opened = journal.findLastIndex((entry) => entry.kind === 'incident.moved' && entry.to === 'open');
  return journal.slice(opened + 1).some((entry) => entry.kind === 'postmortem.drafted');
}
