import type { Database, Sql } from '../../src/adapters/postgres/sql.ts';
import type { Cluster } from '../../src/act/world/cluster.ts';

/** Told before and after every statement, every commit and every call to the cluster. What it throws is thrown there. */
export type Watch = (what: string, when: 'before' | 'after') => void | Promise<void>;

async function watched<T>(watch: Watch, what: string, work: () => Promise<T>): Promise<T> {
  await watch(what, 'before');
  const result = await work();
  await watch(what, 'after');
  return result;
}

export function watchedDatabase(db: Database, watch: Watch): Database {
  const over = (sql: Sql): Sql => ({
    query: (text, params) => watched(watch, text, () => sql.query(text, params)),
  });
  return {
    kind: db.kind,
    schema: db.schema,
    ...over(db),
    tx: (work) =>
      watched(watch, 'transaction', () =>
        db.tx(async (sql) => {
          const result = await work(over(sql));
          await watch('commit', 'before');
          return result;
        }),
      ),
    listen: (...args) => db.listen(...args),
    close: () => db.close(),
  };
}

/** The cluster as it is, but for what is watched. */
export function watchedCluster<C extends Cluster>(cluster: C, watch: Watch): C {
  const watchedCalls: Pick<Cluster, 'deployment' | 'revisions' | 'patch'> = {
    deployment: (...args) => watched(watch, 'read deployment', () => cluster.deployment(...args)),
    revisions: (...args) => watched(watch, 'read revisions', () => cluster.revisions(...args)),
    patch: (...args) => watched(watch, args[3].dryRun ? 'dry run' : 'write', () => cluster.patch(...args)),
  };
  return Object.assign(Object.create(cluster) as C, watchedCalls);
}

/** A statement as it fits into a report. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 70);
}
