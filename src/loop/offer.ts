import type { ReadWorld } from '../act/world.ts';
import type { Confidence } from '../incident/confidence.ts';
import type { Draft } from '../propose/draft.ts';
import { freeze, type Fresh } from './freeze.ts';
import { look, type Looked, type OfferContext, type OfferRules, type Withheld } from './look.ts';

export type Offer = { kind: 'proposal'; proposal: Fresh } | Withheld;

/**
 * Makes a proposal of a draft: looks at the world, dry-runs, asks the policy, and freezes what a person
 * would consent to. A draft that does not apply or that the policy denies is withheld, with the reason.
 */
export async function offer(
  draft: Draft,
  confidence: Confidence,
  context: OfferContext,
  rules: OfferRules,
  world: ReadWorld,
): Promise<Offer> {
  const looked = await look(draft, confidence, context, rules, world);
  if (looked.kind === 'withheld') return looked;
  const why = [draft.asksPeople, context.asksPeople].filter((one) => one !== undefined);
  const found = why.length > 0 ? { ...looked, verdict: byPeople(looked.verdict, why) } : looked;
  return { kind: 'proposal', proposal: freeze(found, context, rules, null) };
}

function byPeople(verdict: Looked['verdict'], why: readonly string[]): Looked['verdict'] {
  if (verdict.autonomy !== 'auto') return verdict;
  const because = [...verdict.because, ...why];
  return { ...verdict, autonomy: 'approve', approvals: Math.max(1, verdict.approvals), because };
}
