// Carries out one approved proposal in a process that can be killed. Its database and its cluster belong to the
// parent: there a transaction that loses its process is rolled back, as on any database server.
import type { Database, Result } from '../../src/adapters/postgres/sql.ts';
import type { FakeCluster } from '../../test/support/fake-cluster.ts';
import { stage } from '../../test/support/loop.ts';
import { ASK_ALWAYS, carryOut, HEALTHY } from './world.ts';
import type { Ask, Done, Reply } from './child-messages.ts';

const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let asked = 0;

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

function ask<T>(what: Unnumbered<Ask>): Promise<T> {
  asked += 1;
  const id = asked;
  return new Promise<T>((resolve, reject) => {
    waiting.set(id, { resolve: (value) => resolve(value as T), reject });
    process.send?.({ ...what, id });
  });
}

process.on('message', (reply: Reply) => {
  const one = waiting.get(reply.id);
  waiting.delete(reply.id);
  if ('error' in reply)
    one?.reject(Object.assign(new Error(reply.error.message), { outcome: reply.error.outcome }));
  else one?.resolve(reply.value);
});

const db: Database = {
  kind: 'embedded',
  schema: 'sitrep',
  query: <R>(text: string, params?: readonly unknown[]) =>
    ask<Result<R>>({ op: 'query', text, ...(params && { params }) }),
  async tx(work) {
    await ask({ op: 'begin' });
    try {
      const statement = <R>(text: string, params?: readonly unknown[]) =>
        ask<Result<R>>({ op: 'statement', text, ...(params && { params }) });
      const result = await work({ query: statement });
      await ask({ op: 'commit' });
      return result;
    } catch (error) {
      await ask({ op: 'rollback' });
      throw error;
    }
  },
  listen: async () => async () => undefined,
  close: async () => undefined,
};

const cluster = {
  deployment: (...args: unknown[]) => ask({ op: 'deployment', args }),
  revisions: (...args: unknown[]) => ask({ op: 'revisions', args }),
  patch: (...args: unknown[]) => ask({ op: 'patch', args }),
} as unknown as FakeCluster;

const replica = await stage(db, { cluster, policy: ASK_ALWAYS, sources: HEALTHY });
await carryOut(replica, process.argv[2] ?? '');
process.send?.({ done: true } satisfies Done);
process.disconnect();
