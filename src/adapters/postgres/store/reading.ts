import { heldBack, type HeldBack } from '../../../incident/held-back.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { JournalEntry } from '../../../incident/journal.ts';
import type { Waiting } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import type { Sql } from '../sql.ts';
import { readQuestion } from './plans.ts';
import {
  ALERT,
  EVIDENCE,
  HYPOTHESIS,
  INCIDENT,
  PROPOSAL,
  type AlertRow,
  type EvidenceRow,
  type HypothesisRow,
  type IncidentRow,
  type ProposalRow,
} from './rows.ts';

type Journal = {
  latestEntries(incidentId: number, limit: number): Promise<JournalEntry[]>;
  offersSinceLook(): Promise<JournalEntry[]>;
};
type Switch = { stopped(): Promise<IncidentView['stopped']> };

// A thread shows far less; this only keeps one runaway incident from filling the memory.
const MOST_ENTRIES = 2000;
const MOST_ALERTS = 500;

export function readingStore(sql: Sql, others: Journal & Switch) {
  async function read(incidentId: number, lock: '' | 'for no key update'): Promise<IncidentView | null> {
    const found = await sql.query<IncidentRow>(`select ${INCIDENT} from incident where id = $1 ${lock}`, [
      incidentId,
    ]);
    const [incident] = found.rows;
    if (!incident) return null;
    const of = async <R>(text: string) => (await sql.query<R>(text, [incidentId])).rows;
    const [tokens] = await of<{ used: number }>(
      `select coalesce(sum(tokens), 0)::int as used from model_call where incident_id = $1`,
    );
    const [counts] = await of<IncidentView['counts']>(
      `select coalesce(sum(firing), 0)::int as firing, coalesce(sum(total - firing), 0)::int as resolved
         from incident_rule where incident_id = $1`,
    );
    return {
      incident,
      counts: counts ?? { firing: 0, resolved: 0 },
      // Of a storm only a part is read, but never without what still fires: an incident must not look quiet.
      alerts: await of<AlertRow>(
        `select * from (select ${ALERT} from alert where incident_id = $1 order by status, id limit ${MOST_ALERTS}) as read
          order by id`,
      ),
      evidence: await of<EvidenceRow>(
        `select ${EVIDENCE} from evidence where incident_id = $1 order by score desc, id`,
      ),
      hypotheses: await of<HypothesisRow>(
        `select ${HYPOTHESIS} from hypothesis where incident_id = $1 order by id`,
      ),
      proposals: await of<ProposalRow>(
        `select ${PROPOSAL} from proposal where incident_id = $1 order by (undoes is not null), created_at desc, rank,
                (consent->'plan'->>'step')::int ${lock}`,
      ),
      journal: await others.latestEntries(incidentId, MOST_ENTRIES),
      stopped: await others.stopped(),
      modelTokens: tokens?.used ?? 0,
    };
  }

  return {
    view: (incidentId: number) => read(incidentId, ''),
    /** With the incident and its proposals locked: nobody decides one of them until the transaction ends. */
    lockView: (incidentId: number) => read(incidentId, 'for no key update'),

    async ongoing(): Promise<Incident[]> {
      const { rows } = await sql.query<IncidentRow>(
        `select ${INCIDENT} from incident where state not in ('resolved', 'closed') order by id desc limit 100`,
      );
      return rows;
    },

    async latest(limit: number): Promise<Incident[]> {
      const { rows } = await sql.query<IncidentRow>(
        `select ${INCIDENT} from incident order by id desc limit $1`,
        [limit],
      );
      return rows;
    },

    async awaiting(): Promise<(Waiting & { incident: Incident })[]> {
      const proposals = await sql.query<ProposalRow>(
        `select ${PROPOSAL} from proposal where state = 'proposed' and expires_at > now()
            and coalesce((consent->'plan'->>'step')::int, 1) = 1 order by incident_id desc, rank limit 50`,
      );
      const found = [];
      for (const proposal of proposals.rows) {
        const { rows } = await sql.query<IncidentRow>(`select ${INCIDENT} from incident where id = $1`, [
          proposal.incidentId,
        ]);
        const question = proposal.consent.plan ? await readQuestion(sql, proposal.id) : null;
        if (rows[0])
          found.push({ proposal, incident: rows[0], ...(question ? { steps: question.steps } : {}) });
      }
      return found;
    },

    async heldBack(): Promise<Map<number, HeldBack>> {
      const entries = Map.groupBy(await others.offersSinceLook(), ({ incidentId }) => incidentId ?? 0);
      return new Map(
        [...entries].flatMap(([id, offers]): [number, HeldBack][] => {
          const held = heldBack(offers);
          return held ? [[id, held]] : [];
        }),
      );
    },

    async postmortem(incidentId: number): Promise<string | null> {
      const { rows } = await sql.query<{ markdown: string }>(
        `select markdown from postmortem where incident_id = $1`,
        [incidentId],
      );
      return rows[0]?.markdown ?? null;
    },
  };
}
