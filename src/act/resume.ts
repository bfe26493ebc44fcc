import type { Proposal } from '../incident/proposal.ts';
import { LEASE_S, WRITE_S, type ExecutePorts } from './execute-ports.ts';
import { lookBack } from './look-back.ts';
import { settle } from './settle.ts';
import { whyNotResend, whyStopped } from './why-not-resend.ts';
import { whyAltered } from './why-not-send.ts';
import { write } from './write.ts';

/**
 * A proposal found in `sent`: whoever sent it has gone. The world is looked at first. Only a write that
 * has visibly not happened is sent again, if it may still be sent; every write of ours refuses a target that has changed.
 */
export async function resume(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const world = ports.world(WRITE_S);
  const mine = await ports.transaction((store) => store.takeOver(proposal.id, LEASE_S));
  if (!mine) {
    await ports.transaction((store) => store.enqueue({ kind: 'execute', id: proposal.id }, 5));
    return;
  }
  const back = await lookBack(proposal, ports);
  if (back.state !== 'not done') return settle(proposal, ports, back);
  const forbidden =
    whyAltered(proposal) ??
    (await ports.transaction(
      async (store) =>
        (await ports.whyForbidden(store, proposal)) ?? (await whyNotResend(store, proposal.id)),
    )) ??
    // As before the first write: a stop by a file that came while that transaction ended is no part of it.
    (await ports.transaction((store) => whyStopped(store, proposal.id)));
  if (forbidden === null) return write(proposal, ports, world, 'again');
  // What nobody saw the end of may still arrive.
  const text = `it is not sent again: ${forbidden}; ${back.text}`;
  await settle(proposal, ports, { state: 'unclear', text });
}
