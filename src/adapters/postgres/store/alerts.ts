import type { Sql } from '../sql.ts';

export function alertStore(sql: Sql) {
  return {
    async firingAlerts(incidentId: number): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(
        `select count(*)::int as count from alert where incident_id = $1 and status = 'firing'`,
        [incidentId],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
