import { digestOf } from './canonical.ts';
import { isPending, isRunning, type PlanPlace, type Proposal } from './proposal.ts';
import { counted } from './text.ts';

/** More than that nobody reads to the end. */
export const MOST_STEPS = 8;

/** SHA-256 over the digests of the steps in their order; the tag keeps it from being the digest of anything else. */
export function planDigest(steps: readonly Pick<Proposal, 'digest'>[]): string {
  return digestOf({ sitrep: 'plan', version: 1, steps: steps.map(({ digest }) => digest) });
}

/**
 * The lines of all steps in their order. How many lines each step has stands above them, so that the end of one step can
 * never pass for the beginning of another: two different plans can never look the same.
 */
export function planCard(steps: readonly Proposal[]): string[] {
  return [
    `Plan: ${counted(steps.length, 'step')}, one after another in this order`,
    'It stops at the first step that does not succeed; the undo of what was done is offered then',
    `Lines of the steps: ${steps.map(({ consent }) => consent.card.length).join(', ')}`,
    ...steps.flatMap(({ consent }) => consent.card),
  ];
}

/** “Step 2 of 3: ”, as the titles of steps begin. */
export function stepPrefix({ step, of }: PlanPlace): string {
  return `Step ${step} of ${of}: `;
}

/** What a plan is called: by its steps, in their order. */
export function planTitle(steps: readonly Proposal[]): string {
  const titles = steps.map(({ title, consent: { plan } }) =>
    plan && title.startsWith(stepPrefix(plan)) ? title.slice(stepPrefix(plan).length) : title,
  );
  return `Plan of ${counted(steps.length, 'step')}: ${titles.join('; ')}`;
}

/** Why these proposals are not the steps of one plan from its first to its last; null where they are. */
export function whyNotWhole(steps: readonly Proposal[]): string | null {
  const [lead] = steps;
  const whole =
    lead !== undefined &&
    steps.length >= 2 &&
    steps.every(
      ({ consent: { plan } }, place) =>
        plan?.id === lead.id && plan.step === place + 1 && plan.of === steps.length,
    );
  if (!whole) return 'The plan is not whole any more. Ask for a fresh one.';
  const twice = targetTwice(steps);
  return twice === null ? null : `Two steps of the plan act on ${twice}. Ask for a fresh one.`;
}

/** A target that more than one step acts on: what the later one was prepared on would be stale by then. */
export function targetTwice(
  steps: readonly { consent: Pick<Proposal['consent'], 'target'> }[],
): string | null {
  const identities = steps.map(({ consent }) => consent.target.identity);
  return identities.find((identity, place) => identities.indexOf(identity) !== place) ?? null;
}

/** Whether an action came before others in its plan, so that its success was no recovery but only a step towards it. */
export function isEarlierStep({ consent: { plan } }: Pick<Proposal, 'consent'>): boolean {
  return plan !== undefined && plan.step < plan.of;
}

/** How a plan stands. `at` is the step that tells: the one under way, or the one that stopped the rest. */
export type PlanStanding =
  | { kind: 'proposed' | 'rejected' | 'expired' | 'withdrawn' | 'helped' | 'undone' }
  | { kind: 'under way' | 'stopped'; at: Proposal };

/** How a plan stands, from the states of its steps. */
export function standingOf(steps: readonly Proposal[]): PlanStanding {
  const lead = steps[0] as Proposal;
  if (isPending(lead.state)) return { kind: 'proposed' };
  if (lead.state === 'rejected' || lead.state === 'expired') return { kind: lead.state };
  // Decided by nobody: it was taken back before anybody had approved it.
  if (lead.state === 'superseded' && lead.decidedBy === null) return { kind: 'withdrawn' };
  const lasting = steps.filter(({ state }) => state !== 'reverted' && state !== 'superseded');
  if (lasting.length === 0 && steps.some(({ state }) => state === 'reverted')) return { kind: 'undone' };
  const surprise = steps.find(
    ({ state }) => !isRunning(state) && state !== 'succeeded' && state !== 'reverted',
  );
  if (surprise) return { kind: 'stopped', at: surprise };
  const going = steps.find(({ state }) => isRunning(state));
  return going ? { kind: 'under way', at: going } : { kind: 'helped' };
}
