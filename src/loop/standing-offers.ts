import { canonicalJson } from '../incident/canonical.ts';
import { SITREP } from '../incident/person.ts';
import { isPending, type Proposal } from '../incident/proposal.ts';
import { isLead, questionAmong } from '../incident/question.ts';
import type { Offered } from './offer-steps.ts';
import type { LoopStore } from './ports.ts';
import { supersede } from './proposals.ts';

/**
 * Fresh offers replace the pending proposals of the triage before. One that offers the same actions on
 * the same, unchanged targets is left standing, so that a card does not change under somebody's finger. A way back
 * stays as well: no fix takes its place.
 */
export async function keepOrSupersede(
  store: LoopStore,
  proposals: Proposal[],
  offers: Offered[],
): Promise<{ kept: Set<string>; withdrawn: Proposal[] }> {
  const kept = new Set<string>();
  const withdrawn: Proposal[] = [];
  // What a person asked for stays until somebody decides: no look of ours finds it again.
  const ours = proposals.filter((one) => one.requestedBy === SITREP && one.undoes === null);
  for (const lead of ours.filter((one) => isPending(one.state) && isLead(one))) {
    const { steps } = questionAmong(proposals, lead);
    const same = offers.find((one) => one.kind === 'question' && areSame(one.steps, steps));
    if (same?.kind === 'question') kept.add(same.steps[0].id);
    else
      for (const old of steps)
        if (await supersede(store, old, 'newer findings replaced it')) withdrawn.push(old);
  }
  return { kept, withdrawn };
}

/**
 * Fresh offers without those that people have rejected in this incident: the same actions on targets that are as they
 * were then. Somebody who has changed their mind asks for it by hand.
 */
export function withoutRejected(proposals: readonly Proposal[], offers: readonly Offered[]): Offered[] {
  const rejected = proposals
    .filter((one) => one.state === 'rejected' && isLead(one) && one.undoes === null)
    .map((lead) => questionAmong(proposals, lead));
  return offers.map((one) => {
    const no = one.kind === 'question' && rejected.find(({ steps }) => areSame(one.steps, steps));
    if (!no) return one;
    const why = `rejected in this incident: ${no.lead.decisionReason ?? 'no reason given'}`;
    return { kind: 'withheld', title: no.title, why, mayPass: false };
  });
}

function areSame(a: readonly Proposal[], b: readonly Proposal[]): boolean {
  return a.length === b.length && a.every((one, place) => sameOffer(one, b[place] as Proposal));
}

function sameOffer(a: Proposal, b: Proposal): boolean {
  const { target: one, arguments: first } = a.consent;
  const { target: other, arguments: second } = b.consent;
  return (
    a.action.tool === b.action.tool &&
    // The database does not keep the order of members, so only canonical forms can be compared.
    canonicalJson(first) === canonicalJson(second) &&
    one.identity === other.identity &&
    one.observedVersion === other.observedVersion &&
    a.consent.policyVersion === b.consent.policyVersion
  );
}
