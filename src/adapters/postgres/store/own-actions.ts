import type { Blamed, OwnAction } from '../../../incident/own-action.ts';
import type { Sql } from '../sql.ts';
import { HELPED } from './plans.ts';

const MOST = 200;

/** What Sitrep itself has done to deployments, and what was found guilty by it or by people. */
export function ownActionStore(sql: Sql) {
  return {
    /**
     * Actions on deployments that were sent since then, the oldest first; what was refused was never done. Whether a step
     * helped that has succeeded is not clear before its whole plan has.
     */
    async ownActions(since: Date): Promise<OwnAction[]> {
      const { rows } = await sql.query<OwnAction & Record<string, unknown>>(
        `select p.action->>'tool' as tool, p.action->'arguments'->>'namespace' as namespace,
                p.action->'arguments'->>'deployment' as deployment, x.sent_at as at,
                coalesce(p.decided_by, 'sitrep') as by, p.undoes is not null as undid,
                case when p.state = 'succeeded' and p.undoes is null and not ${HELPED} then 'inconclusive' else p.state end as state,
                substring(p.consent->'target'->>'observedVersion' from 'template ([0-9a-f]{16})$') as template,
                case when p.inverse->>'tool' = 'kubernetes.rollback'
                     then (p.inverse->'arguments'->>'revision')::int end as left
           from proposal p join execution x on x.proposal_id = p.id
          where x.sent_at >= $1 and p.state <> 'superseded' and p.action->'arguments'->>'deployment' is not null
          order by x.sent_at desc limit ${MOST}`,
        [since],
      );
      return rows.toReversed();
    },

    /** Revisions whose rollback helped, also within a plan, and revisions and commits that people have called the right suspect. */
    async blamed(): Promise<Blamed[]> {
      const { rows } = await sql.query<Blamed & Record<string, unknown>>(
        `(select p.inverse->'arguments'->>'namespace' as namespace, p.inverse->'arguments'->>'deployment' as deployment,
                 (p.inverse->'arguments'->>'revision')::int as revision,
                 (select e.about->>'template' from evidence e
                   where e.incident_id = p.incident_id and e.kind = 'deploy'
                     and e.about->>'namespace' = p.inverse->'arguments'->>'namespace'
                     and e.about->>'deployment' = p.inverse->'arguments'->>'deployment'
                     and e.about->'revision' = p.inverse->'arguments'->'revision'
                   order by e.id desc limit 1) as template,
                 null as sha
            from proposal p
           where ${HELPED} and p.action->>'tool' = 'kubernetes.rollback'
             and p.inverse->>'tool' = 'kubernetes.rollback'
           order by p.created_at desc limit ${MOST})
         union all
         (select e.about->>'namespace', e.about->>'deployment', (e.about->>'revision')::int, e.about->>'template',
                 case when e.kind = 'commit' then e.about->>'sha' end
            from (select distinct on (evidence_id) evidence_id, verdict from label
                   where kind = 'culprit' and retracted_at is null
                   order by evidence_id desc, said_at desc, id desc limit ${MOST}) said
            join evidence e on e.id = said.evidence_id
           where said.verdict = 'right' and e.kind in ('commit', 'deploy'))`,
      );
      return rows;
    },
  };
}
