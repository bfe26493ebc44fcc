import type { Verdict } from '../../../incident/answer.ts';
import type { GuiltyChange } from '../../../enrich/changed.ts';
import type { AnswerKind } from '../../../incident/confidence-model.ts';
import type { StoredEvidence } from '../../../incident/evidence.ts';
import type { Learnt } from '../../../learn/confidence.ts';
import type { Labelled } from '../../../learn/recalibrate.ts';
import type { Sql } from '../sql.ts';
import { ALONE, HELPED } from './plans.ts';
import { EVIDENCE, type EvidenceRow } from './rows.ts';

/** The labels that count: old ones weigh little, and a fit must stay cheap. */
const MOST_LABELS = 2000;
/** What was guilty longer ago says little of the code as it is. */
const MOST_GUILTY = 200;

export function labelStore(sql: Sql) {
  return {
    async lockLabels(): Promise<void> {
      await sql.query(`select pg_advisory_xact_lock(hashtext(current_schema() || '/labels'))`);
    },

    async evidencePiece(id: number): Promise<(StoredEvidence & { incidentId: number }) | null> {
      const { rows } = await sql.query<EvidenceRow & { incidentId: number }>(
        `select ${EVIDENCE}, incident_id as "incidentId" from evidence where id = $1`,
        [id],
      );
      return rows[0] ?? null;
    },

    /** What this person says of this evidence now; null when they have said nothing or taken it back. */
    async verdictBy(evidenceId: number, person: string): Promise<Verdict | null> {
      const { rows } = await sql.query<{ verdict: Verdict }>(
        `select verdict from label where evidence_id = $1 and said_by = $2 and retracted_at is null`,
        [evidenceId, person],
      );
      return rows[0]?.verdict ?? null;
    },

    /** Puts a person's word in place of the one before; null takes it back. */
    async setVerdict(
      evidenceId: number,
      kind: AnswerKind,
      person: string,
      verdict: Verdict | null,
    ): Promise<void> {
      await sql.query(
        `update label set retracted_at = now() where evidence_id = $1 and said_by = $2 and retracted_at is null`,
        [evidenceId, person],
      );
      if (verdict === null) return;
      await sql.query(
        `insert into label (incident_id, kind, evidence_id, verdict, features, shipped, said_by)
         select incident_id, $2, id, $3, confidence->'shipped'->'features',
                (confidence->'shipped'->>'probability')::float8, $4
           from evidence where id = $1`,
        [evidenceId, kind, verdict, person],
      );
    },

    /**
     * Commits that were guilty in other incidents, the youngest first: people said so, or nobody said anything and
     * their revert, or the rollback of what they came with, has helped.
     */
    async guiltyCommits(incidentId: number): Promise<GuiltyChange[]> {
      const { rows } = await sql.query<GuiltyChange & Record<string, unknown>>(
        `select e.about->>'repo' as repo, e.about->>'sha' as sha, e.about->'paths' as paths
           from evidence e
           left join lateral (
             select verdict from label l
              where l.evidence_id = e.id and l.retracted_at is null
              order by said_at desc, id desc limit 1) as said on true
          where e.kind = 'commit' and e.incident_id <> $1
            and (said.verdict = 'right' or said.verdict is null and exists (
              select from proposal p
               where p.incident_id = e.incident_id and ${HELPED}
                 and (p.action->>'tool' = 'github.open_revert_pull_request'
                      and p.action->'arguments'->>'sha' = e.about->>'sha'
                      or p.action->>'tool' = 'kubernetes.rollback' and exists (
                        select from evidence d
                         where d.incident_id = e.incident_id and d.kind = 'deploy'
                           and d.about->>'namespace' = p.action->'arguments'->>'namespace'
                           and d.about->>'deployment' = p.action->'arguments'->>'deployment'
                           and d.about->>'previousRevision' = p.action->'arguments'->>'revision'
                           and starts_with(e.about->>'sha', d.about->>'sha')))))
          order by e.id desc limit ${MOST_GUILTY}`,
        [incidentId],
      );
      return rows;
    },

    /**
     * The labelled answers of a kind that carried a probability, the oldest first, each once: of several
     * people the last word counts. A fix is labelled by what its verification came to.
     */
    async labelled(kind: AnswerKind): Promise<Labelled[]> {
      const { rows } = await sql.query<Labelled & Record<string, unknown>>(
        `select shipped, "right", at from (
           select * from (
             select distinct on (evidence_id, proposal_id) shipped, verdict = 'right' as "right", said_at as at
               from label
              where kind = $1 and retracted_at is null and shipped is not null
              order by evidence_id, proposal_id, said_at desc, id desc) as said
           union all
           select (p.confidence->'shipped'->>'probability')::float8, p.outcome = 'succeeded', p.outcome_at
             from proposal p
            where $1 = 'fix' and p.outcome in ('succeeded', 'failed') and p.undoes is null and p.confidence->'shipped' is not null
               and p.consent->'asked'->>'delivers' is distinct from 'review' and p.${ALONE}
              and not exists (select from label l where l.proposal_id = p.id and l.retracted_at is null)
           order by at desc limit ${MOST_LABELS}) as youngest
         order by at`,
        [kind],
      );
      return rows;
    },

    async learnt(kind: AnswerKind): Promise<Learnt | null> {
      const { rows } = await sql.query<Learnt & Record<string, unknown>>(
        `select shift, slope, covariance, labels, answers from recalibration where kind = $1`,
        [kind],
      );
      return rows[0] ?? null;
    },

    async setLearnt(kind: AnswerKind, learnt: Learnt): Promise<void> {
      await sql.query(
        `insert into recalibration (kind, version, shift, slope, covariance, labels, answers)
         values ($1, 1, $2, $3, $4, $5, $6)
         on conflict (kind) do update
            set version = recalibration.version + 1, shift = excluded.shift, slope = excluded.slope,
                covariance = excluded.covariance, labels = excluded.labels, answers = excluded.answers,
                fitted_at = now()`,
        [
          kind,
          learnt.shift,
          learnt.slope,
          JSON.stringify(learnt.covariance),
          learnt.labels,
          JSON.stringify(learnt.answers),
        ],
      );
    },
  };
}
