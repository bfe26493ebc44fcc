import type { Proposal } from '../incident/proposal.ts';
import { canonicalJson } from '../incident/canonical.ts';
import { about, end, endOrTryAgain } from './end.ts';
import { LEASE_S, WRITE_S, type ExecutePorts } from './execute-ports.ts';
import { whyNotSend } from './why-not-send.ts';
import { write } from './write.ts';

/**
 * `claimed` → `sent` → `confirmed` or `unknown`. Nothing is written unless the consent still has its
 * digest and the target is as it was consented to; the intent is committed before the one write, and
 * what has become of it is read back.
 */
export async function send(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  const refusal = await whyNotSend(proposal, ports.world(WRITE_S));
  if (refusal) {
    await ports.transaction((store) => end(store, proposal, 'claimed', refusal));
    return;
  }
  const { digest, consent } = proposal;
  const request = `${proposal.action.tool} ${canonicalJson(proposal.action.arguments)}`;
  const world = ports.world(WRITE_S);
  const begun = await ports.transaction(async (store): Promise<boolean> => {
    const forbidden = await ports.whyForbidden(store, proposal);
    if (forbidden !== null) await end(store, proposal, 'claimed', forbidden);
    else if (await store.markSent(proposal.id, request, LEASE_S)) {
      await store.record({
        kind: 'action.sent',
        ...about(proposal),
        request,
        digest,
        target: consent.target,
      });
      return true;
    } else await endOrTryAgain(store, proposal, 'claimed');
    return false;
  });
  if (begun && !(await wasStoppedMeanwhile(proposal, ports))) await write(proposal, ports, world, 'first');
}

/**
 * A stop by a file is no part of the transaction that begins a write: where it came in the middle of that, nothing is sent.
 * Where this look took so long that somebody else has taken the execution over, who perhaps knows of no such file, its end
 * is theirs to find out; nothing is sent from here all the same.
 */
function wasStoppedMeanwhile(proposal: Proposal, { transaction }: ExecutePorts): Promise<boolean> {
  return transaction(async (store) => {
    const stopped = await store.stopped(proposal.id);
    if (!stopped) return false;
    if (await store.holdSent(proposal.id, LEASE_S))
      await end(store, proposal, 'sent', `all actions were stopped before it was sent (${stopped.why})`);
    return true;
  });
}
