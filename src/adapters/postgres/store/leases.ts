import type { Sql } from '../sql.ts';

export function leaseStore(sql: Sql) {
  return {
    async holdLease(name: string, holder: string, seconds: number): Promise<number | null> {
      const { rows } = await sql.query<{ term: number }>(
        `insert into lease (name, holder, until, term) values ($1, $2, now() + make_interval(secs => $3), 1)
         on conflict (name) do update
            set holder = excluded.holder, until = excluded.until,
                term = lease.term + (lease.holder <> excluded.holder)::int
          where lease.holder = excluded.holder or lease.until <= now()
         returning term`,
        [name, holder, seconds],
      );
      return rows[0]?.term ?? null;
    },

    async commitLazily(): Promise<void> {
      await sql.query(`set local synchronous_commit = off`);
    },

    async endLease(name: string, holder: string): Promise<void> {
      await sql.query(`update lease set until = now() where name = $1 and holder = $2`, [name, holder]);
    },
  };
}
