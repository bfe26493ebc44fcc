import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { intakeStore } from '../../../src/adapters/postgres/store/intake.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { Batch } from '../../../src/receive/receive.ts';
import { testDatabase } from '../../support/database.ts';
import { emptyDatabase } from '../../support/empty-database.ts';
import { alert as example, minutes } from '../../support/examples.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const firing = (over: Partial<Alert> = {}): Alert => example(over);
const resolved = (over: Partial<Alert> = {}): Alert =>
  firing({ status: 'resolved', endsAt: minutes(5), ...over });
const batch = (...alerts: Alert[]): Batch => ({ source: 'alertmanager', deliveryId: null, alerts });

const record = (...batches: Batch[]) => db.tx((sql) => intakeStore(sql).recordDeliveries(batches));
/** What is on record, one word an alert, in the order of their starts. */
async function standing(): Promise<string[]> {
  const { rows } = await db.query<{ text: string }>(
    `select case when tombstone then 'tombstone' else status end || case when pending then ' pending' else '' end as text
       from alert order by fingerprint, starts_at`,
  );
  return rows.map((row) => row.text);
}

describe('recording deliveries', () => {
  it('answers each delivery with what it changed', async () => {
    const answers = await record(
      batch(firing(), firing({ fingerprint: 'f2' })),
      batch(firing()),
      batch(resolved(), firing({ fingerprint: 'f3' })),
    );
    expect(answers).toEqual([
      { fresh: 2, resolved: 0, repeated: 0 },
      { fresh: 0, resolved: 0, repeated: 1 },
      { fresh: 1, resolved: 1, repeated: 0 },
    ]);
    expect(await standing()).toEqual(['resolved pending', 'firing pending', 'firing pending']);
  });

  it('counts what came in, and the counts add up', async () => {
    await record(batch(firing(), firing({ fingerprint: 'f2' }), firing()));
    await record(batch(resolved()), { ...batch(firing({ source: 'json' })), source: 'json' });
    const { rows } = await db.query(
      `select source, sum(received)::int as received, sum(fresh)::int as fresh, sum(resolved)::int as resolved,
              sum(repeated)::int as repeated from intake group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { source: 'alertmanager', received: 4, fresh: 2, resolved: 1, repeated: 1 },
      { source: 'json', received: 1, fresh: 1, resolved: 0, repeated: 0 },
    ]);
  });

  it.each([
    ['fired and over', [firing(), resolved()], ['resolved pending']],
    ['over before it fired', [resolved(), firing()], ['tombstone']],
    ['said again after its end', [firing(), resolved(), firing()], ['resolved pending']],
    [
      'fired anew',
      [firing(), resolved(), firing({ startsAt: minutes(9) })],
      ['resolved pending', 'firing pending'],
    ],
    ['an older end', [firing({ startsAt: minutes(9) }), resolved()], ['tombstone', 'firing pending']],
  ])('keeps the order of what is said about one alert: %s', async (_, alerts, expected) => {
    await record(batch(...alerts));
    expect(await standing()).toEqual(expected);
    // The same, one delivery at a time.
    await emptyDatabase(db);
    for (const one of alerts) await record(batch(one));
    expect(await standing()).toEqual(expected);
  });

  const loose = { identifiedBy: 'fingerprint' as const };
  const end = (at: number) => resolved({ ...loose, startsAt: minutes(at), endsAt: minutes(at) });
  it.each([
    ['ends what had begun', [firing(loose), end(5)], ['resolved pending']],
    [
      'is one while it fires, whatever its start',
      [firing(loose), firing({ ...loose, startsAt: minutes(2) })],
      ['firing pending'],
    ],
    [
      'fires anew after its end',
      [firing(loose), end(5), firing({ ...loose, startsAt: minutes(9) })],
      ['resolved pending', 'firing pending'],
    ],
    ['over before it fired', [end(5), firing(loose)], ['tombstone', 'tombstone']],
    [
      'an end that is older than the firing',
      [firing({ ...loose, startsAt: minutes(9) }), end(5)],
      ['tombstone', 'firing pending'],
    ],
    [
      'a late reminder of what is over',
      [firing(loose), end(5), firing({ ...loose, startsAt: minutes(2) })],
      ['resolved pending', 'tombstone'],
    ],
    ['ends of what never fired', [end(3), end(5), end(4)], ['tombstone']],
    [
      'a firing between two such ends',
      [end(3), end(9), firing({ ...loose, startsAt: minutes(5) })],
      ['tombstone', 'tombstone'],
    ],
    ['an end said twice', [firing(loose), end(5), end(5)], ['resolved pending']],
  ])(
    'knows an alert by its fingerprint where its source repeats no start: %s',
    async (_, alerts, expected) => {
      await record(batch(...alerts));
      expect(await standing()).toEqual(expected);
      await emptyDatabase(db);
      for (const one of alerts) await record(batch(one));
      expect(await standing()).toEqual(expected);
    },
  );

  it('hears that an alert has become graver, once, and never that it is milder', async () => {
    await record(batch(firing({ severity: 'warning' })));
    await db.query(`update alert set pending = false`);
    const said = (severity: Alert['severity']) => record(batch(firing({ severity })));
    expect(await said('critical')).toEqual([{ fresh: 1, resolved: 0, repeated: 0 }]);
    expect(await said('critical')).toEqual([{ fresh: 0, resolved: 0, repeated: 1 }]);
    expect(await said('info')).toEqual([{ fresh: 0, resolved: 0, repeated: 1 }]);
    const { rows } = await db.query(`select severity, pending from alert`);
    expect(rows).toEqual([{ severity: 'critical', pending: true }]);
  });

  it('takes a firing that goes on minutes after its recorded end for a firing', async () => {
    await record(batch(firing(), resolved()));
    expect(await record(batch(firing()))).toMatchObject([{ repeated: 1 }]);
    await db.query(`update alert set ended_at = now() - interval '3 minutes'`);
    expect(await record(batch(firing()))).toMatchObject([{ fresh: 1 }]);
    expect(await standing()).toEqual(['firing pending']);
  });

  it('does not believe an end that lies ahead, which would hide every firing until then', async () => {
    const ahead = new Date('2199-01-01T00:00:00Z');
    await record(batch(firing(loose), resolved({ ...loose, startsAt: ahead, endsAt: ahead })));
    await db.query(`update alert set ends_at = least(ends_at, $1)`, [minutes(5)]);
    expect(await record(batch(firing({ ...loose, startsAt: minutes(9) })))).toMatchObject([{ fresh: 1 }]);
    expect(await standing()).toEqual(['resolved pending', 'firing pending']);
    const { rows } = await db.query(`select count(*)::int as count from alert where ends_at > now()`);
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('ends what began with a start by a resolve that repeats none', async () => {
    await record(batch(firing()), batch(end(5)));
    expect(await standing()).toEqual(['resolved pending']);
  });

  it('takes a delivery once, by the id that its source gives it', async () => {
    const delivery = { ...batch(firing()), deliveryId: 'd1' };
    expect(await record(delivery, { ...delivery, alerts: [firing({ fingerprint: 'f2' })] })).toEqual([
      { fresh: 1, resolved: 0, repeated: 0 },
      { fresh: 0, resolved: 0, repeated: 1 },
    ]);
    expect(await record({ ...delivery, alerts: [firing({ fingerprint: 'f3' })] })).toEqual([
      { fresh: 0, resolved: 0, repeated: 1 },
    ]);
    expect(await record({ ...delivery, source: 'sentry', alerts: [firing({ fingerprint: 'f4' })] })).toEqual([
      { fresh: 1, resolved: 0, repeated: 0 },
    ]);
  });

  it('loses no end to a firing that is being recorded at the same moment', async () => {
    for (const one of [firing({ fingerprint: 'a' }), firing({ ...loose, fingerprint: 'b' })]) {
      const over = { ...one, status: 'resolved' as const, endsAt: minutes(5) };
      if (one.identifiedBy === 'fingerprint') over.startsAt = minutes(5);
      const order = await Promise.all([record(batch(one)), record(batch(over))]);
      expect(order.flat()).toHaveLength(2);
    }
    expect((await standing()).filter((text) => text.startsWith('firing'))).toEqual([]);
  });
});
