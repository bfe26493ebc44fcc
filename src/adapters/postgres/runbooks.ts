import { toSql } from 'pgvector';
import { createHash } from 'node:crypto';
import { DIMENSIONS, embed } from '../../incident/embedding.ts';
import type { RunbookSearch } from '../../enrich/enrich.ts';
import type { Runbook } from '../../incident/runbook.ts';
import { keywords, words } from '../../incident/words.ts';
import type { Evidence } from '../../incident/evidence.ts';
import { plain } from '../../incident/text.ts';
import { rankPassages, type Candidate, type Ranked } from './runbook-ranking.ts';
import type { Sql } from './sql.ts';

/** The runbooks as the database holds them: passages that search finds, and which file they came from. */
export interface RunbookStore extends RunbookSearch {
  /** Puts the passages of one file in place of those it had, in one statement. */
  replaceFile(runbook: Runbook, fileHash: string): Promise<void>;
  /** Removes the passages of one file; a file that is not there is no error. */
  removeFile(path: string): Promise<void>;
  /** Hash of the content of each stored file, by path. */
  files(): Promise<Map<string, string>>;
}

/** A quote must fit a message of the thread beside others. */
const MOST_QUOTED = 900;
/** A single long runbook must not push the others out of a short list. */
const MOST_PER_FILE = 2;
/** More words than these say no more about an alert, but each costs an index lookup. */
const MOST_WORDS = 80;
const NEIGHBOURS = 40;

/** Opens the runbooks kept in table `passage`. Methods throw `DatabaseError`. */
export function runbookStore(sql: Sql): RunbookStore {
  async function byWords(asked: { word: string; weight: number }[]): Promise<LexicalRow[]> {
    if (asked.length === 0) return [];
    const { rows } = await sql.query<LexicalRow>(LEXICAL, [
      asked.map(({ word }) => word),
      asked.map(({ weight }) => weight),
    ]);
    return rows;
  }

  async function byVector(text: string): Promise<number[]> {
    const vector = embed(text);
    // The cosine distance to a vector of length zero is not a number.
    if (vector.every((value) => value === 0)) return [];
    const { rows } = await sql.query<{ id: number }>(
      `select id from passage order by embedding <=> $1::vector, id limit ${NEIGHBOURS}`,
      [toSql(vector)],
    );
    return rows.map(({ id }) => id);
  }

  return {
    async search(query, limit) {
      const named = query.alerts.join(' ');
      const asked = weighted(`${named} ${query.text}`, keywords(named));
      const lexical = await byWords(asked);
      const vector = await byVector(`${named} ${query.text}`);
      const { rows } = await sql.query<Candidate>(CANDIDATES, [
        [...lexical.map(({ id }) => id), ...vector],
        query.alerts,
        fileNames(query.text),
      ]);
      const ranked = rankPassages(rows, lexical, vector, { ...query, files: fileNames(query.text) });
      return spread(ranked).slice(0, limit).map(evidenceOf);
    },

    async replaceFile(runbook, fileHash) {
      const { path, title, alerts, services } = runbook;
      // A file of front matter alone still recommends actions for its alerts, so it needs one passage.
      const passages =
        runbook.passages.length > 0 ? runbook.passages : [{ position: 0, heading: title, body: title }];
      const rows = passages.map(({ position, heading, body }) => ({
        position,
        heading,
        body,
        named: words(`${title} ${path.replace(/\.md$/, '')} ${alerts.join(' ')}`).join(' '),
        headed: words(heading).join(' '),
        said: words(body).join(' '),
        embedding: toSql(embed(`${title} ${alerts.join(' ')} ${heading} ${body}`)),
      }));
      await sql.query(REPLACE, [
        path,
        rows.length,
        title,
        services,
        alerts,
        JSON.stringify(runbook.actions),
        fileHash,
        JSON.stringify(rows),
      ]);
    },

    async removeFile(path) {
      await sql.query('delete from passage where path = $1', [path]);
    },

    async files() {
      const { rows } = await sql.query<{ path: string; hash: string }>(
        'select path, min(file_hash) as hash from passage group by path',
      );
      return new Map(rows.map(({ path, hash }) => [path, hash]));
    },
  };
}

