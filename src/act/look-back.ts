import type { Proposal } from '../incident/proposal.ts';
import { messageOf } from '../incident/text.ts';
import { bind } from './catalogue.ts';
import type { Permit, ReadBack } from './tool.ts';
import type { WorldFor } from './world.ts';

export type LookBackPorts = {
  transaction: <T>(
    work: (store: {
      /** Who gave the approvals that count. */
      approvedBy(proposalId: string): Promise<string[]>;
    }) => Promise<T>,
  ) => Promise<T>;
  world: WorldFor;
};

/** For one look afterwards. */
const LOOK_S = 8;

/** What has become of an action, from looking at the world; `unclear` where that cannot be looked at. */
export async function lookBack(proposal: Proposal, ports: LookBackPorts): Promise<ReadBack> {
  try {
    const permit = await permitOf(proposal, ports);
    return await bind(proposal.action).readBack(proposal.consent.target, ports.world(LOOK_S), permit);
  } catch (error) {
    return { state: 'unclear', text: `reading back failed: ${messageOf(error)}` };
  }
}

// One proposal has one execution, so its id tells every try of it from everything else.
export async function permitOf({ id }: Proposal, { transaction }: LookBackPorts): Promise<Permit> {
  return { key: id, approvedBy: await transaction((store) => store.approvedBy(id)) };
}
