import { incidentName } from '../../incident/incident.ts';
import { describe } from '../../incident/journal.ts';
import { plain } from '../../incident/text.ts';
import { successes } from '../../incident/question.ts';
import type { IncidentView } from '../../incident/view.ts';
import type { KnowledgeSource } from './source.ts';

const INCIDENTS = 'sitrep:incidents';
const POSTMORTEMS = 'sitrep:postmortems';

/** The names of both sources. */
export const OWN_SOURCES = [INCIDENTS, POSTMORTEMS];

/** What is asked of the record. */
export type IncidentRecord = {
  /** Incidents that are over, with what changes when what is written of them would. */
  over(): Promise<{ id: number; version: string }[]>;
  view(id: number): Promise<IncidentView | null>;
  /** Drafts of postmortems likewise. */
  drafts(): Promise<{ id: number; version: string }[]>;
  draft(id: number): Promise<string | null>;
};

/** Our own incidents that are over, written by code from the journal. No word of a model is in them. */
export function incidentSource(record: IncidentRecord): KnowledgeSource {
  return ownSource(INCIDENTS, record.over, async (id) => {
    const view = await record.view(id);
    return view && writeIncident(view);
  });
}

/** Our own postmortem drafts, without what a model has suggested. */
export function postmortemSource(record: IncidentRecord): KnowledgeSource {
  return ownSource(POSTMORTEMS, record.drafts, async (id) => {
    const [view, draft] = [await record.view(id), await record.draft(id)];
    if (!view || draft === null) return null;
    const ours = draft.split('\n').filter((line) => !/the model suggests/i.test(line));
    const title = `Postmortem of ${incidentName(id)}: ${view.incident.title}`;
    return [...frontOf(view, title), ...ours].join('\n');
  });
}

function ownSource(
  name: string,
  list: IncidentRecord['over'],
  write: (id: number) => Promise<string | null>,
): KnowledgeSource {
  return {
    name,
    async list() {
      const entries = (await list()).map(({ id, version }) => ({ path: `${incidentName(id)}.md`, version }));
      return { entries, problems: [], kept: [], base: null, finished: () => undefined };
    },
    async read(entries) {
      const texts = [];
      for (const { path } of entries) {
        const text = await write(Number(/\d+/.exec(path)?.[0]));
        texts.push(text === null ? { path, problem: `${path}: it is no longer on record.` } : { path, text });
      }
      return texts;
    },
  };
}

function writeIncident(view: IncidentView): string {
  const { incident, alerts, proposals, journal, hypotheses } = view;
  const worked = successes(proposals);
  const failed = journal.filter(
    (entry) => entry.kind === 'verification.ended' && entry.outcome !== 'succeeded',
  );
  const causes = hypotheses.filter(({ by, verdict }) => by === 'rules' && verdict === 'supported');
  return [
    ...frontOf(view, `${incidentName(incident.id)}: ${incident.title}`),
    ...[
      '## Alerts',
      '',
      ...alerts.slice(0, 20).map((alert) => `- ${line(`${alert.name}: ${alert.summary}`)}`),
      '',
    ],
    ...section(
      'Cause',
      causes.map(({ statement }) => statement),
    ),
    ...section(
      'What worked',
      worked.map(({ title }) => title),
    ),
    ...section('What did not work', failed.map(describe)),
  ].join('\n');
}

function frontOf({ incident, alerts }: IncidentView, title: string): string[] {
  const rules = [...new Set(alerts.map(({ name }) => name))];
  const front = { title: oneLine(title), services: incident.services, alerts: rules };
  // JSON is YAML, and nothing in a name can end it early.
  return ['---', JSON.stringify(front), '---', ''];
}

function section(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${heading}`, '', ...items.map((item) => `- ${line(item)}`), ''];
}

/** What outsiders wrote stays one line of text: no heading, fence, comment or link of its own. */
function line(text: string): string {
  return oneLine(text).replaceAll(/[\\`[\]<>|{!]/g, (mark) => `\\${mark}`);
}

function oneLine(text: string): string {
  return plain(text, 500).replaceAll(/\s+/g, ' ');
}
