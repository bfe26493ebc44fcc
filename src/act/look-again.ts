import type { Proposal } from '../incident/proposal.ts';
import { end } from './end.ts';
import type { ExecutePorts } from './execute-ports.ts';
import { lookBack } from './look-back.ts';
import { confirm, LOOK_AGAIN_S } from './settle.ts';

/**
 * An `unknown` proposal is looked at again, until its consent expires: a cluster that was away is perhaps
 * back. Nothing is ever sent here; what has visibly not happened ends, and makes way for a fresh proposal.
 */
export async function lookAgain(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const back = await lookBack(proposal, ports);
  await ports.transaction(async (store) => {
    if (back.state === 'not done')
      return end(store, proposal, 'unknown', `it did not arrive: ${back.text}; nothing was sent again`);
    if (back.state === 'unclear') {
      if (await store.isConsented(proposal.id))
        await store.enqueue({ kind: 'execute', id: proposal.id }, LOOK_AGAIN_S);
      return;
    }
    await confirm(store, proposal, 'unknown', back);
  });
}
