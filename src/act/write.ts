import type { Proposal } from '../incident/proposal.ts';
import { messageOf } from '../incident/text.ts';
import { bind } from './catalogue.ts';
import { about, end } from './end.ts';
import { LEASE_S, type ExecutePorts } from './execute-ports.ts';
import { lookBack, permitOf } from './look-back.ts';
import { settle } from './settle.ts';
import { NotApplicable } from './tool.ts';
import { wasRefused, type World } from './world.ts';

/**
 * The one write, and what has become of it. `again`: somebody has sent it before, and what became of that is known
 * from looking only.
 */
export async function write(
  proposal: Proposal,
  ports: ExecutePorts,
  world: World,
  time: 'first' | 'again',
): Promise<void> {
  const permit = await permitOf(proposal, ports);
  let failure: unknown = null;
  try {
    await bind(proposal.action).run(proposal.consent.target, world, permit);
  } catch (error) {
    failure = error;
  }
  const refused = failure instanceof NotApplicable || wasRefused(failure);
  const text = failure === null ? 'the request was accepted' : messageOf(failure);
  const answer = failure === null ? 'accepted' : refused ? 'refused' : 'failed';
  await ports.transaction((store) =>
    store.record({ kind: 'action.answered', ...about(proposal), answer, text }),
  );
  const back = await lookBack(proposal, ports);
  // What was refused the first time is not ours, whatever is found: there is nothing to undo, and no merit in it.
  if (refused && (time === 'first' || back.state === 'not done')) {
    const found = back.state === 'done' ? `; somebody else has done it: ${back.text}` : '';
    await ports.transaction(async (store) => {
      // Whoever has taken it over meanwhile has perhaps sent it once more, and knows what became of that.
      if (time === 'again' || (await store.holdSent(proposal.id, LEASE_S)))
        await end(store, proposal, 'sent', `refused: ${text}${found}`);
    });
    return;
  }
  if (failure === null || back.state === 'done') return settle(proposal, ports, back);
  return settle(proposal, ports, { state: 'unclear', text: `${text}; ${back.text}` });
}
