import type { StoredAlert } from '../../../incident/alert.ts';
import type { Evidence, PastIncident } from '../../../incident/evidence.ts';
import type { Hypothesis } from '../../../incident/hypothesis.ts';
import { mayMove, type Incident, type IncidentState } from '../../../incident/incident.ts';
import { SITREP } from '../../../incident/person.ts';
import type { Sql } from '../sql.ts';
import type { JournalStore } from './journal.ts';
import { HELPED } from './plans.ts';
import { INCIDENT, type IncidentRow } from './rows.ts';

export function incidentStore(sql: Sql, journal: JournalStore) {
  return {
    async openIncident(alert: StoredAlert, title: string): Promise<Incident> {
      const { rows } = await sql.query<IncidentRow>(
        // Not from the sequence, which leaves gaps after a rollback and dozens after a crash: people would look
        // for the incidents between. Only the holder of the lease on placing opens any.
        `insert into incident (id, title, service, services, severity) overriding system value
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4 from incident returning ${INCIDENT}`,
        [title, alert.service, alert.service ? [alert.service] : [], alert.severity],
      );
      const [incident] = rows;
      if (!incident) throw new Error('openIncident: the insert returned no row');
      return incident;
    },

    async moveIncident(
      incident: Incident,
      to: IncidentState,
      why: string,
      by: string = SITREP,
    ): Promise<boolean> {
      if (!mayMove(incident.state, to))
        throw new Error(`an incident cannot go from ${incident.state} to ${to}`);
      const { rowCount } = await sql.query(
        `update incident
            set state = $3,
                resolved_at = case when $3 = 'open' then null when $3 in ('resolved','closed') then coalesce(resolved_at, now())
                                   else resolved_at end
          where id = $1 and state = $2`,
        [incident.id, incident.state, to],
      );
      if (rowCount === 0) return false;
      await journal.record({
        kind: 'incident.moved',
        incidentId: incident.id,
        actor: by,
        from: incident.state,
        to,
        why,
      });
      return true;
    },

    async replaceEvidence(incidentId: number, evidence: Evidence[]): Promise<void> {
      await sql.query(`update evidence set current = false where incident_id = $1`, [incidentId]);
      for (const one of evidence) {
        const found = [incidentId, one.about.kind, one.title, one.quote];
        const judged = [one.link, one.why, one.score, JSON.stringify(one.about)];
        const confidence = one.confidence ? JSON.stringify(one.confidence) : null;
        const { rowCount } = await sql.query(
          `update evidence set current = true, link = $5, why = $6, score = $7, about = $8, confidence = $9
            where incident_id = $1 and kind = $2 and title = $3 and quote = $4`,
          [...found, ...judged, confidence],
        );
        if (rowCount > 0) continue;
        await sql.query(
          `insert into evidence (incident_id, kind, title, quote, link, why, score, about, confidence)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [...found, ...judged, confidence],
        );
      }
    },

    async replaceHypotheses(
      incidentId: number,
      by: Hypothesis['by'],
      hypotheses: Hypothesis[],
    ): Promise<void> {
      await sql.query(`delete from hypothesis where incident_id = $1 and by = $2`, [incidentId, by]);
      for (const one of hypotheses) {
        await sql.query(
          `insert into hypothesis (incident_id, statement, verdict, evidence_for, evidence_against, by)
           values ($1, $2, $3, $4, $5, $6)`,
          [incidentId, one.statement, one.verdict, one.evidenceFor, one.evidenceAgainst, by],
        );
      }
    },

    async secondsQuiet(incidentId: number): Promise<number> {
      const { rows } = await sql.query<{ quiet: number }>(
        `select extract(epoch from now() - last_change_at)::float8 as quiet from incident where id = $1`,
        [incidentId],
      );
      return rows[0]?.quiet ?? 0;
    },

    async savePostmortem(incidentId: number, markdown: string): Promise<void> {
      await sql.query(
        `insert into postmortem (incident_id, markdown) values ($1, $2)
         on conflict (incident_id) do update set markdown = excluded.markdown, drafted_at = now()`,
        [incidentId, markdown],
      );
    },

    /** Incidents that are over, of the same service or rule, the best match and then the youngest first. */
    /** `alike` are the numbers of incidents that read alike, the most alike first; they count as much as a service. */
    async similar(
      incident: Incident,
      alertNames: string[],
      alike: readonly number[],
      limit: number,
    ): Promise<PastIncident[]> {
      const { rows } = await sql.query<PastIncident & Record<string, unknown>>(
        `select i.id, i.title, i.service, i.severity, i.opened_at as "openedAt",
                coalesce((select array_agg(p.action->>'tool' order by (p.consent->'plan'->>'step')::int) from proposal p
                   where p.incident_id = i.id and ${HELPED}
                   group by coalesce(p.consent->'plan'->>'id', p.id::text)
                  having bool_or((p.consent->'predicate'->>'alertsResolved')::bool)
                   order by max(p.decided_at) desc limit 1), '{}') as worked
           from incident i
          where i.id <> $1 and i.state in ('resolved', 'closed') and i.erased_at is null
            and (i.services && $2 or i.id = any($4::bigint[])
                 or exists (select from alert a where a.incident_id = i.id and a.name = any($3)))
          order by (i.services && $2)::int + (i.id = any($4::bigint[]))::int
                 + exists(select from alert a where a.incident_id = i.id and a.name = any($3))::int desc,
                 array_position($4::bigint[], i.id) nulls last, i.id desc
          limit $5`,
        [incident.id, incident.services, alertNames, alike, limit],
      );
      return rows;
    },
  };
}
