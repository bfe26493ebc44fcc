import type { Store } from '../../adapters/postgres/store/store.ts';
import type { AuditLine } from '../../incident/audit-chain.ts';
import type { Checkpoint } from '../../incident/checkpoint.ts';

const PAGE = 1000;

type Transaction = <T>(work: (store: Store) => Promise<T>) => Promise<T>;

// Each page in a transaction of its own: rows only ever come at the end, and whoever reads may be slow.

/** The record of a database from link `from` on. */
export async function* linesOf(
  transaction: Transaction,
  from: number,
  contents: 'open' | 'sealed',
): AsyncGenerator<AuditLine> {
  for (let after = from - 1; ;) {
    const page = await transaction((store) => store.auditLines(after, PAGE, contents));
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}

export async function* checkpointsOf(transaction: Transaction): AsyncGenerator<Checkpoint> {
  for (let after = 0; ;) {
    const page = await transaction((store) => store.checkpointsAfter(after, PAGE));
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}
