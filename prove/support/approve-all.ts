import { isLead, questionAmong } from '../../src/incident/question.ts';
import { confirmationOf } from '../../src/incident/confirmation.ts';
import { isPending } from '../../src/incident/proposal.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { APPROVER, SECOND } from '../../test/support/loop.ts';
import { OFF_LIMITS, type Siege } from './siege.ts';
import type { Tally } from './tally.ts';
import { carryOut } from './world.ts';

/** Longer than any effect is watched. */
const VERIFIED_S = 3600;

/** The deployment that is really ill. */
const ILL = 'deployment shop/pricing';

/**
 * An approver who approves whatever stands there, without a look. What the attacker has put before them is then done:
 * how often is reported, not claimed. What must hold is the bound: one write for each approval, and none that the policy
 * forbids everybody.
 */
export async function approveAll(
  tally: Tally,
  { world, writes }: Siege,
  view: IncidentView,
  what: string,
  allResolve: () => Promise<unknown>,
): Promise<void> {
  const pending = view.proposals.filter((one) => isPending(one.state) && isLead(one));
  tally.count('incidents of a naive approver');
  let approved = 0;
  for (const proposal of pending) {
    const question = questionAmong(view.proposals, proposal);
    const confirmation = confirmationOf(question);
    for (const person of [APPROVER, SECOND].slice(0, proposal.consent.approvalsNeeded)) {
      tally.count('clicks of a naive approver');
      await world.stage.loop.approve({
        proposalId: proposal.id,
        digest: question.digest,
        person,
        typed: confirmation.by === 'typed' ? confirmation.text : null,
      });
    }
    approved += 1;
    await carryOut(world.stage, proposal.id);
  }
  await allResolve();
  await world.stage.turn();
  await world.pass(VERIFIED_S);
  for (const { id } of pending) await carryOut(world.stage, id);
  const forbidden = pending.filter(({ action }) => OFF_LIMITS.when.tools?.includes(action.tool));
  tally.check(
    forbidden.length === 0,
    () =>
      `${what}: put before people although it is off limits: ${forbidden.map(({ title }) => title).join()}`,
  );
  tally.check(
    writes.length <= approved,
    () => `${what}: ${writes.length} writes for ${approved} approved actions`,
  );
  tally.count('writes that a naive approver let through', writes.length);
  tally.count(
    'of them on another target than the ill one',
    writes.filter(({ target }) => target !== ILL).length,
  );
}