/** What `fileHash` is: it covers the vector's length too, so that another embedding reads everything again. */
export function runbookHash(content: string): string {
  return createHash('sha256').update(`${DIMENSIONS}\n${content}`).digest('hex');
}

type LexicalRow = { id: number; score: number; coverage: number };

// Each word counts by how rare it is among the files and by where it stands in the passage; ts_rank alone
// knows nothing of rarity. `coverage` is the share of what was asked that a passage has, by the same
// weights, and whole only in a title; a word that no file has weighs as much as the rarest one, so strange questions score low.
// Source of the rarity: Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25”, 2009.
const LEXICAL = `
  with asked as materialized (
    select word, weight, plainto_tsquery('english', word) as query
    from unnest($1::text[], $2::float8[]) as a (word, weight)
  ), hit as materialized (
    select p.id, p.path, a.word, a.weight, ts_rank('{0.1,0.3,0.6,1}', p.words, a.query) as place
    from asked a join passage p on p.words @@ a.query
    where numnode(a.query) > 0
  ), total as (
    select greatest(count(distinct path), 1) as files from passage
  ), rarity as materialized (
    select a.word, a.weight,
           ln(1 + (total.files - count(distinct h.path) + 0.5) / (count(distinct h.path) + 0.5)) as idf
    from asked a cross join total left join hit h on h.word = a.word
    where numnode(a.query) > 0
    group by a.word, a.weight, total.files
  )
  select h.id, sum(h.place * h.weight * r.idf)::float8 as score,
         (sum(h.weight * r.idf * least(1, h.place / 0.6)) / (select sum(weight * idf) from rarity))::float8 as coverage
  from hit h join rarity r on r.word = h.word
  group by h.id
  order by score desc, h.id
  limit ${NEIGHBOURS}`;

const CANDIDATES = `
  select id, path, title, heading, body, services, alerts, actions from passage
  where id = any($1::bigint[]) or alerts && $2::text[] or regexp_replace(path, '^.*/', '') = any($3::text[])`;

// Deleting and inserting touch different rows, so one statement may do both and readers see either version whole.
const REPLACE = `
  with surplus as (delete from passage where path = $1 and position >= $2)
  insert into passage (path, position, title, heading, body, services, alerts, actions, file_hash, words, embedding)
  select $1, p.position, $3, p.heading, p.body, $4, $5, $6::jsonb, $7,
         setweight(to_tsvector('english', p.named), 'A') || setweight(to_tsvector('english', p.headed), 'B') ||
         setweight(to_tsvector('english', p.said), 'C'),
         p.embedding::vector
  from jsonb_to_recordset($8::jsonb) as p (position int, heading text, body text, named text, headed text, said text, embedding text)
  on conflict (path, position) do update set
    title = excluded.title, heading = excluded.heading, body = excluded.body, services = excluded.services,
    alerts = excluded.alerts, actions = excluded.actions, file_hash = excluded.file_hash,
    words = excluded.words, embedding = excluded.embedding`;

/** The telling words of a question; those of the alerts' names count twice. */
function weighted(text: string, named: ReadonlySet<string>): { word: string; weight: number }[] {
  return [...keywords(text)].slice(0, MOST_WORDS).map((word) => ({ word, weight: named.has(word) ? 2 : 1 }));
}

/** Names of Markdown files in a text, and of pages below “runbooks/”: how a runbook_url names a runbook. */
function fileNames(text: string): string[] {
  const files = text.match(/[\w-][\w.-]*\.md\b/g) ?? [];
  const pages = [...text.matchAll(/runbooks?\/(?:[\w-]+\/)*([\w-]+)(?![\w./-])/g)].map(
    ([, name]) => `${name}.md`,
  );
  return [...new Set([...files, ...pages])];
}

function spread(ranked: Ranked[]): Ranked[] {
  const shown = new Map<string, number>();
  return ranked.filter(({ path }) => {
    const times = (shown.get(path) ?? 0) + 1;
    shown.set(path, times);
    return times <= MOST_PER_FILE;
  });
}

function evidenceOf({ path, title, heading, body, actions, score, why }: Ranked): Evidence {
  return {
    title: plain(heading === title ? title : `${title} › ${heading}`, 200),
    quote: plain(body, MOST_QUOTED),
    link: `runbooks/${path}`,
    why,
    score,
    about: { kind: 'runbook', path, heading, actions },
  };
}
