import { planCard, planDigest, planTitle } from './plan.ts';
import type { Proposal } from './proposal.ts';

/** What people are asked to approve at once: one action, or all steps of a plan in their order. */
export type Question = {
  /** The proposal that the question is asked by: the action, or the first step. */
  lead: Proposal;
  steps: readonly [Proposal, ...Proposal[]];
  title: string;
  /** All that is consented to, as lines. */
  card: readonly string[];
  /** What an approval names. */
  digest: string;
};

/** A proposal that waits for people; with all steps of its plan where it is the first of one. */
export type Waiting = { proposal: Proposal; steps?: readonly [Proposal, ...Proposal[]] };

/** The question that these steps are; the first stands for them. */
export function questionOf(steps: readonly [Proposal, ...Proposal[]]): Question {
  const [lead] = steps;
  return lead.consent.plan
    ? { lead, steps, title: planTitle(steps), card: planCard(steps), digest: planDigest(steps) }
    : { lead, steps, title: lead.title, card: lead.consent.card, digest: lead.digest };
}

/** The question that a proposal belongs to, with what else is known of the incident. */
export function questionAmong(proposals: readonly Proposal[], proposal: Proposal): Question {
  const { plan } = proposal.consent;
  if (!plan) return questionOf([proposal]);
  const [lead = proposal, ...rest] = proposals
    .filter((one) => one.consent.plan?.id === plan.id)
    .sort((a, b) => (a.consent.plan?.step ?? 0) - (b.consent.plan?.step ?? 0));
  return questionOf([lead, ...rest]);
}

/** Whether a proposal is asked about in its own name: not where it is a later step of a plan. */
export function isLead({ consent: { plan } }: Pick<Proposal, 'consent'>): boolean {
  return plan === undefined || plan.step === 1;
}

/** What has succeeded and undoes nothing: single actions, and plans as a whole. */
export function successes(proposals: readonly Proposal[]): Question[] {
  return proposals
    .filter((one) => isLead(one) && one.undoes === null)
    .map((one) => questionAmong(proposals, one))
    .filter(({ steps }) => steps.every(({ state }) => state === 'succeeded'));
}
