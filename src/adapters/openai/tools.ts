import { z } from 'zod';
import type { EvidenceAbout, StoredEvidence } from '../../incident/evidence.ts';
import { incidentName } from '../../incident/incident.ts';
import { describe } from '../../incident/journal.ts';
import type { Case } from '../../propose/investigator.ts';
import { shownEvidence } from './case-text.ts';
import type { Lookups } from './lookups.ts';
import { quoted } from './quote.ts';

/** Something that the model may look up. `run` resolves to text in every case, also for unfit arguments. */
export type ReadTool = {
  name: string;
  description: string;
  schema: z.ZodObject;
  run(args: unknown): Promise<string>;
};

const LONGEST_RESULT = 6000;
const MOST_ENTRIES = 80;
const MINUTE_MS = 60_000;

/**
 * The tools for one case, all of them reading, closed over what this case may touch: the model names a
 * piece of its evidence and never a repository, a query or an address.
 */
export function readTools({ incident, alerts, evidence }: Case, lookups: Lookups): ReadTool[] {
  const { runbooks, code, signals } = lookups;
  const shown = shownEvidence(evidence);
  const searchRunbooks = readTool(
    'search_runbooks',
    'Searches the runbooks for a symptom or a question. Returns passages; they have no ids and cannot be cited.',
    z.strictObject({ text: z.string().describe('what to search for, in a few words') }),
    async ({ text }) => {
      const names = alerts.map(({ name }) => name);
      const found = await runbooks.search(
        { text: text.slice(0, 500), alerts: names, services: incident.services, labels: {}, annotations: {} },
        3,
      );
      return (
        found.map(({ title, quote }) => quoted(`${title}\n${quote}`, 1200)).join('\n\n') ||
        'No runbook says anything about that.'
      );
    },
  );
  const readCommit = about(
    'read_commit',
    'Reads the message and the changed lines of a commit.',
    shown,
    'commit',
    code &&
      (async ({ repo, sha, at, paths }) => {
        const when = new Date(at).getTime();
        // Looked up by its time and place, because a log of commits is all that is needed of the code host.
        const query = {
          repo,
          since: new Date(when - MINUTE_MS),
          until: new Date(when + MINUTE_MS),
          paths: paths.slice(0, 3),
        };
        const commit = (await code.commits(query)).find((one) => one.sha === sha);
        if (!commit) return 'The commit was not found.';
        const files = commit.files.map(({ path, patch }) => `--- ${path}\n${patch ?? '(no text)'}`);
        return quoted([commit.subject, commit.body, ...files].join('\n'), LONGEST_RESULT);
      }),
  );
  const readSignal = about(
    'read_signal',
    'Reads the value of a signal now.',
    shown,
    'signal',
    signals &&
      (async ({ query, healthyBelow }) => {
        const value = await signals.value(query);
        return value === null ? 'It has no value now.' : `${value} now; healthy below ${healthyBelow}.`;
      }),
  );
  const readPast = about(
    'read_past_incident',
    'Reads what happened and what was done in a similar past incident.',
    shown,
    'incident',
    async ({ incidentId }) => {
      const entries = await lookups.journal(0, incidentId, MOST_ENTRIES);
      const lines = entries.map((entry) => `${entry.at.toISOString()} ${describe(entry)}`);
      return `${incidentName(incidentId)}\n${quoted(lines.join('\n'), LONGEST_RESULT)}`;
    },
  );
  return [searchRunbooks, ...readCommit, ...readSignal, ...readPast];
}

type About<K extends EvidenceAbout['kind']> = Extract<EvidenceAbout, { kind: K }>;

/** A tool that reads more about one piece of evidence of a kind; none where there is nothing to read. */
function about<K extends EvidenceAbout['kind']>(
  name: string,
  description: string,
  evidence: readonly StoredEvidence[],
  kind: K,
  read: ((subject: About<K>) => Promise<string>) | null,
): ReadTool[] {
  const subjects = new Map(
    evidence.flatMap((one) => (isAbout(one.about, kind) ? [[one.id, one.about] as const] : [])),
  );
  if (read === null || subjects.size === 0) return [];
  const ids = [...subjects.keys()].join(', ');
  const schema = z.strictObject({ evidence_id: z.int().describe(`one of ${ids}`) });
  return [
    readTool(name, description, schema, async ({ evidence_id }) => {
      const subject = subjects.get(evidence_id);
      return subject ? read(subject) : `${name} reads evidence ${ids} and nothing else.`;
    }),
  ];
}

function isAbout<K extends EvidenceAbout['kind']>(subject: EvidenceAbout, kind: K): subject is About<K> {
  return subject.kind === kind;
}

function readTool<S extends z.ZodObject>(
  name: string,
  description: string,
  schema: S,
  read: (args: z.infer<S>) => Promise<string>,
): ReadTool {
  return {
    name,
    description,
    schema,
    async run(args) {
      const parsed = schema.safeParse(args);
      if (!parsed.success) return `The arguments do not fit: ${parsed.error.issues[0]?.message}.`;
      try {
        return await read(parsed.data);
      } catch {
        // The reason may contain addresses or worse; the model has no use for it.
        return 'That cannot be read at the moment. Go on without it.';
      }
    },
  };
}
