import { once } from 'node:events';
import { withStore } from '../with-store.ts';
import { linesOf } from './database-lines.ts';

/** Prints the record from link `from` on, one JSON object a line. */
export async function exportCommand(from: number, contents: 'open' | 'sealed'): Promise<void> {
  await withStore(async ({ transaction }) => {
    for await (const line of linesOf(transaction, from, contents)) {
      if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
    }
  });
}
