import type { PlanPlace, Proposal } from './proposal.ts';

/** What every journal entry about a proposal says of it. */
export function aboutProposal({ id, incidentId, title, consent }: Proposal): {
  incidentId: number;
  proposal: string;
  title: string;
  plan?: PlanPlace;
} {
  const { plan } = consent;
  return { incidentId, proposal: id, title, ...(plan ? { plan } : {}) };
}
