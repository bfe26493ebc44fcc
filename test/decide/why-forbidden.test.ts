import { expect, it } from 'vitest';
import { whyForbidden } from '../../src/decide/why-forbidden.ts';
import { consentDigest } from '../../src/incident/proposal.ts';
import { FOUR_PEOPLE } from '../support/four-people.ts';
import { fakeDecideStore } from '../support/fake-decide-store.ts';
import { aProposal, proposalId } from '../support/incident-view.ts';
import { aPolicy } from '../support/policy.ts';
import { rendered } from '../support/rendered.ts';

const people = FOUR_PEOPLE;

/** What is said of an action that these people approved, or of the undo that they approved with it. */
async function said(given: string[], needed: number, decidedBy: string, rule: object = {}) {
  const base = aProposal({ decidedBy, state: decidedBy === 'consent' ? 'failed' : 'approved' });
  const undo = aProposal({ id: proposalId(2), undoes: base.id, decidedBy });
  const consent = rendered({ ...base.consent, approvalsNeeded: needed, undoIfFailed: undo.action });
  const proposal = { ...base, consent, digest: consentDigest(consent) };
  const { store } = fakeDecideStore([proposal]);
  const approvedBy = async (id: string) => (id === proposal.id ? given : []);
  const asked = decidedBy === 'consent' ? undo : proposal;
  return whyForbidden({ ...store, approvedBy }, asked, { policy: aPolicy([rule]), people });
}

it.each<[string | null, string[], number]>([
  [null, ['U1'], 1],
  [null, ['U1', 'U4'], 1],
  [null, [], 1],
  ['approver u4 may not approve any more', ['U4'], 1],
  ['approver u4 may not approve any more', ['U4'], 0],
  ['approver u3 may not approve any more', ['U1', 'U3'], 2],
  ['approver u4 and U9 may not approve any more', ['U4', 'U9', 'U1'], 2],
])('of people that are in force now: %s', async (why, given, needed) => {
  expect(await said(given, needed, 'U1')).toBe(why);
  expect(await said(given, needed, 'consent')).toBe(why);
});

it('counts for the policy in force only whose approvals stand', async () => {
  const rule = { approvers: ['U1', 'U4'], approvals: 2 };
  expect(await said(['U4', 'U1', 'U2'], 2, 'U1', rule)).toBe(
    'policy “a rule” names other approvers now; of 2 approvals 1 still counts',
  );
});

it('of the policy, where that decided', async () => {
  const now = 'policy “a rule” does not let it run by itself now';
  expect(await said([], 1, 'policy')).toBe(now);
});
