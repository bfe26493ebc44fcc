import { keyOf, type Sender } from '../rig/sender.ts';
import type { SlackRecorder } from '../rig/slack.ts';
import type { Storage } from '../rig/storage.ts';

/** What is not as it should be once everything is quiet. All empty or zero where all is well. */
export type Findings = {
  /** Acknowledged alerts without a row. */
  lost: string[];
  /** Acknowledged firing alerts that nobody can see: no incident in Slack has them, and no reason was given. */
  invisible: string[];
  /** Messages that Slack has more than once, by the id of the outbox. */
  doubled: number;
  /** Messages that the outbox believes to stand in Slack and that do not. */
  missing: number;
};

type AlertRow = {
  fingerprint: string;
  startsAt: Date;
  incidentId: string | null;
  quiet: string | null;
  tombstone: boolean;
  /** The storm that its incident was opened in: until that is over, the storm's message stands for it. */
  storm: string | null;
};

/**
 * What is still under way, a line for each kind: alerts without a place, messages that are not as wanted, and
 * durable steps that are due or were being carried out. Read as JSON where versions of the schema differ.
 */
export async function whatWaits(storage: Storage): Promise<string[]> {
  const rows = await query<{ what: string; count: number }>(
    storage,
    `select 'alert without a place' as what, count(*)::int as count from alert a
      where coalesce((to_jsonb(a) ->> 'pending')::boolean, incident_id is null and not tombstone)
     union all
     select 'message ' || split_part(slot, ':', 1) || case when sending then ' being sent' else '' end,
            count(*)::int
       from message m where wanted > shown and not coalesce((to_jsonb(m) ->> 'held')::boolean and ts is null, false)
      group by 1
     union all
     select 'step ' || name || ' ' || state::text, count(*)::int from sitrep_jobs.job
      where name not like '\\_\\_%' and (state = 'active' or state in ('created', 'retry') and start_after <= now())
      group by 1`,
  );
  return rows.filter(({ count }) => count > 0).map(({ what, count }) => `${count} × ${what}`);
}

/** Compares the sender's own log with the database, and the database with what Slack got. */
export async function audit(storage: Storage, sender: Sender, slack: SlackRecorder): Promise<Findings> {
  const alerts = await query<AlertRow>(
    storage,
    `select fingerprint, starts_at as "startsAt", incident_id as "incidentId", tombstone,
            to_jsonb(a) ->> 'quiet_reason' as quiet,
            (select to_jsonb(i) ->> 'storm_id' from incident i where i.id = a.incident_id) as storm
       from alert a`,
  );
  const rows = new Map(alerts.map((row) => [keyOf(row), row]));
  const seen = incidentsInSlack(slack);
  const stormShown = slack.posts.some((post) => post.content.includes('Alert storm'));
  const lost: string[] = [];
  const invisible: string[] = [];
  for (const key of sender.acknowledged.keys()) {
    const row = rows.get(key);
    if (!row) lost.push(key);
    else if (!row.tombstone && row.quiet === null && !(row.storm !== null && stormShown)) {
      if (!seen.has(`INC-${row.incidentId}`)) invisible.push(key);
    }
  }
  const messages = await query<{ id: string; ts: string }>(
    storage,
    `select id, ts from message where ts is not null`,
  );
  const posted = new Set(slack.posts.map((post) => `${post.id} ${post.ts}`));
  return {
    lost,
    invisible,
    doubled: countDoubled(slack),
    missing: messages.filter(({ id, ts }) => !posted.has(`${id} ${ts}`)).length,
  };
}

/** How many posts repeat one that was there already. */
export function countDoubled(slack: SlackRecorder): number {
  const ids = slack.posts.flatMap((post) => post.id ?? []);
  return ids.length - new Set(ids).size;
}

/** Every incident that is named in a message at the top of the channel: in its own, or in a storm's list. */
function incidentsInSlack(slack: SlackRecorder): Set<string> {
  const roots = slack.posts.filter((post) => post.threadTs === null);
  return new Set(roots.flatMap((post) => [post.incident ?? '', ...(post.content.match(/INC-\d+/g) ?? [])]));
}

async function query<R>(storage: Storage, text: string): Promise<R[]> {
  if (!storage.query) throw new Error('This bench needs a PostgreSQL server.');
  return storage.query<R>(text);
}
