import { inertChange, type RecordedChange } from '../../../incident/change.ts';
import type { Sql } from '../sql.ts';

/** How far a repository was read, and what the server need not send again. */
export type ChangeCursor = {
  knownUntil: Date | null;
  etags: Record<string, { url: string; etag: string }>;
};

const MOST = 500;

/**
 * The record of changes. Putting a change again is harmless; what is complete is never made less, nor an end
 * that is known replaced by an earlier one that arrives late. What a source dates in the future counts from
 * its arrival and says so: else it would be found by no incident and forgotten never.
 */
export function changeStore(sql: Sql) {
  return {
    async putChanges(changes: readonly RecordedChange[]): Promise<void> {
      if (changes.length === 0) return;
      // One statement may touch a row only once; the last of the same name counts, the complete before others.
      const byName = new Map<string, RecordedChange>();
      for (const change of changes.map(inertChange)) {
        const name = JSON.stringify([change.kind, change.repo, change.key]);
        if (change.complete || !byName.get(name)?.complete) byName.set(name, change);
      }
      await sql.query(PUT, [JSON.stringify([...byName.values()])]);
    },

    async changes(query: { repos: readonly string[]; since: Date; until: Date }): Promise<RecordedChange[]> {
      const { rows } = await sql.query<RecordedChange>(
        `select ${COLUMNS} from change where (repo = any($1) or repo like 'flags:%') and at between $2 and $3
          and (complete or kind <> 'deploy') order by at desc, id desc limit ${MOST}`,
        [[...query.repos], query.since, query.until],
      );
      return rows;
    },

    async knownUntil(repos: readonly string[]): Promise<Map<string, Date>> {
      const { rows } = await sql.query<{ repo: string; until: Date }>(
        `select repo, known_until as until from change_cursor where repo = any($1) and known_until is not null`,
        [[...repos]],
      );
      return new Map(rows.map(({ repo, until }) => [repo, until]));
    },

    async changeCursor(repo: string): Promise<ChangeCursor> {
      const { rows } = await sql.query<ChangeCursor>(
        `select known_until as "knownUntil", etags from change_cursor where repo = $1`,
        [repo],
      );
      return rows[0] ?? { knownUntil: null, etags: {} };
    },

    /** Moves the cursor, never back. A null `knownUntil` leaves it and only notes what happened. */
    async moveChangeCursor(
      repo: string,
      to: ChangeCursor & { problem: string | null; remaining: number | null },
    ): Promise<void> {
      await sql.query(
        `insert into change_cursor (repo, known_until, etags, problem, remaining) values ($1, $2, $3, $4, $5)
         on conflict (repo) do update
            set known_until = greatest(change_cursor.known_until, excluded.known_until), etags = excluded.etags,
                problem = excluded.problem, remaining = coalesce(excluded.remaining, change_cursor.remaining), looked_at = now()`,
        [repo, to.knownUntil, JSON.stringify(to.etags), to.problem, to.remaining],
      );
    },

    /** Changes whose details are still to be read, the newest first. */
    async incompleteChanges(
      kind: RecordedChange['kind'],
      repo: string,
      limit: number,
    ): Promise<RecordedChange[]> {
      const { rows } = await sql.query<RecordedChange>(
        `select ${COLUMNS} from change where kind = $1 and repo = $2 and not complete order by at desc limit $3`,
        [kind, repo, limit],
      );
      return rows;
    },

    /** Forgets what happened more than `days` ago. */
    async forgetChanges(days: number): Promise<void> {
      await sql.query(`delete from change where at < now() - make_interval(days => $1)`, [days]);
    },

    /** What keeps the record behind, by repository, for doctor. */
    async changeStates(): Promise<{ repo: string; knownUntil: Date | null; problem: string | null }[]> {
      const { rows } = await sql.query<{ repo: string; knownUntil: Date | null; problem: string | null }>(
        `select repo, known_until as "knownUntil", problem from change_cursor order by repo`,
      );
      return rows;
    },
  };
}

const COLUMNS = `kind, repo, key, at, author, subject, body, files, url, service, environment, sha, flag, complete`;

// Clocks differ by some minutes; what is dated further ahead arrives at now(), and where it arrives again at the
// time of the first.
const PUT = `
  insert into change (${COLUMNS})
  select kind, repo, key, case when ahead then now() else at end, author, subject,
         case when ahead then concat_ws(E'\\n', 'Its source dates it in the future: ' || at_text || '.', nullif(body, ''))
              else body end,
         files, url, service, environment, sha, flag, complete
    from jsonb_to_recordset($1) as given (kind text, repo text, key text, at timestamptz, author text, subject text,
           body text, files jsonb, url text, service text, environment text, sha text, flag jsonb, complete boolean),
         lateral (select at > now() + interval '5 minutes' as ahead,
                         to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at_text) clock
   order by kind, repo, key
  on conflict (kind, repo, key) do update
     set at = case when excluded.at = now() then least(change.at, excluded.at) else excluded.at end,
         author = excluded.author, subject = excluded.subject, body = excluded.body, files = excluded.files,
         url = coalesce(excluded.url, change.url), service = coalesce(excluded.service, change.service),
         environment = coalesce(excluded.environment, change.environment), sha = coalesce(excluded.sha, change.sha),
         flag = excluded.flag, complete = excluded.complete
   where not change.complete or (excluded.complete and excluded.at >= change.at)`;
