import { openDatabase } from '../../src/adapters/postgres/open.ts';

export type RecordedAlert = {
  fingerprint: string;
  startsAt: Date;
  endsAt: Date | null;
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  incidentId: number | null;
  /** `none`: of no incident, not kept quiet and not waiting for either, because it was over when it came. */
  place: 'incident' | 'quiet' | 'waiting' | 'none';
};

export type AlertRecord = {
  alerts: RecordedAlert[];
  /** What came in, as it was counted while it did. */
  intake: { received: number; fresh: number; resolved: number; repeated: number };
  /** The alerts of all incidents, as their incidents have counted them. */
  counted: { firing: number; total: number };
};

/** Reads what a Sitrep that has been stopped has on record about its alerts. */
export async function readRecord(home: string, url: string | undefined): Promise<AlertRecord> {
  const database = await openDatabase({ url, home });
  try {
    const alerts = await database.query<RecordedAlert>(
      `select fingerprint, starts_at as "startsAt", ends_at as "endsAt", status, labels, incident_id as "incidentId",
              case when pending then 'waiting' when incident_id is not null then 'incident'
                   when quiet_reason is not null then 'quiet' when tombstone then 'none' end as place
         from alert order by id`,
    );
    const intake = await database.query<AlertRecord['intake']>(
      `select sum(received)::int as received, sum(fresh)::int as fresh, sum(resolved)::int as resolved,
              sum(repeated)::int as repeated
         from intake`,
    );
    const counted = await database.query<AlertRecord['counted']>(
      'select sum(firing)::int as firing, sum(total)::int as total from incident_rule',
    );
    const [sums] = intake.rows;
    const [counts] = counted.rows;
    if (!sums || !counts) throw new Error('a sum gave no row');
    return { alerts: alerts.rows, intake: sums, counted: counts };
  } finally {
    await database.close();
  }
}
