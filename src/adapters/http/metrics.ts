import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Sql } from '../postgres/sql.ts';

/** Sitrep's own metrics; what is counted is read from the database when somebody asks. */
export function createMetrics(sql: Sql, mcpBlocked: () => { server: string; tool: string }[] = () => []) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'sitrep_' });
  const gauges = {
    incidents: gauge('sitrep_incidents', 'Incidents by state', ['state']),
    alerts: gauge('sitrep_alerts', 'Alerts by status', ['status']),
    proposals: gauge('sitrep_proposals', 'Proposals by state', ['state']),
    unplaced: gauge('sitrep_alerts_waiting', 'Alerts that have not been placed yet', []),
    waiting: gauge('sitrep_messages_waiting', 'Slack messages that are not yet as wanted', []),
    changesLag: gauge('sitrep_changes_lag_seconds', 'How far the record of changes is behind', ['repo']),
    unsigned: gauge('sitrep_audit_entries_unsigned', 'Audit entries that no checkpoint vouches for yet', []),
    copyFailing: gauge(
      'sitrep_audit_copy_failing_seconds',
      'For how long a place has not taken its copies of checkpoints; 0 where it does',
      ['place'],
    ),
    githubLeft: gauge('sitrep_github_requests_left', 'Requests that GitHub still allows until its reset', []),
    mcpBlocked: gauge('sitrep_mcp_tool_blocked', 'MCP tools that are not what was pinned', [
      'server',
      'tool',
    ]),
  };
  function gauge(name: string, help: string, labelNames: string[]) {
    return new Gauge({ name, help, labelNames, registers: [registry] });
  }
  async function counts(of: Gauge, label: string, text: string): Promise<void> {
    of.reset();
    const { rows } = await sql.query<{ label: string; count: number }>(text);
    for (const row of rows) of.set({ [label]: row.label }, row.count);
  }
  async function count(of: Gauge, text: string): Promise<void> {
    const { rows } = await sql.query<{ count: number }>(text);
    of.set(rows[0]?.count ?? 0);
  }
  return async (): Promise<{ contentType: string; text: string }> => {
    await counts(
      gauges.incidents,
      'state',
      `select state as label, count(*)::int as count from incident group by 1`,
    );
    await counts(
      gauges.alerts,
      'status',
      `select status as label, count(*)::int as count from alert group by 1`,
    );
    await counts(
      gauges.proposals,
      'state',
      `select state as label, count(*)::int as count from proposal group by 1`,
    );
    await count(gauges.unplaced, `select count(*)::int as count from alert where pending`);
    await count(gauges.waiting, `select count(*)::int as count from message where wanted > shown`);
    await count(
      gauges.unsigned,
      `select coalesce((select max(seq) from audit), 0) - coalesce((select max(seq) from audit_checkpoint), 0) as count`,
    );
    await counts(
      gauges.copyFailing,
      'place',
      `select place as label, coalesce(extract(epoch from now() - failing_since), 0)::float8 as count from audit_place`,
    );
    await counts(
      gauges.changesLag,
      'repo',
      `select repo as label, extract(epoch from now() - known_until)::float8 as count from change_cursor where known_until is not null`,
    );
    await count(
      gauges.githubLeft,
      `select remaining as count from change_cursor where remaining is not null order by looked_at desc limit 1`,
    );
    gauges.mcpBlocked.reset();
    for (const one of mcpBlocked()) gauges.mcpBlocked.set(one, 1);
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}
